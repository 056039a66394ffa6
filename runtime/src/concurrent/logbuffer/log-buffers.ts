import { AtomicBuffer } from "../atomic-buffer.js";
import { BufferLayoutError } from "../errors.js";
import { checkTermLength, LOG_METADATA_LENGTH } from "./log-buffer-descriptor.js";
import { LogBufferMetadata } from "./log-buffer-metadata.js";
import { PARTITION_COUNT } from "./position.js";

/**
 * The parts of one log: its terms, each a buffer of its own because a whole log may exceed what one buffer can
 * hold, and its metadata.
 */
export class LogBuffers {
  readonly termLength: number;
  readonly metadata: LogBufferMetadata;
  readonly #term0: AtomicBuffer;
  readonly #term1: AtomicBuffer;
  readonly #term2: AtomicBuffer;

  /**
   * @throws {BufferLayoutError} unless the terms have one legal length, the same as the metadata says
   * @throws {LogLengthError} if the metadata holds an impossible length
   */
  constructor(
    term0: AtomicBuffer,
    term1: AtomicBuffer,
    term2: AtomicBuffer,
    metadata: AtomicBuffer,
  ) {
    this.metadata = new LogBufferMetadata(metadata);
    this.metadata.check();
    this.termLength = this.metadata.termLength();
    for (const term of [term0, term1, term2]) {
      if (term.capacity !== this.termLength) {
        throw new BufferLayoutError(
          `a term must be as long as the metadata says: length=${term.capacity} termLength=${this.termLength}`,
        );
      }
    }
    this.#term0 = term0;
    this.#term1 = term1;
    this.#term2 = term2;
  }

  /** Term buffer of a partition, 0..2. */
  term(partitionIndex: number): AtomicBuffer {
    if (partitionIndex === 0) return this.#term0;
    return partitionIndex === 1 ? this.#term1 : this.#term2;
  }
}

/**
 * A log that lies in one piece in a plain or shared buffer, metadata already written.
 *
 * @throws {BufferLayoutError | LogLengthError} if the metadata does not describe such a log
 */
export function logBuffersOf(buffer: ArrayBufferLike): LogBuffers {
  if (buffer.byteLength < LOG_METADATA_LENGTH || buffer.byteLength % 8 !== 0) {
    throw new BufferLayoutError(
      `a log must hold its metadata and be a multiple of 8 bytes: length=${buffer.byteLength}`,
    );
  }
  const metadata = new AtomicBuffer(buffer, buffer.byteLength - LOG_METADATA_LENGTH);
  const termLength = new LogBufferMetadata(metadata).termLength();
  checkTermLength(termLength);
  if (PARTITION_COUNT * termLength + LOG_METADATA_LENGTH > buffer.byteLength) {
    throw new BufferLayoutError(
      `a log must hold its three terms: length=${buffer.byteLength} termLength=${termLength}`,
    );
  }
  return new LogBuffers(
    new AtomicBuffer(buffer, 0, termLength),
    new AtomicBuffer(buffer, termLength, termLength),
    new AtomicBuffer(buffer, 2 * termLength, termLength),
    metadata,
  );
}
