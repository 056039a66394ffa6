import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The conformance data beside the project; tests that need it are skipped where it is absent. */
const conformanceFolder = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../../../shared/conformance/aeron",
);

export const hasConformanceData = existsSync(conformanceFolder);

export function readConformanceJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(conformanceFolder, path), "utf8")) as T;
}

export function readConformanceGzip(path: string): Uint8Array {
  return gunzipSync(readFileSync(join(conformanceFolder, path)));
}

export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
