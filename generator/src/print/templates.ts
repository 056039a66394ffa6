import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import { plus } from "../model/primitive.js";
import type { FileBuilder } from "./file-builder.js";

const FOLDER = new URL("../../templates/", import.meta.url);

type Template = (context: object) => string;

/** The templates of this package, compiled on first use. */
export class Templates {
  readonly #handlebars = Handlebars.create();
  readonly #compiled = new Map<string, Template>();
  #file: FileBuilder | undefined;

  constructor() {
    for (const file of readdirSync(fileURLToPath(FOLDER))) {
      if (!file.endsWith(".hbs")) continue;
      const name = file.slice(0, -".hbs".length);
      this.#handlebars.registerPartial(name, readFileSync(new URL(file, FOLDER), "utf8"));
    }
    this.#registerHelpers();
  }

  /** Prints `context` with the template; imports go to `file`. */
  print(name: string, context: object, file: FileBuilder): string {
    let template = this.#compiled.get(name);
    if (template === undefined) {
      // Schema text is data to templates, never a template, and the output is not HTML.
      template = this.#handlebars.compile<object>(`{{> ${name}}}`, {
        noEscape: true,
        strict: false,
      });
      this.#compiled.set(name, template);
    }
    this.#file = file;
    return template(context);
  }

  #registerHelpers(): void {
    const builder = (): FileBuilder => {
      if (this.#file === undefined) throw new Error("helpers run while a file is printed");
      return this.#file;
    };
    this.#handlebars.registerHelper({
      use: (name: string) => builder().use(name, false),
      useType: (name: string) => builder().use(name, true),
      ref: (module: string, name: string) => builder().ref(module, name, false),
      refType: (module: string, name: string) => builder().ref(module, name, true),
      concat: (...parts: unknown[]) => parts.slice(0, -1).join(""),
      link: (name: string) => `{@link ${name}}`,
      eq: (a: unknown, b: unknown) => a === b,
      plus: (base: string, bytes: number) => plus(base, bytes),
      sum: (a: number, b: number) => a + b,
      minus: (a: number, b: number) => a - b,
      assigned: (literal: string) => (isPlainNumber(literal) ? ` ${literal};` : `⟪${literal};⟫`),
      assignedItem: (literal: string) =>
        isPlainNumber(literal) ? ` ${literal},` : `⟪${literal}⟫,`,
      docLines,
    });
  }
}

/** Prettier leaves numbers behind `=` and `:` however long the line is. */
function isPlainNumber(literal: string): boolean {
  return /^\d[\d.e+-]*$/u.test(literal);
}

/** The lines of a doc comment with `note` before a closing `@deprecated`. */
function docLines(
  lines: readonly string[],
  note: unknown,
): { readonly single: string; readonly lines: readonly string[] } {
  const all = [...lines];
  if (typeof note === "string") {
    const tag = all.findIndex((line) => line.startsWith("@deprecated"));
    if (tag < 0) all.push("", note);
    else all.splice(tag - 1, 0, "", note);
  }
  return { single: all.length === 1 ? (all[0] ?? "") : "", lines: all };
}
