import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { InvariantError } from "./ledger.js";

/** Bytes of the shortest message. */
export const MESSAGE_LENGTH_MIN = 16;
/** Bytes of the longest message, which takes several frames. */
export const MESSAGE_LENGTH_MAX = 3000;

/** Where `fill` puts a message. All clients share it: another one may run in the middle of a step. */
export const source = new AtomicBuffer(new ArrayBuffer(4096));

/** A message says who it is in its first word, and every other byte follows from that. */
export function fill(id: number, length: number): void {
  source.putInt32(0, id);
  for (let k = 4; k < length; k++) source.u8[k] = (id * 31 + k * 7) & 0xff;
}

/** Yields who a message is; throws unless every byte is as it was published. */
export function verify(message: Uint8Array): number {
  const id = new DataView(message.buffer, message.byteOffset).getInt32(0, true);
  for (let k = 4; k < message.length; k++) {
    if (message[k] !== ((id * 31 + k * 7) & 0xff)) {
      throw new InvariantError("D1", `message must arrive as published: id=${id} byte=${k}`);
    }
  }
  return id;
}
