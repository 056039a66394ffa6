/**
 * Why nothing was appended. Anything that is not negative is a success.
 *
 * Source: driver-protocol §10.1; Aeron Publication.
 */

/** No subscriber is connected. */
export const NOT_CONNECTED = -1;
/** The position limit is reached: a subscriber, or the flow control, is behind. Try again. */
export const BACK_PRESSURED = -2;
/** The log was just moved on to its next term, or another publisher is about to do so. Try again at once. */
export const ADMIN_ACTION = -3;
/** The publication is closed. */
export const CLOSED = -4;
/** The stream is at the last position that its log can hold; only a new publication helps. */
export const MAX_POSITION_EXCEEDED = -5;

const names: Readonly<Record<number, string>> = {
  [NOT_CONNECTED]: "NOT_CONNECTED",
  [BACK_PRESSURED]: "BACK_PRESSURED",
  [ADMIN_ACTION]: "ADMIN_ACTION",
  [CLOSED]: "CLOSED",
  [MAX_POSITION_EXCEEDED]: "MAX_POSITION_EXCEEDED",
};

/** The name of a result code, `NONE` for a success. */
export function publicationResultName(result: number): string {
  return result < 0 ? (names[result] ?? `UNKNOWN(${result})`) : "NONE";
}
