/** The bytes of a schema file as text. */
import { quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { SourceText } from "../source-text.js";

/** Largest schema file that is read, unless the caller sets another cap. */
export const SOURCE_BYTES_MAX = 16 * 1024 * 1024;

/** Where the text of a file goes, and how much of it is taken. */
export interface DecodeSettings {
  readonly file: string;
  readonly rank: number;
  readonly bytesMax: number;
}

/** Yields the text; undefined for a file that is too large or in no known encoding (then reported). */
export function decodeSource(
  source: string | Uint8Array,
  settings: DecodeSettings,
  sink: DiagnosticSink,
): SourceText | undefined {
  const { file, rank, bytesMax } = settings;
  const size = typeof source === "string" ? source.length : source.byteLength;
  if (size > bytesMax) {
    reportAt(
      file,
      rank,
      "",
      sink,
      "xml-too-large",
      `a schema file must have at most ${bytesMax} bytes: length=${size}`,
    );
    return undefined;
  }
  if (typeof source === "string") return new SourceText(file, source, rank);
  return new BytesDecoder(source, settings, sink).decode();
}

class BytesDecoder {
  readonly #bytes: Uint8Array;
  readonly #settings: DecodeSettings;
  readonly #sink: DiagnosticSink;

  constructor(bytes: Uint8Array, settings: DecodeSettings, sink: DiagnosticSink) {
    this.#bytes = bytes;
    this.#settings = settings;
    this.#sink = sink;
  }

  // Source: XML 1.0, appendix F: the first bytes tell the family, the declaration the rest.
  decode(): SourceText | undefined {
    const [first, second] = this.#bytes;
    if (first === 0xfe && second === 0xff) return this.#strict("utf-16be");
    if (first === 0xff && second === 0xfe) return this.#strict("utf-16le");
    const declared = declaredEncoding(this.#bytes);
    switch (declared?.toLowerCase()) {
      case undefined:
      case "utf-8":
      case "utf8":
      case "us-ascii":
      case "ascii":
        return this.#strict("utf-8");
      case "iso-8859-1":
      case "latin1":
        return this.#source(latin1(this.#bytes));
      default:
        this.#report(
          latin1(this.#bytes.subarray(0, 100)),
          `encoding must be UTF-8, UTF-16 with a byte order mark, US-ASCII or ISO-8859-1: encoding=${quoted(declared ?? "")}`,
        );
        return undefined;
    }
  }

  #strict(label: "utf-8" | "utf-16le" | "utf-16be"): SourceText | undefined {
    try {
      return this.#source(new TextDecoder(label, { fatal: true }).decode(this.#bytes));
    } catch {
      const before = decodablePrefix(this.#bytes, label);
      this.#report(
        before,
        `bytes must be ${label.toUpperCase()}: the next ones are not`,
        before.length,
      );
      return undefined;
    }
  }

  #source(text: string): SourceText {
    return new SourceText(this.#settings.file, text, this.#settings.rank);
  }

  #report(text: string, message: string, at = 0): void {
    const { file, rank } = this.#settings;
    reportAt(file, rank, text, this.#sink, "xml-encoding", message, at);
  }
}

function reportAt(
  file: string,
  rank: number,
  text: string,
  sink: DiagnosticSink,
  rule: "xml-too-large" | "xml-encoding",
  message: string,
  at = 0,
): void {
  const source = new SourceText(file, text, rank);
  sink.report(rule, { source, start: at, end: at }, message);
}

/** The encoding that the XML declaration names; it is ASCII up to there. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = latin1(bytes.subarray(0, 200)).replace(/^ï»¿/, "");
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(head)?.[1];
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  // In pieces: an argument list has a limit, and one character at a time is slow.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

/** The text before the first bytes that do not decode: halving finds the place. */
function decodablePrefix(bytes: Uint8Array, label: "utf-8" | "utf-16le" | "utf-16be"): string {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), label)) good = middle;
    else bad = middle;
  }
  return new TextDecoder(label).decode(bytes.subarray(0, good), { stream: true });
}

function decodes(bytes: Uint8Array, label: "utf-8" | "utf-16le" | "utf-16be"): boolean {
  try {
    // As a stream: a character cut off at the end is no fault of what is before it.
    new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
