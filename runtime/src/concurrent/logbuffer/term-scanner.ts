import type { AtomicBuffer } from "../atomic-buffer.js";
import { alignFrame, DATA_HEADER_LENGTH, isPadding } from "./frame-descriptor.js";

/**
 * Finds what a sender may put into one datagram. The result of a scan is in its fields, so that scanning
 * allocates nothing.
 *
 * Source: driver-protocol §12 (send); Aeron TermScanner.
 */
export class TermScanner {
  /**
   * Bytes to send from where the scan began: complete frames, of a padding frame at the end the header only.
   * Negative: the first frame alone is longer than the limit, by its aligned length.
   */
  available: number = 0;
  /** Bytes of padding behind those, which are not sent. */
  padding: number = 0;

  /** Looks at complete frames from `offset` that take up to `lengthMax` bytes together. */
  scan(term: AtomicBuffer, offset: number, lengthMax: number): void {
    let available = 0;
    let padding = 0;
    const limit = Math.min(lengthMax, term.capacity - offset);
    while (available < limit) {
      const frameOffset = offset + available;
      const frameLength = term.getInt32Volatile(frameOffset);
      // A length that cannot be ends the scan as an incomplete frame does: nothing wrong is sent.
      if (frameLength < DATA_HEADER_LENGTH || frameLength > term.capacity - frameOffset) break;
      let alignedLength = alignFrame(frameLength);
      if (isPadding(term, frameOffset)) {
        padding = alignedLength - DATA_HEADER_LENGTH;
        alignedLength = DATA_HEADER_LENGTH;
      }
      if (available + alignedLength > limit) {
        available = available === 0 ? -(alignedLength + padding) : available;
        padding = 0;
        break;
      }
      available += alignedLength;
      if (padding > 0) break;
    }
    this.available = available;
    this.padding = padding;
  }
}
