/** The plugin in esbuild's own terms: unplugin hands on neither notes nor the length of a fault. */
import { dirname, relative, resolve, sep } from "node:path";
import type { PartialMessage, PartialNote, PluginBuild } from "esbuild";
import { findingsOf, type Finding } from "./finding.js";
import { INDEX_MODULE, moduleOf } from "./module-id.js";
import type { SbePluginOptions } from "./options.js";
import type { SchemaModules } from "./schema-modules.js";

/** Loads schemas. esbuild finds the file of `car.xml?sbe=car` by itself and hands the query on. */
export function setupEsbuild(
  build: PluginBuild,
  options: SbePluginOptions,
  schemas: SchemaModules,
): void {
  build.onLoad({ filter: options.include ?? /\.xml$/, namespace: "file" }, async (args) => {
    const found = moduleOf(args.path + args.suffix, options);
    if (found === undefined) return undefined;
    const result = await schemas.build(found.file);
    const isSaid = found.module === INDEX_MODULE || result.modules === undefined;
    const findings = isSaid ? findingsOf(result) : [];
    return {
      contents: result.modules?.get(found.module) ?? "",
      loader: "js" as const,
      resolveDir: dirname(args.path),
      watchFiles: [...result.watchFiles],
      errors: findings.filter(({ isError }) => isError).map(messageOf),
      warnings: findings.filter(({ isError }) => !isError).map(messageOf),
    };
  });
}

function messageOf(finding: Finding): PartialMessage {
  const { message, file, line, column, length, diagnostic } = finding;
  const { excerpt, notes } = diagnostic;
  // A clipped line is none that esbuild could point into.
  const lineText = excerpt?.firstColumn === 1 ? excerpt.text : undefined;
  return {
    text: message,
    location: {
      file: shown(file),
      line,
      column: bytesOf(lineText, 0, column) ?? column,
      length: bytesOf(lineText, column, column + length) ?? length,
      ...(lineText === undefined ? {} : { lineText }),
    },
    notes: notes.map(
      ({ text, file: noteFile, line: noteLine, column: noteColumn }): PartialNote => {
        if (noteFile === undefined || noteLine === undefined) return { text };
        const place = {
          file: shown(resolve(noteFile)),
          line: noteLine,
          column: (noteColumn ?? 1) - 1,
        };
        return { text, location: place };
      },
    ),
  };
}

/** esbuild counts columns in bytes. */
function bytesOf(text: string | undefined, start: number, end: number): number | undefined {
  return text === undefined ? undefined : Buffer.byteLength(text.slice(start, end));
}

/** As esbuild names files: from the current folder. */
function shown(file: string): string {
  return relative(process.cwd(), file).split(sep).join("/");
}
