/**
 * The two seams between generated codecs and whatever carries the bytes: a transport, a file, a test.
 */

/**
 * Where messages are written in place: a log buffer, a datagram being built, an array.
 *
 * One claim is open at a time: after a successful `claim` either `commit` or `abort` follows.
 */
export interface ClaimSink {
  /**
   * Claims `length` bytes.
   *
   * @returns a positive number (a stream position where the sink has one) when claimed; zero or
   *   negative when not, then it says why in the sink's own codes
   */
  claim(length: number): number;
  /** The bytes that hold the open claim. Borrowed: valid until `commit` or `abort`. */
  readonly view: DataView;
  /** Absolute offset in `view` of the first claimed byte. */
  readonly offset: number;
  /**
   * Publishes the claim.
   *
   * @param length bytes written, at most what was claimed; a sink that cannot give the rest back
   *   throws when fewer were written
   */
  commit(length: number): void;
  /** Gives the claim up; nothing becomes visible. */
  abort(): void;
}

/** Who takes messages where they lie: dispatchers are handlers. */
export interface MessageHandler {
  /**
   * Takes one message.
   *
   * @param view borrowed: valid until the call returns
   * @param offset absolute offset in `view` of the message header
   * @param length bytes of the message, header included
   */
  onMessage(view: DataView, offset: number, length: number): void;
}
