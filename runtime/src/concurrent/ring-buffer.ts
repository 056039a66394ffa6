import type { AtomicBuffer } from "./atomic-buffer.js";

/** What a claim yields when the record does not fit now. */
export const INSUFFICIENT_CAPACITY = -2;

/**
 * Takes one message. `buffer` is borrowed: offset and length are valid until the call returns.
 *
 * @param offset of the body, in bytes
 * @param length of the body, in bytes
 */
export type MessageHandler = (
  msgTypeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
) => void;

/** As `MessageHandler`; what it returns steers the reading. */
export type ControlledMessageHandler = (
  msgTypeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
) => ControlledAction;

/** What a controlled handler asks for. */
export const ControlledAction = {
  /** Stop and leave this message where it is: it comes again. */
  ABORT: 1,
  /** Stop after this message. */
  BREAK: 2,
  /** Tell the other side now how far reading has come, and go on. */
  COMMIT: 3,
  /** Go on. */
  CONTINUE: 4,
} as const;
/** One of the actions above. */
export type ControlledAction = (typeof ControlledAction)[keyof typeof ControlledAction];
