/** Findings in the form of webpack: errors and warnings of the module, each with its place. */
import type { Compiler, NormalModule } from "webpack";
import { findingsOf } from "./finding.js";
import { moduleOf } from "./module-id.js";
import type { SbePluginOptions } from "./options.js";
import type { SchemaBuild } from "./schema-modules.js";

/** What the loader of unplugin knows of webpack; its own types leave the loader untyped in part. */
export interface WebpackContext {
  readonly compiler: Compiler;
  readonly loaderContext?: { readonly _module?: unknown } | undefined;
}

/** Adds the findings to the module that is being built; the build fails, and shows them all. */
export function reportToWebpack(
  build: SchemaBuild,
  { compiler, loaderContext }: WebpackContext,
): void {
  // The name is webpack's.
  // oxlint-disable-next-line no-underscore-dangle
  const module = loaderContext?._module as NormalModule | undefined;
  for (const { isError, message, file, line, column, length, frame } of findingsOf(build)) {
    const error = new compiler.webpack.WebpackError(`${message}\n${frame}`);
    error.name = isError ? "SbeSchemaError" : "SbeSchemaWarning";
    error.file = file;
    error.loc = { start: { line, column }, end: { line, column: column + length } };
    // Nobody looks for the fault of a schema in our stack.
    error.hideStack = true;
    if (isError) module?.addError(error);
    else module?.addWarning(error);
  }
}

/** Lets webpack drop modules of a schema of which nothing is used. */
export function markFreeOfSideEffects(compiler: Compiler, options: SbePluginOptions): void {
  compiler.options.module.rules.push({
    resource: (path) => moduleOf(path, options) !== undefined,
    sideEffects: false,
  });
}
