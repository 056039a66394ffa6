import { RING, SLOT } from "../candidate.js";

/** One view for all messages of the ring: message `index` lies at `slotOf(index)`. */
export function ringView(): DataView {
  return new DataView(new ArrayBuffer(RING * SLOT));
}

/** Where message `index` lies. */
export function slotOf(index: number): number {
  return (index & (RING - 1)) * SLOT;
}

/** Puts every message of the ring into the view that the candidate decodes from. */
export function fill(encode: (index: number) => number): void {
  for (let index = 0; index < RING; index++) encode(index);
}
