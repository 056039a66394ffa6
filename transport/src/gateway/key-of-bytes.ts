import type { MessageKey } from "./gateway-stream.js";

/** Where in a message the bytes lie that say what it is about. */
export interface KeyRange {
  /** Bytes from the start of the message, its header included. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Makes a key of what a message holds at some places, e.g. its template id and an instrument's id. A message that ends
 * before one of them counts by itself.
 */
export function keyOfBytes(
  ...ranges: readonly KeyRange[]
): (view: DataView, offset: number, length: number) => MessageKey | undefined {
  return (view, offset, length) => {
    let key = "";
    for (const range of ranges) {
      if (range.offset + range.length > length) return undefined;
      for (let i = 0; i < range.length; i++) {
        key += String.fromCharCode(view.getUint8(offset + range.offset + i));
      }
      key += "|";
    }
    return key;
  };
}
