/**
 * Breaks lines that are longer than Prettier lets them be, in Prettier's way. Templates mark where a line may
 * break; a line without marks stays as it is.
 *
 *   f(⟦a,⏎b⟧)     f(a, b)    or one item a line, with a trailing comma
 *   {⦃a,⏎b⦄}      { a, b }   or the same
 *   T<⟮A,⏎B⟯>     T<A, B>    or one item a line, without a trailing comma
 *   x =⟪v⟫;       x = v;     or `v` on a line of its own
 *   x =⟨f(…);⟩    x = f(…);  or `f(…)` on a line of its own, only if its head does not fit behind `=`
 *   : ⟬A⏎| B⟭;    : A | B;   or `A | B` on a line of its own, or one member a line, each with a bar
 *
 * The algorithm is Wadler's as Prettier has it: the outermost group that does not fit is broken first.
 */

/** Width of generated files; Prettier's `printWidth`. */
const WIDTH_MAX = 100;

type Doc =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "line"; readonly flat: string }
  | { readonly kind: "ifBroken"; readonly text: string }
  | { readonly kind: "indent" | "group" | "fluid"; readonly parts: readonly Doc[] };

interface Bracket {
  readonly close: string;
  /** The doc of what stands between the marks. */
  readonly wrap: (inner: readonly Doc[]) => Doc;
}

function list(close: string, flat: string, comma: string): Bracket {
  const line: Doc = { kind: "line", flat };
  return {
    close,
    wrap: (inner) =>
      group([{ kind: "indent", parts: [line, ...inner] }, { kind: "ifBroken", text: comma }, line]),
  };
}

function group(parts: readonly Doc[]): Doc {
  return { kind: "group", parts };
}

/** Prettier aligns what breaks inside a member of a union behind the bar. */
function unionMember(part: Doc): Doc {
  return part.kind === "group" ? { kind: "indent", parts: [part] } : part;
}

const BRACKETS: { readonly [open: string]: Bracket } = {
  "⟦": list("⟧", "", ","),
  "⦃": list("⦄", " ", ","),
  "⟮": list("⟯", "", ""),
  "⟪": {
    close: "⟫",
    wrap: (inner) => group([{ kind: "indent", parts: [{ kind: "line", flat: " " }, ...inner] }]),
  },
  "⟨": { close: "⟩", wrap: (inner) => ({ kind: "fluid", parts: inner }) },
  "⟬": {
    close: "⟭",
    wrap: (inner) => {
      const members = group([{ kind: "ifBroken", text: "| " }, ...inner.map(unionMember)]);
      return group([{ kind: "indent", parts: [{ kind: "line", flat: "" }, members] }]);
    },
  },
};

// No mark lies beyond U+FFFF, and without the flag `u` each line takes half the time.
const MARK = /[⟦⟧⦃⦄⟮⟯⟪⟫⟨⟩⟬⟭⏎]/;
const MARKS = new RegExp(MARK, "g");
const TOKENS = /[⟦⟧⦃⦄⟮⟯⟪⟫⟨⟩⟬⟭⏎]|[^⟦⟧⦃⦄⟮⟯⟪⟫⟨⟩⟬⟭⏎]+/g;

/** Lays out every marked line of `text` and normalizes blank lines. */
export function fit(text: string): string {
  let out = "";
  let previous: string | undefined;
  let hasGap = false;
  for (const line of text.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "") {
      hasGap = true;
      continue;
    }
    if (previous !== undefined) {
      if (hasGap && !isOpening(previous) && !isClosing(trimmed)) out += "\n";
      out += "\n";
    }
    hasGap = false;
    const isMarked = MARK.test(trimmed) && !isComment(trimmed);
    const laidOut = isMarked ? layOut(line) : line.trimEnd();
    out += laidOut;
    previous = isMarked ? laidOut.slice(laidOut.lastIndexOf("\n") + 1) : laidOut;
  }
  return `${out}\n`;
}

function isClosing(trimmed: string): boolean {
  return trimmed.startsWith("}") || trimmed.startsWith("]") || trimmed.startsWith(")");
}

function isComment(trimmed: string): boolean {
  return trimmed.startsWith("*") || trimmed.startsWith("//") || trimmed.startsWith("/*");
}

function isOpening(line: string): boolean {
  return line.endsWith("{") && !/^\s*(?:\*|\/\/)/.test(line);
}

/** What a mark is where nothing breaks. */
const FLAT: { readonly [mark: string]: string } = {
  "⏎": " ",
  "⦃": " ",
  "⦄": " ",
  "⟪": " ",
  "⟨": " ",
};

