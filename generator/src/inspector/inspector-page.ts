/** The inspector with a state in it: what `sbe hex --html` writes. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Ir } from "@alerion/schema";
import { InputError } from "../cli/usage-error.js";

/** The page, made by the build. The path holds from sources, from built modules and from the bundled command. */
const PAGE = fileURLToPath(new URL("../../dist/inspector.html", import.meta.url));

/** Where the page looks for its state; see examples/inspector. */
const STATE = '<script type="application/json" id="state"></script>';

/** Bytes whose page a browser opens without effort; a page holds a third more than them. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024;

/** What the page shows. */
export interface InspectorContent {
  readonly ir: Ir;
  readonly schemaName: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Undefined: the page finds it out. */
  readonly framing: string | undefined;
}

/**
 * The whole page, which needs no server and no network.
 *
 * @throws {InputError} FILE_TOO_LARGE, FILE_NOT_FOUND where the package was not built
 */
export async function inspectorPage(content: InspectorContent): Promise<string> {
  const { ir, schemaName, name, bytes, framing } = content;
  if (bytes.length > PAGE_BYTES_MAX) {
    const text = `input of a page must not be larger than ${PAGE_BYTES_MAX} bytes: length=${bytes.length}`;
    throw new InputError(name, "FILE_TOO_LARGE", text);
  }
  if (!existsSync(PAGE)) throw new InputError(PAGE, "FILE_NOT_FOUND", "page must have been built");
  const { irToSbeir } = await import("@alerion/schema");
  const state = {
    schema: { name: schemaName, sbeir: base64(irToSbeir(ir)) },
    input: { name, bytes: base64(bytes) },
    ...(framing === undefined ? {} : { framing }),
  };
  const json = JSON.stringify(state).replaceAll("<", "\\u003c");
  return readFileSync(PAGE, "utf8").replace(STATE, () => STATE.replace("><", () => `>${json}<`));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}
