/**
 * Puts each worker of the transport into one text, transport/dist/threads/embedded-*-worker.js: part of `npm run build`.
 *
 * A program that is bundled into one file has no file to start its threads from; with the text in the bundle it needs
 * none. koffi stays outside: it has native code.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspaces.mjs";

const dist = join(root, "transport/dist");
const workers = { driver: "driver/driver-worker.js", keepalive: "connect/keepalive-worker.js" };

await Promise.all(
  Object.entries(workers).map(async ([name, path]) => {
    const { outputFiles } = await build({
      entryPoints: [join(dist, path)],
      bundle: true,
      write: false,
      platform: "node",
      target: "node20",
      format: "cjs",
      external: ["koffi"],
      minifyWhitespace: true,
      legalComments: "none",
      // import.meta.url is read where threads are started, which no worker does.
      logOverride: { "empty-import-meta": "silent" },
    });
    const text = outputFiles[0]?.text ?? "";
    const module = `// Made of ${path} by tools/bundle-workers.mjs.\nexport const source = ${JSON.stringify(text)};\n`;
    const target = join(dist, `threads/embedded-${name}-worker.js`);
    if (!existsSync(target) || readFileSync(target, "utf8") !== module)
      writeFileSync(target, module);
  }),
);
