/** What templates may call, and how they look up names. */
export interface TemplateHelpers {
  use(name: string): string;
  useType(name: string): string;
  ref(module: string, name: string): string;
  refType(module: string, name: string): string;
  concat(...parts: readonly string[]): string;
  link(name: string): string;
  eq(a: unknown, b: unknown): boolean;
  plus(base: string, bytes: number): string;
  sum(a: number, b: number): number;
  minus(a: number, b: number): number;
  assigned(literal: string): string;
  assignedItem(literal: string): string;
  docLines(lines: readonly string[], note?: string): object;
}

/** A template by its name: the text for a context. */
export interface CompiledTemplates {
  readonly [name: string]: ((context: object, root: object) => string) | undefined;
}

/**
 * The templates of `templates/*.hbs` as functions.
 *
 * This module only says what they look like: tools/compile-templates.mjs makes the real one, which the build puts in
 * the place of this one, and vitest.config.ts in tests.
 */
export function templatesOf(helpers: TemplateHelpers): CompiledTemplates {
  throw new Error(`templates must be compiled: helpers=${Object.keys(helpers).length}`);
}
