/**
 * JSON that knows where each of its values stands, for findings in files that people write. As
 * strict as `JSON.parse`, and stricter: a key given twice is an error, for one of the two is lost.
 */

/** A place in the text; all count from 1, columns in UTF-16 code units. */
export interface JsonPlace {
  readonly line: number;
  readonly column: number;
  /** Units of the key, text or word; 1 for an object or array. */
  readonly length: number;
  /** The whole line, clipped. */
  readonly lineText: string;
}

/** Units of a line that a place carries. */
const LINE_LENGTH_MAX = 160;

/** Text that is not JSON. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name: string = "JsonSyntaxError";
  readonly place: JsonPlace;

  constructor(text: string, place: JsonPlace) {
    super(text);
    this.place = place;
  }
}

/** A parsed text. */
export interface LocatedJson {
  readonly value: unknown;
  /**
   * The place of the value at a JSON pointer (RFC 6901), or of the nearest value around it; of the
   * key with `key`.
   */
  placeOf(pointer: string, what?: "key" | "value"): JsonPlace;
}

/** Nesting beyond this is refused. */
const JSON_DEPTH_MAX = 64;

/**
 * Parses a text.
 *
 * @throws {JsonSyntaxError} if it is not JSON
 */
export function parseLocatedJson(text: string): LocatedJson {
  const parser = new Parser(text);
  const value = parser.document();
  return {
    value,
    placeOf(pointer, what) {
      const places = what === "key" ? parser.keys : parser.values;
      for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
        const found = places.get(path) ?? parser.values.get(path);
        if (found !== undefined) return parser.placeAt(found);
      }
      return parser.placeAt(parser.values.get("") ?? 0);
    },
  };
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORDS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

class Parser {
  /** Offsets of values by pointer. */
  readonly values = new Map<string, number>();
  /** Offsets of keys by the pointer of their value. */
  readonly keys = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    // A byte order mark takes no column.
    this.#text = text.replace(/^\uFEFF/, "");
  }

  document(): unknown {
    const value = this.#value("", 0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail("nothing must stand behind the document");
    return value;
  }

  placeAt(offset: number): JsonPlace {
    const before = this.#text.slice(0, offset).split(/\r\n?|\n/);
    const start = offset - (before.at(-1)?.length ?? 0);
    const [lineText = ""] = this.#text.slice(start, start + LINE_LENGTH_MAX).split(/\r\n?|\n/, 1);
    const [token = ""] = /^(?:"(?:[^"\\\n]|\\.)*"|[\w.+-]+)/.exec(this.#text.slice(offset)) ?? [];
    return {
      line: before.length,
      column: offset - start + 1,
      length: Math.max(1, token.length),
      lineText,
    };
  }

  #value(pointer: string, depth: number): unknown {
    this.#space();
    this.values.set(pointer, this.#at);
    if (depth > JSON_DEPTH_MAX) this.#fail(`nesting must be at most ${JSON_DEPTH_MAX} deep`);
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(pointer, depth);
      case "[":
        return this.#array(pointer, depth);
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  #object(pointer: string, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at++;
    if (this.#takes("}")) return object;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail("a key in double quotes must stand here");
      const key = this.#string();
      const inner = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (this.keys.has(inner)) {
        this.#at = start;
        this.#fail(`a key must be given once: key=${JSON.stringify(key)}`);
      }
      this.keys.set(inner, start);
      if (!this.#takes(":")) this.#fail('":" must stand behind a key');
      // Not a plain assignment: "__proto__" is a key like any other.
      Object.defineProperty(object, key, {
        value: this.#value(inner, depth + 1),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } while (this.#takes(","));
    if (!this.#takes("}")) this.#fail('"," or "}" must stand here');
    return object;
  }

  #array(pointer: string, depth: number): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    if (this.#takes("]")) return array;
    do array.push(this.#value(`${pointer}/${array.length}`, depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) this.#fail('"," or "]" must stand here');
    return array;
  }

  #string(): string {
    STRING.lastIndex = this.#at;
    const [text] = STRING.exec(this.#text) ?? [];
    if (text === undefined) this.#fail("a text must be closed, without line ends or bad escapes");
    this.#at += text.length;
    return JSON.parse(text) as string;
  }

  #word(): unknown {
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const [number] = NUMBER.exec(this.#text) ?? [];
    if (number === undefined) this.#fail("a value must stand here");
    this.#at += number.length;
    return Number(number);
  }

  #takes(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (" \t\r\n".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #fail(text: string): never {
    throw new JsonSyntaxError(text, this.placeAt(this.#at));
  }
}
