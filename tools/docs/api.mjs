/** The API reference: every public export, as its declaration and comment in the built packages say. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, workspaces } from "../workspaces.mjs";

/** @typedef {typeof import("ts-morph").ts} Ts */
const { ts } = /** @type {{ ts: Ts }} */ (
  createRequire(join(root, "generator/package.json"))("ts-morph")
);

/** Entries that programs do not import: files of threads, and what sibling packages alone may use. */
const NOT_FOR_USERS = /worker|internal/;

/**
 * Entries of the published packages: what a user may import.
 *
 * @returns {{ folder: string, specifier: string, declarations: string }[]}
 */
export function entries() {
  return workspaces()
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap(({ folder, manifest }) => {
      const { exports = {} } =
        /** @type {{ exports?: Record<string, string | { types?: string }> }} */ (
          /** @type {unknown} */ (manifest)
        );
      return Object.entries(exports).flatMap(([subpath, target]) => {
        if (typeof target === "string" || target.types === undefined) return [];
        if (NOT_FOR_USERS.test(subpath)) return [];
        const declarations = join(root, folder, target.types);
        return [{ folder, specifier: manifest.name + subpath.slice(1), declarations }];
      });
    });
}

/**
 * The page of a package.
 *
 * @param {string} folder
 * @param {{ specifier: string, declarations: string }[]} ofPackage
 * @returns {string} Markdown
 */
export function apiPage(folder, ofPackage) {
  const files = ofPackage.map(({ declarations }) => declarations);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`packages must be built: file=${missing[0]}`);
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const sections = ofPackage.map(({ specifier, declarations }) => {
    const source = program.getSourceFile(declarations);
    const module = source && checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    const items = symbols
      .map((symbol) => itemOf(checker, symbol))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return `## ${specifier}\n\n${items.map(({ text }) => text).join("\n\n")}\n`;
  });
  return `# API of @alerion/${folder}\n\nEvery public export, from the built package.\n\n${sections.join("\n")}`;
}

/**
 * @param {import("ts-morph").ts.TypeChecker} checker
 * @param {import("ts-morph").ts.Symbol} symbol
 */
function itemOf(checker, symbol) {
  const target =
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const summary = ts.displayPartsToString(target.getDocumentationComment(checker));
  const tags = target
    .getJsDocTags(checker)
    .filter(({ name }) => ["param", "returns", "throws", "deprecated"].includes(name))
    .map(({ name, text }) => `- _${name}_ ${escaped(ts.displayPartsToString(text))}`);
  const code = (target.declarations ?? []).map(declarationText).join("\n");
  const parts = [`### ${symbol.name}`];
  if (summary !== "") parts.push(escaped(summary));
  if (tags.length > 0) parts.push(tags.join("\n"));
  parts.push(`\`\`\`ts\n${code}\n\`\`\``);
  return { name: symbol.name.toLowerCase(), text: parts.join("\n\n") };
}

/** Text that Markdown and the site's templates take as it is. */
function escaped(/** @type {string} */ text) {
  return text.replaceAll("{{", "{ {").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** A declaration without its own comment and without what is private. */
function declarationText(/** @type {import("ts-morph").ts.Declaration} */ declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return node
    .getText()
    .replace(/^export (declare )?/, "")
    .replace(/^declare /, "")
    .split("\n")
    .filter((line) => !/^\s*(#private;|private )/.test(line))
    .join("\n");
}

/** How many exports the reference has, by package; for the test. */
export function exportNames(/** @type {string} */ page) {
  return [...page.matchAll(/^### (.+)$/gm)].map(([, name = ""]) => name);
}

/** The version of the packages, which the site shows. */
export function version() {
  const { version: text } = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(root, "runtime/package.json"), "utf8"))
  );
  return text;
}
