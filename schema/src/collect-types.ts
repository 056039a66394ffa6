/** The types that a schema uses, each once. */
import { PRIMITIVE_NAMES } from "./ir.js";
import type { BlockLayout, CompositeLayout, SchemaLayout, TypeLayout } from "./layout.js";

const BUILT_IN: ReadonlySet<string> = new Set(PRIMITIVE_NAMES);

/**
 * All types with their paths: `type:Name` for those with a name of their own, and below that for
 * what stands inline in a composite.
 */
export function collectTypes(schema: SchemaLayout): ReadonlyMap<string, TypeLayout> {
  const types = new Map<string, TypeLayout>();
  const add = (path: string, type: TypeLayout): void => {
    if (types.has(path) || (type.kind === "primitive" && BUILT_IN.has(type.typeName))) return;
    types.set(path, type);
    if (type.kind === "composite") addMembers(path, type);
  };
  const addMembers = (path: string, composite: CompositeLayout): void => {
    for (const { name, type } of composite.members) {
      // A ref of its target's name looks the same as an inline type: the place of use serves both.
      add(type.typeName === name ? `${path}/${name}` : `type:${type.typeName}`, type);
    }
  };
  const addBlock = (block: BlockLayout): void => {
    for (const { type } of block.fields) add(`type:${type.typeName}`, type);
    for (const group of block.groups) {
      add(`type:${group.dimension.typeName}`, group.dimension);
      addBlock(group);
    }
    for (const { encoding } of block.data) add(`type:${encoding.typeName}`, encoding);
  };
  add(`type:${schema.header.typeName}`, schema.header);
  for (const message of schema.messages) addBlock(message);
  return types;
}
