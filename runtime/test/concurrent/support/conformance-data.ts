import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { AtomicBuffer } from "@alerion/runtime/concurrent";

const folder = fileURLToPath(new URL("../../../../../shared/conformance/aeron/", import.meta.url));

/** False where the captures are not at hand: tests that need them are skipped. */
export const hasConformanceData = existsSync(folder);

/** A JSON file of the captures. */
export function readCaptureJson<T>(path: string): T {
  return JSON.parse(readFileSync(folder + path, "utf8")) as T;
}

/** A binary file of the captures, unpacked, in memory of its own. */
export function readCapture(path: string): AtomicBuffer {
  const bytes = readFileSync(folder + path);
  const content = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  const buffer = new AtomicBuffer(new ArrayBuffer(Math.ceil(content.length / 8) * 8));
  buffer.u8.set(content);
  return buffer.slice(0, content.length);
}
