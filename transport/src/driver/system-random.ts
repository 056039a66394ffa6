import { randomBytes } from "node:crypto";
import type { Random } from "./random.js";

/** Randomness of the machine: for session ids and initial term ids, which need no more than to differ. */
export class SystemRandom implements Random {
  int32(): number {
    return randomBytes(4).readInt32LE(0);
  }
}
