import { run, tryRun } from "./run.js";

/** A Node to measure on. */
export interface NodeBinary {
  readonly path: string;
  /** `Node 20.20.2 (V8 11.3)`. */
  readonly title: string;
}

const TITLE =
  "`Node ${process.versions.node} (V8 ${process.versions.v8.split('.').slice(0, 2).join('.')})`";

/** The Node that runs this. */
export function ownNode(): NodeBinary {
  return { path: process.execPath, title: run(process.execPath, ["-p", TITLE]).trim() };
}

/**
 * A version that the npm package `node` brings: `latest`, `24`; undefined where it cannot be brought.
 *
 * Its path is asked for once and called directly: npx in front of every process would cost half a second each.
 */
export function nodeOf(version: string): NodeBinary | undefined {
  const npx = ["--yes", `--package=node@${version}`, "node", "-p"];
  const path = tryRun("npx", [...npx, "process.execPath"])?.trim();
  if (path === undefined || path === "") return undefined;
  return { path, title: run(path, ["-p", TITLE]).trim() };
}
