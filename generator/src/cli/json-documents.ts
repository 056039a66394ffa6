/** Cuts a stream of text into JSON documents, whatever stands between them: lines, spaces, nothing. */

/** One document, not yet parsed. */
export interface JsonDocumentText {
  readonly text: string;
  /** Line, from 1, on which it starts. */
  readonly line: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const LINE_FEED = 0x0a;

/** Takes text piece by piece; every complete object or array is handed out as soon as it ends. */
export class JsonDocumentSplitter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #startLine = 1;
  #parts: string[] = [];

  /** The documents that end in this piece. */
  *push(piece: string): Generator<JsonDocumentText> {
    let start = 0;
    for (let index = 0; index < piece.length; index++) {
      const code = piece.charCodeAt(index);
      if (code === LINE_FEED) this.#line++;
      if (this.#inString) {
        this.#stringUnit(code);
      } else if (code === QUOTE) {
        this.#inString = true;
        if (this.#depth === 0 && this.#isBlank(piece.slice(start, index)))
          this.#startLine = this.#line;
      } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (this.#depth === 0 && this.#isBlank(piece.slice(start, index)))
          this.#startLine = this.#line;
        this.#depth++;
      } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && this.#depth > 0) {
        this.#depth--;
        if (this.#depth === 0) {
          this.#parts.push(piece.slice(start, index + 1));
          start = index + 1;
          yield this.#take();
        }
      }
    }
    if (start < piece.length) this.#parts.push(piece.slice(start));
  }

  /** What is left at the end: undefined for white space. */
  end(): JsonDocumentText | undefined {
    return this.#isBlank("") ? undefined : this.#take();
  }

  #take(): JsonDocumentText {
    const text = this.#parts.join("");
    this.#parts = [];
    return { text, line: this.#startLine };
  }

  #stringUnit(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }

  #isBlank(more: string): boolean {
    return more.trim() === "" && this.#parts.every((part) => part.trim() === "");
  }
}
