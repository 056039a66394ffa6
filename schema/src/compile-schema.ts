/** The front door: schema text in, intermediate representation and diagnostics out. */
import { DiagnosticSink } from "./diagnostics/diagnostic-sink.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Ir } from "./ir.js";
import { atVersion as modelAtVersion } from "./model/at-version.js";
import { buildIr } from "./model/build-ir.js";
import { readSchema } from "./model/read-schema.js";
import { SchemaLocations } from "./schema-locations.js";
import { decodeSource, SOURCE_BYTES_MAX } from "./xml/decode-source.js";
import { expandIncludes, type IncludeResolver } from "./xml/expand-includes.js";
import { folderOf } from "./xml/include-path.js";
import { readXml } from "./xml/read-xml.js";

/** How a schema is compiled; only `file` is needed. */
export interface CompileOptions {
  /** Name of the schema in diagnostics; includes are relative to its folder. */
  readonly file: string;
  /** Reads included files. Without it every include is a missing file. */
  readonly resolver?: IncludeResolver;
  /** Folder that no include leaves, in the same terms as `file`. Default: the folder of `file`. */
  readonly includeRoot?: string;
  /**
   * False leaves XInclude elements unread, as the official tool does unless told otherwise.
   * Default: true.
   */
  readonly xinclude?: boolean;
  /** Largest size of the schema, and of all its includes together, in bytes. Default: 16 MiB. */
  readonly bytesMax?: number;
  /** Compiles for readers and writers of this older schema version. Default: the version stated. */
  readonly atVersion?: number;
  /** Warnings count as errors. Default: false. Official name: `sbe.validation.warnings.fatal`. */
  readonly warningsFatal?: boolean;
  /** Only the first error is kept, with the warnings before it. Default: false. Official name: `sbe.validation.stop.on.error`. */
  readonly stopOnError?: boolean;
  /** No diagnostics are handed out; `ir` alone tells success. Default: false. Official name: `sbe.validation.suppress.output`. */
  readonly suppressOutput?: boolean;
}

/** What compiling yields. */
export interface CompileResult {
  /** Present exactly when there is no error (and no warning, if those are fatal). */
  readonly ir?: Ir;
  /** In the order of the source: the schema first, then its includes as they were read. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where each element stands; empty unless the schema compiled. */
  readonly locations: SchemaLocations;
}

/**
 * Compiles a schema. Never throws because of what the schema holds; time and memory are bounded by
 * the size of the input and the named limits of this package.
 *
 * @param source the file as bytes, or as text if the caller has decoded it
 */
export function compileSchema(source: string | Uint8Array, options: CompileOptions): CompileResult {
  const sink = new DiagnosticSink();
  const { ir, locations } = compile(source, options, sink);
  const found = sink.diagnostics();
  const failed = sink.errorCount > 0 || (options.warningsFatal === true && found.length > 0);
  return {
    ...(ir === undefined || failed ? {} : { ir }),
    diagnostics: shown(found, options),
    locations,
  };
}

function compile(
  source: string | Uint8Array,
  options: CompileOptions,
  sink: DiagnosticSink,
): { readonly ir: Ir | undefined; readonly locations: SchemaLocations } {
  const none = { ir: undefined, locations: new SchemaLocations(undefined) };
  const bytesMax = options.bytesMax ?? SOURCE_BYTES_MAX;
  const text = decodeSource(source, { file: options.file, rank: 0, bytesMax }, sink);
  const root = text === undefined ? undefined : readXml(text, sink);
  if (root === undefined) return none;
  const { resolver, includeRoot = folderOf(options.file) } = options;
  const tree =
    options.xinclude === false
      ? root
      : expandIncludes(root, { resolver, includeRoot, bytesMax }, sink);
  // A missing include makes everything it defines unknown: one error says it, not fifty.
  const model = sink.errorCount > 0 ? undefined : readSchema(tree, sink);
  if (model === undefined) return none;
  const wanted =
    options.atVersion === undefined ? model : modelAtVersion(model, options.atVersion, sink);
  if (wanted === undefined) return none;
  return { ir: buildIr(wanted), locations: new SchemaLocations(wanted) };
}

function shown(diagnostics: readonly Diagnostic[], options: CompileOptions): readonly Diagnostic[] {
  if (options.suppressOutput === true) return [];
  const { warningsFatal = false, stopOnError = false } = options;
  const leveled = warningsFatal
    ? diagnostics.map((diagnostic) => ({ ...diagnostic, severity: "error" as const }))
    : diagnostics;
  const first = leveled.findIndex(({ severity }) => severity === "error");
  return stopOnError && first >= 0 ? leveled.slice(0, first + 1) : leveled;
}
