/**
 * Puts each worker of the transport into one text: part of `npm run build`. The text comes twice.
 *
 *   dist/<folder>/<worker>.bundle.cjs        threads start from it: one file is there in half the time of a hundred modules
 *   dist/threads/embedded-*-worker.js        for programs that are bundled: they have no file to start their threads from
 *
 * koffi stays outside: it has native code.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspaces.mjs";

const dist = join(root, "transport/dist");
const workers = {
  driver: "driver/driver-worker.js",
  keepalive: "connect/keepalive-worker.js",
  network: "driver/network-worker.js",
};

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
    // Bundled programs start the network's threads from the driver's text.
    if (name !== "network") write(`threads/embedded-${name}-worker.js`, module);
    write(path.replace(/\.js$/, ".bundle.cjs"), text);
  }),
);

/** Leaves a file alone that is as it should be: others may be running it. */
function write(/** @type {string} */ path, /** @type {string} */ content) {
  const target = join(dist, path);
  if (!existsSync(target) || readFileSync(target, "utf8") !== content)
    writeFileSync(target, content);
}