/** The line without breaks; undefined where its marks do not go together, or one stands outside of all others. */
function unbroken(line: string): string | undefined {
  let depth = 0;
  let isWhole = true;
  const text = line.replace(MARKS, (mark) => {
    if (mark === "⏎") isWhole &&= depth > 0;
    else depth += mark in BRACKETS ? 1 : -1;
    return FLAT[mark] ?? "";
  });
  return isWhole && depth === 0 ? text : undefined;
}

/** Most lines fit without a break, and need no more than that. */
function layOut(line: string): string {
  const whole = unbroken(line);
  return whole !== undefined && whole.length <= WIDTH_MAX ? whole : broken(line);
}

function broken(line: string): string {
  const indent = line.length - line.trimStart().length;
  const tokens = line.trimStart().match(TOKENS) ?? [];
  const { parts, next } = parse(tokens, 0, undefined);
  if (next !== tokens.length) throw new Error(`marks must be balanced: line=${line}`);
  return print(parts, indent);
}

function parse(
  tokens: readonly string[],
  start: number,
  bracket: Bracket | undefined,
): { parts: Doc[]; next: number } {
  const parts: Doc[] = [];
  let index = start;
  for (; index < tokens.length; index++) {
    const token = tokens[index] ?? "";
    if (token === bracket?.close) return { parts, next: index };
    const opened = BRACKETS[token];
    if (opened !== undefined) {
      const inner = parse(tokens, index + 1, opened);
      if (tokens[inner.next] !== opened.close) throw new Error(`mark must be closed: ${token}`);
      index = inner.next;
      parts.push(opened.wrap(inner.parts));
    } else if (token === "⏎") {
      parts.push({ kind: "line", flat: " " });
    } else if (MARK.test(token)) {
      throw new Error(`mark must be opened before it is closed: ${token}`);
    } else {
      parts.push({ kind: "text", text: token });
    }
  }
  return { parts, next: index };
}

interface Command {
  readonly indent: number;
  readonly isFlat: boolean;
  readonly doc: Doc;
}

function print(parts: readonly Doc[], indent: number): string {
  let out = " ".repeat(indent);
  let column = indent;
  const stack: Command[] = parts.map((doc) => ({ indent, isFlat: false, doc })).reverse();
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { doc, isFlat } = command;
    switch (doc.kind) {
      case "text":
        out += doc.text;
        column += doc.text.length;
        break;
      case "ifBroken":
        if (!isFlat) out += doc.text;
        break;
      case "line":
        out = isFlat ? out + doc.flat : `${out.trimEnd()}\n${" ".repeat(command.indent)}`;
        column = isFlat ? column + doc.flat.length : command.indent;
        break;
      case "indent":
        push(stack, doc.parts, command.indent + 2, isFlat);
        break;
      case "fluid": {
        const space: Doc = { kind: "line", flat: " " };
        const rest = doc.parts.map((part) => ({ indent: 0, isFlat: false, doc: part })).reverse();
        const stays = isFlat || fits(space, WIDTH_MAX - column, [...stack, ...rest]);
        const inner = stays ? command.indent : command.indent + 2;
        push(stack, doc.parts, inner, isFlat);
        stack.push({ indent: inner, isFlat: stays, doc: space });
        break;
      }
      case "group": {
        const goesFlat = isFlat || fits(doc, WIDTH_MAX - column, stack);
        push(stack, doc.parts, command.indent, goesFlat);
        break;
      }
    }
  }
  return out;
}

function push(stack: Command[], parts: readonly Doc[], indent: number, isFlat: boolean): void {
  for (const doc of parts.toReversed()) stack.push({ indent, isFlat, doc });
}

/** Whether `doc` and what follows it up to the next possible break go into `width` columns. */
function fits(doc: Doc, width: number, rest: readonly Command[]): boolean {
  let left = width;
  let restIndex = rest.length;
  const stack: { isFlat: boolean; doc: Doc }[] = [{ isFlat: true, doc }];
  for (;;) {
    const item = stack.pop() ?? rest[--restIndex];
    if (item === undefined) return left >= 0;
    const { isFlat } = item;
    switch (item.doc.kind) {
      case "text":
        left -= item.doc.text.length;
        break;
      case "line":
        if (!isFlat) return left >= 0;
        left -= item.doc.flat.length;
        break;
      case "ifBroken":
        if (!isFlat) left -= item.doc.text.length;
        break;
      case "fluid":
        if (!isFlat) return left >= 0;
        left -= 1;
        for (const part of item.doc.parts.toReversed()) stack.push({ isFlat, doc: part });
        break;
      case "group":
      case "indent":
        for (const part of item.doc.parts.toReversed()) stack.push({ isFlat, doc: part });
        break;
    }
    if (left < 0) return false;
  }
}
