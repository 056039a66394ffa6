import type {
  CompositeLayout,
  EnumLayout,
  SchemaLayout,
  SetLayout,
  TypeLayout,
} from "@alerion/schema";
import { kebab, lowerCamel, upperCamel } from "../naming/case.js";
import type { NameScope } from "../naming/scope.js";

/** A type of the schema that gets a module of its own. */
export type NamedType = EnumLayout | SetLayout | CompositeLayout;

/** How generated code calls a named type. */
export interface TypeName {
  /** Class or const name: `Engine`, `Side`. */
  readonly name: string;
  /** Start of function names: `side` in `sideName`. */
  readonly stem: string;
  /** Module without `./` and `.js`. */
  readonly module: string;
  readonly layout: NamedType;
}

/** Every export that comes with a type of that name. */
function exportsOf(layout: NamedType, name: string): readonly string[] {
  const stem = lowerCamel(name);
  switch (layout.kind) {
    case "enum":
      return [`${stem}Name`, `is${name}`, `${stem}Of`];
    case "set":
      return [`${name}Bits`, `${stem}Names`];
    case "composite":
      return [`${name}Decoder`, `${name}Encoder`, `${name}Data`];
  }
}

/**
 * The named types of a schema, each once. Uses with the same content are one type; a second content under a
 * name that is taken (another package, another inline type) becomes a type with an escaped name.
 */
export class TypeRegistry {
  readonly #exports: NameScope;
  readonly #files: NameScope;
  readonly #byKey = new Map<string, TypeName>();

  constructor(exports: NameScope, files: NameScope) {
    this.#exports = exports;
    this.#files = files;
  }

  /** Takes in the header and the types of all messages, in their order. */
  addAll(layout: SchemaLayout): void {
    this.#add(layout.header);
    for (const message of layout.messages) this.#addBlock(message);
  }

  /** All types in the order in which they were met, members before their composites. */
  all(): readonly TypeName[] {
    return [...this.#byKey.values()];
  }

  nameOf(layout: NamedType): TypeName {
    const found = this.#byKey.get(contentKey(layout));
    if (found === undefined) throw new Error(`type must be registered: name=${layout.typeName}`);
    return found;
  }

  #addBlock(
    block: SchemaLayout["messages"][number] | SchemaLayout["messages"][number]["groups"][number],
  ): void {
    for (const field of block.fields) this.#add(field.type);
    for (const group of block.groups) this.#addBlock(group);
  }

  #add(layout: TypeLayout): void {
    if (layout.kind === "primitive") return;
    if (layout.kind === "composite") for (const member of layout.members) this.#add(member.type);
    const key = contentKey(layout);
    if (this.#byKey.has(key)) return;
    const name = this.#exports.claim(upperCamel(layout.typeName), (candidate) =>
      exportsOf(layout, candidate),
    );
    const module = this.#files.claim(kebab(name));
    this.#byKey.set(key, { name, stem: lowerCamel(name), module, layout });
  }
}

/**
 * What makes two uses one type: name, package and everything that shows in its module. Versions of
 * composite members are left out: the tokens inherit them from the field that uses the type.
 */
function contentKey(layout: TypeLayout): string {
  return JSON.stringify(contentOf(layout), (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : Number.isNaN(value) ? "NaN" : value,
  );
}

function contentOf(layout: TypeLayout): unknown {
  switch (layout.kind) {
    case "primitive": {
      const {
        typeName: _t,
        sinceVersion: _s,
        deprecated: _d,
        description: _e,
        packageName: _p,
        ...rest
      } = layout;
      return rest;
    }
    case "enum":
      return [
        "enum",
        layout.typeName,
        layout.packageName,
        layout.primitive,
        layout.littleEndian,
        layout.nullValue,
        layout.values,
      ];
    case "set":
      return [
        "set",
        layout.typeName,
        layout.packageName,
        layout.primitive,
        layout.littleEndian,
        layout.choices,
      ];
    case "composite":
      return [
        "composite",
        layout.typeName,
        layout.packageName,
        layout.size,
        layout.members.map((member) => [member.name, member.offset, contentOf(member.type)]),
      ];
  }
}
