/**
 * Turns the generator's templates into a module of plain functions.
 *
 * Run by `npm run build` it writes generator/dist/print/compiled-templates.js in the place of what tsc made of
 * src/print/compiled-templates.ts; tests, which run on the sources, get the same text from vitest.config.ts. Handlebars
 * parses; its own run time is left out, because looking up every name, partial and helper anew took it half of all the
 * time of `sbe generate`.
 *
 * What templates may say: paths with `../`, `this` and `@root`, `@first`, `@last`; helpers with arguments; the blocks
 * if, unless and each; partials, by name or by a helper, with a context and named values. Anything else, a helper or
 * partial that does not exist among it, is an error of the build.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Handlebars from "handlebars";
import { root } from "./workspaces.mjs";

/** @typedef {hbs.AST.Node} Node */
/** Where code is in a template: contexts from the outermost, and the variables of the innermost `each`. */
/** @typedef {{ file: string, contexts: readonly string[], index: string, list: string }} Place */

const FOLDER = join(root, "generator/templates");

/** Names of the helpers; templates.ts defines them. */
const HELPERS = new Set(
  "use useType ref refType concat link eq plus sum minus assigned assignedItem docLines".split(" "),
);

const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".hbs"))
  .sort();
const names = new Set(files.map((file) => file.slice(0, -".hbs".length)));

let variables = 0;

/** @returns {never} */
function fail(/** @type {Place} */ place, /** @type {Node} */ node, /** @type {string} */ why) {
  throw new Error(`${place.file}:${node.loc.start.line}: template must be simpler: ${why}`);
}

/** The text of an expression. */
function expression(/** @type {Node} */ node, /** @type {Place} */ place) {
  switch (node.type) {
    case "StringLiteral":
    case "NumberLiteral":
    case "BooleanLiteral":
      return JSON.stringify(/** @type {hbs.AST.StringLiteral} */ (node).value);
    case "SubExpression":
      return call(/** @type {hbs.AST.SubExpression} */ (node), place);
    case "PathExpression":
      return path(/** @type {hbs.AST.PathExpression} */ (node), place);
    default:
      return fail(place, node, node.type);
  }
}

/** @returns {string} */
function path(/** @type {hbs.AST.PathExpression} */ node, /** @type {Place} */ place) {
  const { data, depth, parts } = node;
  if (data) {
    const [name, ...rest] = parts;
    if (name === "root") return access("root", rest);
    if (name === "first" && place.index !== "") return `${place.index} === 0`;
    if (name === "last" && place.index !== "") return `${place.index} === ${place.list}.length - 1`;
    return fail(place, node, node.original);
  }
  const context = place.contexts.at(-1 - depth);
  if (context === undefined) return fail(place, node, node.original);
  return access(context, parts);
}

/** Optional from the second name on: contexts are objects, or text that is only asked for itself. */
function access(/** @type {string} */ object, /** @type {readonly string[]} */ parts) {
  return object + parts.map((part, i) => (i === 0 ? `.${part}` : `?.${part}`)).join("");
}

/** @returns {string} */
function call(
  /** @type {{ path: Node, params: Node[] } & Node} */ node,
  /** @type {Place} */ place,
) {
  const name = /** @type {hbs.AST.PathExpression} */ (node.path).original;
  if (!HELPERS.has(name)) return fail(place, node, `helper ${name}`);
  return `h.${name}(${node.params.map((param) => expression(param, place)).join(", ")})`;
}

/**
 * Statements that append to `o` what a program yields.
 *
 * @returns {string}
 */
function program(
  /** @type {hbs.AST.Program | undefined} */ body,
  /** @type {Place} */ place,
  /** @type {string} */ indent,
) {
  return (body?.body ?? []).map((statement) => indent + one(statement, place, indent)).join("\n");
}

