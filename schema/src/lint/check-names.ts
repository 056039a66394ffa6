/** Checks of names against each other and against target languages. */
import type { BlockLayout } from "../layout.js";
import type { LintContext } from "./finding.js";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/**
 * Reserved words that `sbe validate` does not know, which follows the official tool's languages.
 * Source: ECMAScript 2024, 12.7.2; the Rust reference, keywords; the Python reference, keywords.
 */
const RESERVED: readonly (readonly [string, ReadonlySet<string>])[] = [
  [
    "TypeScript",
    words(`arguments await break case catch class const continue debugger default delete do else enum
      eval export extends false finally for function if implements import in instanceof interface let
      new null package private protected public return static super switch this throw true try typeof
      var void while with yield`),
  ],
  [
    "Rust",
    words(`abstract as async await become box break const continue crate do dyn else enum extern false
      final fn for if impl in let loop macro match mod move mut override priv pub ref return self
      static struct super trait true try type typeof unsafe unsized use virtual where while yield`),
  ],
  [
    "Python",
    words(`False None True and as assert async await break class continue def del elif else except
      finally for from global if import in is lambda nonlocal not or pass raise return try while
      with yield`),
  ],
];

interface Named {
  readonly name: string;
  readonly path: string;
}

/** Checks all names of a schema. */
export function checkNames(context: LintContext): void {
  const { schema, types } = context;
  const messages = schema.messages.map(({ name }) => ({ name, path: `message:${name}` }));
  const classes = [...types]
    .filter(([path, type]) => type.kind !== "primitive" && !path.includes("/"))
    .map(([path, type]) => ({ name: type.typeName, path }));
  // Messages and types become classes, files or modules side by side.
  checkScope([...messages, ...classes], "the schema", context);
  for (const message of schema.messages) {
    checkBlock(message, `message:${message.name}`, `message "${message.name}"`, context);
  }
  for (const [path, type] of types) {
    const scope = `${type.kind} "${type.typeName}"`;
    const within = (items: readonly { readonly name: string }[]): void =>
      checkScope(
        items.map(({ name }) => ({ name, path: `${path}/${name}` })),
        scope,
        context,
      );
    if (type.kind === "enum") within(type.values);
    else if (type.kind === "set") within(type.choices);
    else if (type.kind === "composite") within(type.members);
  }
}

function checkBlock(block: BlockLayout, path: string, scope: string, context: LintContext): void {
  const elements = [...block.fields, ...block.groups, ...block.data];
  checkScope(
    elements.map(({ name }) => ({ name, path: `${path}/${name}` })),
    scope,
    context,
  );
  for (const group of block.groups) {
    checkBlock(group, `${path}/${group.name}`, `group "${group.name}"`, context);
  }
}

function checkScope(names: readonly Named[], scope: string, context: LintContext): void {
  const seen = new Map<string, string>();
  for (const { name, path } of names) {
    const letters = name.replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase();
    const other = seen.get(letters);
    if (other === undefined) seen.set(letters, name);
    else {
      context.report(
        "name-clash",
        path,
        name === other
          ? `"${name}" names two things of ${scope}`
          : `"${name}" and "${other}" of ${scope} are one name in some languages`,
      );
    }
    checkReserved(name, path, context);
  }
}

function checkReserved(name: string, path: string, context: LintContext): void {
  const forms = new Set([name, name.charAt(0).toLowerCase() + name.slice(1)]);
  const languages = RESERVED.filter(([, reserved]) =>
    [...forms].some((form) => reserved.has(form)),
  );
  if (languages.length === 0) return;
  const list = languages.map(([language]) => language).join(" and ");
  context.report("name-reserved", path, `"${name}" is a reserved word of ${list}`);
}
