/** The platform's TextDecoder, one per charset, where it does what it should. */

let decoders: Map<string, TextDecoder> | undefined;

/**
 * Decodes all of `bytes`; a byte order mark is a character like any other.
 *
 * @param bytes also those of shared memory
 * @param charset WHATWG name, as `charsetOf` gives it
 */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  decoders ??= new Map();
  let decoder = decoders.get(charset);
  if (decoder === undefined) {
    decoder = new TextDecoder(charset, { ignoreBOM: true });
    decoders.set(charset, decoder);
  }
  // Browsers refuse to decode shared memory; a copy is never shared.
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  // As a stream: Node 20 has a fast path for whole buffers that takes windows-1252 for ISO-8859-1, so that
  // 0x80 is no euro sign. A charset of single bytes leaves nothing over for the next call.
  return decoder.decode(own, { stream: charset === "windows-1252" });
}
