import {
  AtomicBuffer,
  BEGIN_FRAG_FLAG,
  DATA_HEADER_LENGTH,
  END_FRAG_FLAG,
  FRAME_ALIGNMENT,
  FrameType,
  LogBufferMetadata,
  LOG_METADATA_LENGTH,
  PARTITION_COUNT,
  alignFrame,
} from "@alerion/runtime/concurrent";
import { AlerionError } from "@alerion/runtime";

/** A file is no log buffer. Code `LOG_FILE`. */
export class LogFileError extends AlerionError {
  override readonly name: string = "LogFileError";

  constructor(text: string, options?: ErrorOptions) {
    super("LOG_FILE", text, options);
  }
}

/** One frame as it lies in a term. */
export interface FrameDump {
  readonly partition: number;
  /** Bytes from the start of the term. */
  readonly offset: number;
  readonly frameLength: number;
  readonly flags: number;
  /** 0 padding, 1 data. */
  readonly type: number;
  readonly termOffset: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly termId: number;
  readonly reservedValue: bigint;
  /** Bytes behind the header; empty for padding. */
  readonly payload: Uint8Array;
}

/** What a log's metadata says. */
export interface LogMetadataDump {
  readonly type: "concurrent" | "exclusive" | "image" | "unknown";
  readonly correlationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly initialTermId: number;
  readonly activeTermCount: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly pageSize: number;
  readonly windowLength: number;
  readonly isConnected: boolean;
  readonly isRevoked: boolean;
  /** `null` while the stream goes on. */
  readonly endOfStreamPosition: bigint | null;
  readonly tails: readonly { readonly termId: number; readonly termOffset: number }[];
}

/** A log buffer file taken apart. */
export interface LogDump {
  readonly metadata: LogMetadataDump;
  /** Complete frames, term by term in the order of their term ids. */
  readonly frames: readonly FrameDump[];
  /** What cannot be a frame: where and why. */
  readonly damages: readonly string[];
}

const END_OF_STREAM_NOT_SET = 2n ** 63n - 1n;
const TYPE_NAMES = ["concurrent", "exclusive", "image"] as const;

/**
 * Takes a log buffer file apart, its own copy in `bytes`.
 *
 * Drivers zero what has been consumed, so frames may begin anywhere: zero words are skipped.
 *
 * @throws {LogFileError} if the file is none
 */
export function dumpLog(bytes: Uint8Array<ArrayBuffer>): LogDump {
  const { file, metadata } = openLog(bytes);
  const termLength = metadata.termLength();
  const frames: FrameDump[] = [];
  const damages: string[] = [];
  const order = [0, 1, 2].toSorted((a, b) => (metadata.tailTermId(a) - metadata.tailTermId(b)) | 0);
  for (const partition of order) {
    dumpTerm(file.slice(partition * termLength, termLength), partition, frames, damages);
  }
  return { metadata: dumpMetadata(metadata), frames, damages };
}

function openLog(bytes: Uint8Array<ArrayBuffer>): {
  readonly file: AtomicBuffer;
  readonly metadata: LogBufferMetadata;
} {
  const { length } = bytes;
  if (length < LOG_METADATA_LENGTH || length % 8 !== 0) {
    throw new LogFileError(`log must hold its metadata: length=${length}`);
  }
  const file = new AtomicBuffer(bytes.buffer, bytes.byteOffset, length);
  const metadata = new LogBufferMetadata(
    file.slice(length - LOG_METADATA_LENGTH, LOG_METADATA_LENGTH),
  );
  try {
    metadata.check();
  } catch (error) {
    throw new LogFileError("log must have possible lengths in its metadata", { cause: error });
  }
  const termLength = metadata.termLength();
  if (PARTITION_COUNT * termLength + LOG_METADATA_LENGTH > length) {
    throw new LogFileError(`log must hold its terms: length=${length} termLength=${termLength}`);
  }
  return { file, metadata };
}

