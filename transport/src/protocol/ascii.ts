/**
 * Strings of the control protocol: ASCII behind an int32 length, without terminator.
 *
 * A byte above 127 can only come from a peer that breaks the protocol. Reading takes each byte as one
 * character (Latin-1) so that nothing is lost; writing puts `?` for what ASCII cannot hold, as Java does.
 */

const QUESTION_MARK = 0x3f;

/** Writes `text` at `offset`, one byte a character, and returns the number of bytes written. */
export function putAscii(view: DataView, offset: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    view.setUint8(offset + i, code < 0x80 ? code : QUESTION_MARK);
  }
  return text.length;
}

/** Reads `length` bytes at `offset`, one character a byte. The caller has checked the range. */
export function getAscii(view: DataView, offset: number, length: number): string {
  // In pieces: a call with tens of thousands of arguments would overflow the stack.
  const pieceLength = 1024;
  let text = "";
  for (let done = 0; done < length; done += pieceLength) {
    const count = Math.min(pieceLength, length - done);
    const codes: number[] = [];
    for (let i = 0; i < count; i++) codes.push(view.getUint8(offset + done + i));
    text += String.fromCharCode(...codes);
  }
  return text;
}
