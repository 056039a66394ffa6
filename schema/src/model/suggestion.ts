/** "Did you mean": the known name closest to an unknown one. */
import { noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { DiagnosticNote } from "../diagnostics/diagnostic.js";
import { nameSpan, type XmlElement } from "../xml/xml-element.js";

/** Names longer than this are not compared: the distance is quadratic in the length. */
const NAME_LENGTH_MAX = 48;

/** Candidates that are compared with one unknown name. */
const CANDIDATE_COUNT_MAX = 5000;

/** A help note with the candidate at a small distance, nothing where all are far. */
export function suggestion(
  name: string,
  candidates: ReadonlyMap<string, XmlElement | undefined>,
): DiagnosticNote[] {
  if (name.length > NAME_LENGTH_MAX) return [];
  // One slip for every three letters; a shorter name must differ in case only.
  let best = Math.min(3, Math.floor(name.length / 3)) + 1;
  let found: string | undefined;
  let count = 0;
  for (const candidate of candidates.keys()) {
    if (++count > CANDIDATE_COUNT_MAX) break;
    if (Math.abs(candidate.length - name.length) >= best) continue;
    const distance =
      candidate.toLowerCase() === name.toLowerCase() ? 0.5 : editDistance(name, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  if (found === undefined) return [];
  const element = candidates.get(found);
  return element === undefined
    ? [{ kind: "help", text: `${quoted(found)} is a primitive type` }]
    : [noteAt("help", `${quoted(found)} is defined`, nameSpan(element))];
}

/** Levenshtein distance with swaps of neighbours counted as one slip. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left.charCodeAt(row - 1) === right.charCodeAt(column - 1);
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        left.charCodeAt(row - 1) === right.charCodeAt(column - 2) &&
        left.charCodeAt(row - 2) === right.charCodeAt(column - 1);
      if (swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
