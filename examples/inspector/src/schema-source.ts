/** A schema as the user gave it, compiled. */
import {
  compileSchema,
  formatDiagnostics,
  irFromSbeir,
  layoutOf,
  type SchemaLayout,
} from "@alerion/schema";
import { fromBase64, toBase64 } from "./base64.js";

/** What a link or a saved page carries of a schema. */
export interface StoredSchema {
  readonly name: string;
  /** The XML, or */
  readonly xml?: string;
  /** the compiled form, base64. */
  readonly sbeir?: string;
}

/** A schema that can be used. */
export interface Schema {
  readonly stored: StoredSchema;
  readonly layout: SchemaLayout;
}

/** A schema that cannot be used: `text` says why, with lines. */
export interface SchemaFault {
  readonly text: string;
}

/** Compiles what a link, a saved page, or a file brought. */
export function openSchema(stored: StoredSchema): Schema | SchemaFault {
  try {
    if (stored.xml !== undefined) return compiled(stored, stored.xml);
    const ir = irFromSbeir(fromBase64(stored.sbeir ?? ""));
    return { stored, layout: layoutOf(ir) };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error) };
  }
}

/** A schema file of that content. */
export function schemaOfFile(name: string, bytes: Uint8Array): Schema | SchemaFault {
  return openSchema(
    name.endsWith(".sbeir")
      ? { name, sbeir: toBase64(bytes) }
      : { name, xml: new TextDecoder().decode(bytes) },
  );
}

function compiled(stored: StoredSchema, xml: string): Schema | SchemaFault {
  const { ir, diagnostics } = compileSchema(xml, { file: stored.name });
  if (ir === undefined) return { text: formatDiagnostics(diagnostics, "text") };
  return { stored, layout: layoutOf(ir) };
}
