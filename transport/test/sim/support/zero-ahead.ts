import {
  computeTermOffsetFromPosition,
  FRAME_ALIGNMENT,
  indexByPosition,
  type LogBuffers,
  positionBitsToShift,
} from "@alerion/runtime/concurrent";
import { InvariantError } from "./ledger.js";

/** D2: what writers will take for empty is. */
export function checkZeroAhead(log: LogBuffers, path: string, tail: number, limit: number): void {
  const { termLength } = log;
  const bits = positionBitsToShift(termLength);
  const end = Math.min(limit, tail + termLength);
  for (let position = tail; position < end; position += FRAME_ALIGNMENT) {
    const term = log.term(indexByPosition(position, bits));
    const offset = computeTermOffsetFromPosition(position, bits);
    if (term.getInt32(offset) !== 0) {
      throw new InvariantError(
        "D2",
        `log ahead of the tail must be zero: path=${path} position=${position} tail=${tail} limit=${limit}`,
      );
    }
  }
}
