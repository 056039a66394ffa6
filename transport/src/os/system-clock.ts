import type { Clock } from "@alerion/runtime/concurrent";
import type { Os } from "./os.js";

/** The clocks of the machine: through the native door where there is one, else through Node. */
export function systemClock(os?: Os): Clock {
  return os === undefined ? new NodeClock() : os;
}

class NodeClock implements Clock {
  epochMs(): number {
    return Date.now();
  }

  monoNs(): number {
    return Math.floor(performance.now() * 1_000_000);
  }
}
