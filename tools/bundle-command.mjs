/**
 * Makes one file of the `sbe` command and one of each part that only some commands need, in generator/dist/bundle:
 * part of `npm run build`.
 *
 * Opening and linking 100 modules took a third of the time of `sbe generate` for a schema of usual size. What other
 * packages bring stays outside, so that it is installed, and updated, as their users expect. The files of a bundle lie
 * as deep below the package as the modules that they are made of.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";
import { root } from "./workspaces.mjs";

const generator = join(root, "generator");
const folder = join(generator, "dist/bundle");

rmSync(folder, { recursive: true, force: true });
await build({
  input: { sbe: join(generator, "dist/cli/main.js") },
  platform: "node",
  external: /^(?!@alerion\/)[@a-z]/,
  // CommonJS: Node opens and links modules of that kind in a fraction of the time.
  output: {
    dir: folder,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
  },
  logLevel: "warn",
});
