/**
 * Ids of the plugin's modules. A schema is the module of its own path; each generated module behind it is the same
 * path with a query, so that bundlers count a change of the file as a change of all of them.
 */
import { basename } from "node:path";
import type { SbePluginOptions } from "./options.js";

/** The module that holds all names. */
export const INDEX_MODULE = "index";

const QUERY = "?sbe=";

/** A module of a schema. */
export interface SchemaModule {
  /** Path of the schema. */
  readonly file: string;
  /** Name of the generated module without its ending. */
  readonly module: string;
}

/** The specifier by which the modules of a schema import each other. */
export function siblingSpecifier(file: string, module: string): string {
  return `./${basename(file)}${QUERY}${module}`;
}

/** What an id means to the plugin; undefined for all that is none of its business, `car.xml?raw` too. */
export function moduleOf(id: string, options: SbePluginOptions): SchemaModule | undefined {
  const question = id.indexOf("?");
  const file = question < 0 ? id : id.slice(0, question);
  const query = question < 0 ? "" : id.slice(question);
  if (query !== "" && !query.startsWith(QUERY)) return undefined;
  const path = file.replaceAll("\\", "/");
  if (!(options.include ?? /\.xml$/).test(path) || options.exclude?.test(path) === true) {
    return undefined;
  }
  return { file, module: query === "" ? INDEX_MODULE : query.slice(QUERY.length) };
}
