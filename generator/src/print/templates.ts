import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type Handlebars from "handlebars";
import { plus } from "../model/primitive.js";
import type { FileBuilder } from "./file-builder.js";
import { TEMPLATE_OPTIONS, type HelperName } from "./template-options.js";

const FOLDER = fileURLToPath(new URL("../../templates/", import.meta.url));

/** The templates as code, made by the build; only beside built code. */
const PRECOMPILED = fileURLToPath(new URL("../templates.cjs", import.meta.url));

const require = createRequire(import.meta.url);

type Template = (context: object) => string;

/** Paths of the template sources. */
function sources(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".hbs"))
    .map((file) => FOLDER + file);
}

/** True unless a template was edited after the build; the times of installed files are all one. */
function isPrecompiled(): boolean {
  const built = statSync(PRECOMPILED, { throwIfNoEntry: false });
  if (built === undefined) return false;
  return !existsSync(FOLDER) || sources().every((file) => statSync(file).mtimeMs <= built.mtimeMs);
}

/** An environment with all templates as partials. */
function loadTemplates(): typeof Handlebars {
  if (isPrecompiled()) {
    const handlebars = (require("handlebars/runtime") as typeof Handlebars).create();
    const specs = require(PRECOMPILED) as Readonly<Record<string, TemplateSpecification>>;
    for (const [name, spec] of Object.entries(specs)) {
      handlebars.registerPartial(name, handlebars.template(spec));
    }
    return handlebars;
  }
  const handlebars = (require("handlebars") as typeof Handlebars).create();
  for (const file of sources()) {
    const name = file.slice(FOLDER.length, -".hbs".length);
    const text = readFileSync(file, "utf8");
    handlebars.registerPartial(name, handlebars.compile(text, TEMPLATE_OPTIONS));
  }
  return handlebars;
}

/** The templates of this package. */
export class Templates {
  readonly #handlebars = loadTemplates();
  #file: FileBuilder | undefined;

  constructor() {
    this.#registerHelpers();
  }

  /** Prints `context` with the template; imports go to `file`. */
  print(name: string, context: object, file: FileBuilder): string {
    const template = this.#handlebars.partials[name] as Template | undefined;
    if (template === undefined) throw new Error(`template must exist: name=${name}`);
    this.#file = file;
    return template(context);
  }

  #registerHelpers(): void {
    const builder = (): FileBuilder => {
      if (this.#file === undefined) throw new Error("helpers run while a file is printed");
      return this.#file;
    };
    const helpers: Record<HelperName, Handlebars.HelperDelegate> = {
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
    };
    this.#handlebars.registerHelper(helpers);
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
