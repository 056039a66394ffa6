import { plus } from "../model/primitive.js";
import { templatesOf, type CompiledTemplates } from "./compiled-templates.js";
import type { FileBuilder } from "./file-builder.js";

/** The templates of this package. */
export class Templates {
  readonly #templates: CompiledTemplates;
  #file: FileBuilder | undefined;

  constructor() {
    const builder = (): FileBuilder => {
      if (this.#file === undefined) throw new Error("helpers run while a file is printed");
      return this.#file;
    };
    this.#templates = templatesOf({
      use: (name) => builder().use(name, false),
      useType: (name) => builder().use(name, true),
      ref: (module, name) => builder().ref(module, name, false),
      refType: (module, name) => builder().ref(module, name, true),
      concat: (...parts) => parts.join(""),
      link: (name) => `{@link ${name}}`,
      eq: (a, b) => a === b,
      plus,
      sum: (a, b) => a + b,
      minus: (a, b) => a - b,
      assigned: (literal) => (isPlainNumber(literal) ? ` ${literal};` : `⟪${literal};⟫`),
      assignedItem: (literal) => (isPlainNumber(literal) ? ` ${literal},` : `⟪${literal}⟫,`),
      docLines,
    });
  }

  /** Prints `context` with the template; imports go to `file`. */
  print(name: string, context: object, file: FileBuilder): string {
    const template = this.#templates[name];
    if (template === undefined) throw new Error(`template must exist: name=${name}`);
    this.#file = file;
    return template(context, context);
  }
}

/** Prettier leaves numbers behind `=` and `:` however long the line is. */
function isPlainNumber(literal: string): boolean {
  return /^\d[\d.e+-]*$/u.test(literal);
}

/** The lines of a doc comment with `note` before a closing `@deprecated`. */
function docLines(
  lines: readonly string[],
  note?: string,
): { readonly single: string; readonly lines: readonly string[] } {
  const all = [...lines];
  if (note !== undefined) {
    const tag = all.findIndex((line) => line.startsWith("@deprecated"));
    if (tag < 0) all.push("", note);
    else all.splice(tag - 1, 0, "", note);
  }
  return { single: all.length === 1 ? (all[0] ?? "") : "", lines: all };
}
