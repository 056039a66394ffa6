/**
 * One schema file as text, with the way from an offset to the line and column that people see.
 *
 * Lines and columns count from 1. A column counts UTF-16 code units, as editors and SARIF's
 * `utf16CodeUnits` do; a byte order mark takes no column. A line ends at LF, CRLF or a lone CR, so
 * the same schema has the same positions under each of them.
 */

/** A place in a file; `length` is UTF-16 code units and never leaves the line. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

/** The text of one file, without a byte order mark. */
export class SourceText {
  /** As the caller named it; diagnostics print it unchanged. */
  readonly file: string;
  readonly text: string;
  /** Rank among the files of one compilation, 0 for the root schema. */
  readonly rank: number;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string, rank = 0) {
    this.file = file;
    this.text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    this.rank = rank;
    this.#lineStarts = undefined;
  }

  /** Line and column of an offset in `text`; an offset beyond the end counts as the end. */
  positionAt(offset: number): SourcePosition {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }

  /** Offset of the first unit of the line, and the offset behind its last one (line end excluded). */
  lineBounds(line: number): { readonly start: number; readonly end: number } {
    const starts = this.#starts();
    const start = starts[line - 1] ?? this.text.length;
    let end = starts[line] ?? this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === LINE_FEED) end--;
    if (end > start && this.text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    return { start, end };
  }

  // Built on the first question only: a schema without diagnostics never asks.
  #starts(): readonly number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    const lineEnd = /\r\n?|\n/g;
    while (lineEnd.exec(this.text) !== null) starts.push(lineEnd.lastIndex);
    this.#lineStarts = starts;
    return starts;
  }
}

/** A stretch of a file, by offsets in its text. */
export interface SourceSpan {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}
