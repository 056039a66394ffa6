import { fit } from "./fit.js";

/** Collects what a module imports while its body is printed. */
export class FileBuilder {
  readonly module: string;
  readonly #uses = new Map<string, Map<string, boolean>>();

  constructor(module: string) {
    this.module = module;
  }

  /** Imports `name` from the door of the runtime, as a value or as a type; returns the name. */
  use(name: string, isType: boolean): string {
    return this.#add("@alerion/runtime/codegen", name, isType);
  }

  /** Imports `name` from a sibling unless it is this module; returns the name. */
  ref(module: string, name: string, isType: boolean): string {
    return module === this.module ? name : this.#add(`./${module}.js`, name, isType);
  }

  #add(from: string, name: string, isType: boolean): string {
    const names = this.#uses.get(from) ?? new Map<string, boolean>();
    names.set(name, isType && (names.get(name) ?? true));
    this.#uses.set(from, names);
    return name;
  }

  /** The file: header, imports, body, laid out. */
  finish(header: string, body: string): string {
    const imports: string[] = [];
    const sources = [...this.#uses].sort(([a], [b]) => compareSources(a, b));
    for (const [from, names] of sources) {
      for (const isType of [true, false]) {
        const list = [...names]
          .filter(([, each]) => each === isType)
          .map(([name]) => name)
          .sort();
        if (list.length > 0) imports.push(importLine(from, list, isType));
      }
    }
    return fit([header.trimEnd(), "", ...imports, "", body].join("\n"));
  }
}

/** Packages before siblings. */
function compareSources(a: string, b: string): number {
  if (a.startsWith(".") !== b.startsWith(".")) return a.startsWith(".") ? 1 : -1;
  return a < b ? -1 : 1;
}

function importLine(from: string, names: readonly string[], isType: boolean): string {
  const keyword = isType ? "import type" : "import";
  // Prettier never breaks an import of one name.
  const list = names.length === 1 ? ` ${names[0]} ` : `⦃${names.join(",⏎")}⦄`;
  return `${keyword} {${list}} from "${from}";`;
}