/** @returns {string} */
function one(
  /** @type {hbs.AST.Statement} */ node,
  /** @type {Place} */ place,
  /** @type {string} */ indent,
) {
  switch (node.type) {
    case "ContentStatement":
      return `o += ${JSON.stringify(/** @type {hbs.AST.ContentStatement} */ (node).value)};`;
    case "MustacheStatement": {
      const mustache = /** @type {hbs.AST.MustacheStatement} */ (node);
      const value =
        mustache.params.length > 0 ? call(mustache, place) : expression(mustache.path, place);
      return `o += ${value} ?? "";`;
    }
    case "BlockStatement":
      return block(/** @type {hbs.AST.BlockStatement} */ (node), place, indent);
    case "PartialStatement":
      return partial(/** @type {hbs.AST.PartialStatement} */ (node), place);
    default:
      return fail(place, node, node.type);
  }
}

/** @returns {string} */
function block(
  /** @type {hbs.AST.BlockStatement} */ node,
  /** @type {Place} */ place,
  /** @type {string} */ indent,
) {
  const name = node.path.original;
  const [subject] = node.params;
  if (subject === undefined || node.params.length > 1) return fail(place, node, name);
  const value = expression(subject, place);
  const inner = `${indent}  `;
  if (name === "if" || name === "unless") {
    const [yes, no] = name === "if" ? [node.program, node.inverse] : [node.inverse, node.program];
    const otherwise = no === undefined ? "" : ` else {\n${program(no, place, inner)}\n${indent}}`;
    return `if (is(${value})) {\n${program(yes, place, inner)}\n${indent}}${otherwise}`;
  }
  if (name !== "each" || node.inverse !== undefined) return fail(place, node, name);
  const id = ++variables;
  const each = {
    file: place.file,
    contexts: [...place.contexts, `c${id}`],
    index: `i${id}`,
    list: `l${id}`,
  };
  return [
    `const l${id} = ${value} ?? [];`,
    `${indent}for (let i${id} = 0; i${id} < l${id}.length; i${id}++) {`,
    `${inner}const c${id} = l${id}[i${id}];`,
    program(node.program, each, inner),
    `${indent}}`,
  ].join("\n");
}

function partial(/** @type {hbs.AST.PartialStatement} */ node, /** @type {Place} */ place) {
  const [given, ...more] = node.params;
  if (more.length > 0) return fail(place, node, "partial with more than one context");
  let name = "";
  if (node.name.type === "SubExpression") {
    name = `[${expression(node.name, place)}]`;
  } else {
    const { original } = node.name;
    if (!names.has(original)) return fail(place, node, `partial ${original}`);
    name = `[${JSON.stringify(original)}]`;
  }
  const context = given === undefined ? (place.contexts.at(-1) ?? "") : expression(given, place);
  const pairs = (node.hash?.pairs ?? []).map(
    ({ key, value }) => `${JSON.stringify(key)}: ${expression(value, place)}`,
  );
  const whole = pairs.length === 0 ? context : `{ ...${context}, ${pairs.join(", ")} }`;
  const text = `t${name}(${whole}, root)`;
  return node.indent ? `o += indented(${text}, ${JSON.stringify(node.indent)});` : `o += ${text};`;
}

function template(/** @type {string} */ file) {
  const ast = Handlebars.parse(readFileSync(join(FOLDER, file), "utf8"));
  const place = { file, contexts: ["c"], index: "", list: "" };
  const name = JSON.stringify(file.slice(0, -".hbs".length));
  return `    ${name}(c, root) {\n      let o = "";\n${program(ast, place, "      ")}\n      return o;\n    },`;
}

/** The module: `templatesOf(helpers)`, as src/print/compiled-templates.ts declares it. */
export function compiledTemplates() {
  return `// Made from templates/*.hbs by tools/compile-templates.mjs.
function is(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function indented(text, indent) {
  const body = text.endsWith("\\n") ? text.slice(0, -1) : text;
  return text === "" ? "" : indent + body.replaceAll("\\n", "\\n" + indent) + text.slice(body.length);
}

export function templatesOf(h) {
  const t = {
${files.map(template).join("\n")}
  };
  return t;
}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(join(root, "generator/dist/print/compiled-templates.js"), compiledTemplates());
}