/** Whether the bytes are a log buffer file: the metadata at their end says of which lengths, and they are that long. */
export function isLogBuffer(bytes: Uint8Array<ArrayBuffer>): boolean {
  try {
    const { metadata } = openLog(bytes);
    return metadata.termLength() > 0;
  } catch (error) {
    if (error instanceof LogFileError) return false;
    throw error;
  }
}

function dumpTerm(
  term: AtomicBuffer,
  partition: number,
  frames: FrameDump[],
  damages: string[],
): void {
  let offset = 0;
  while (offset + DATA_HEADER_LENGTH <= term.capacity) {
    const frameLength = term.getInt32(offset);
    if (frameLength <= 0) {
      if (frameLength < 0) {
        damages.push(
          `unfinished frame: partition=${partition} offset=${offset} frameLength=${frameLength}`,
        );
      }
      offset += FRAME_ALIGNMENT;
      continue;
    }
    if (frameLength < DATA_HEADER_LENGTH || offset + frameLength > term.capacity) {
      damages.push(
        `frame must have a header and end inside its term: partition=${partition} offset=${offset} frameLength=${frameLength}`,
      );
      return;
    }
    frames.push(dumpFrame(term, partition, offset, frameLength));
    offset += alignFrame(frameLength);
  }
}

function dumpFrame(
  term: AtomicBuffer,
  partition: number,
  offset: number,
  frameLength: number,
): FrameDump {
  const type = term.getUint16(offset + 6);
  return {
    partition,
    offset,
    frameLength,
    flags: term.getUint8(offset + 5),
    type,
    termOffset: term.getInt32(offset + 8),
    sessionId: term.getInt32(offset + 12),
    streamId: term.getInt32(offset + 16),
    termId: term.getInt32(offset + 20),
    reservedValue: term.getBigInt64(offset + 24),
    payload:
      type === FrameType.DATA
        ? term.u8.slice(offset + DATA_HEADER_LENGTH, offset + frameLength)
        : new Uint8Array(),
  };
}

function dumpMetadata(metadata: LogBufferMetadata): LogMetadataDump {
  const endOfStreamPosition = metadata.int64(128);
  return {
    type: TYPE_NAMES[metadata.type()] ?? "unknown",
    correlationId: metadata.int64(256),
    sessionId: metadata.sessionId(),
    streamId: metadata.streamId(),
    initialTermId: metadata.initialTermId(),
    activeTermCount: metadata.activeTermCount(),
    termLength: metadata.termLength(),
    mtuLength: metadata.mtuLength(),
    pageSize: metadata.pageSize(),
    windowLength: metadata.publicationWindowLength(),
    isConnected: metadata.isConnected(),
    isRevoked: metadata.isPublicationRevoked(),
    endOfStreamPosition: endOfStreamPosition === END_OF_STREAM_NOT_SET ? null : endOfStreamPosition,
    tails: [0, 1, 2].map((index) => ({
      termId: metadata.tailTermId(index),
      termOffset: metadata.tailOffset(index),
    })),
  };
}

/** A message, put together from its fragments. */
export interface MessageDump {
  /** Its first frame. */
  readonly frame: FrameDump;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Messages of a log; one whose beginning or end is missing is left out. */
export function assembleMessages(frames: readonly FrameDump[]): MessageDump[] {
  const messages: MessageDump[] = [];
  let parts: FrameDump[] = [];
  for (const frame of frames) {
    if (frame.type !== FrameType.DATA) continue;
    if ((frame.flags & BEGIN_FRAG_FLAG) !== 0) parts = [frame];
    else if (parts.length > 0) parts.push(frame);
    const [first] = parts;
    if (first === undefined || (frame.flags & END_FRAG_FLAG) === 0) continue;
    messages.push({ frame: first, payload: concatenate(parts) });
    parts = [];
  }
  return messages;
}

function concatenate(parts: readonly FrameDump[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, each) => sum + each.payload.length, 0);
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const { payload } of parts) {
    whole.set(payload, offset);
    offset += payload.length;
  }
  return whole;
}
