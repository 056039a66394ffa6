import {
  AtomicBuffer,
  type ExclusiveAppender,
  type LogReader,
  type SharedAppender,
} from "@alerion/runtime/concurrent";

/** Byte k of test message i, as in the conformance data. */
function byteOf(i: number, k: number): number {
  return (i * 31 + k * 7) & 0xff;
}

const source = new AtomicBuffer(new ArrayBuffer(64 * 1024));

/** Offers test message `i` of `length` bytes; returns the appender's result. */
export function offer(
  appender: ExclusiveAppender | SharedAppender,
  i: number,
  length: number,
): number {
  for (let k = 0; k < length; k++) source.u8[k] = byteOf(i, k);
  return appender.append(source, 0, length, undefined);
}

/** Reads everything that is there; returns the bytes of each fragment. */
export function drain(reader: LogReader): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  for (let position = -1; position !== reader.position();) {
    position = reader.position();
    reader.poll((buffer, offset, length) => {
      fragments.push(buffer.u8.slice(offset, offset + length));
    }, 1000);
  }
  return fragments;
}

/** Test message `i` of `length` bytes. */
export function message(i: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, k) => byteOf(i, k));
}
