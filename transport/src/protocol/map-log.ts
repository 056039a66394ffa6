import { LOG_METADATA_LENGTH, LogBufferMetadata, LogBuffers } from "@alerion/runtime/concurrent";
import type { SharedFile } from "../os/shared-files.js";

/**
 * The parts of a log buffer file, each term mapped by itself: a whole log may be longer than one buffer can be.
 *
 * @throws {SharedFileError} if it cannot be mapped
 * @throws {LogLengthError | BufferLayoutError} if its metadata cannot be
 */
export function mapLog(file: SharedFile): LogBuffers {
  const metadata = file.map(file.length - LOG_METADATA_LENGTH, LOG_METADATA_LENGTH);
  const flyweight = new LogBufferMetadata(metadata);
  flyweight.check();
  const termLength = flyweight.termLength();
  return new LogBuffers(
    file.map(0, termLength),
    file.map(termLength, termLength),
    file.map(2 * termLength, termLength),
    metadata,
  );
}
