/**
 * Turns the generator's templates into code, generator/dist/templates.cjs: part of `npm run build`.
 *
 * Compiling them takes longer than everything else that `sbe generate` does for a schema of usual size. Without the
 * file, or with one older than a template, the generator compiles them itself.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./workspaces.mjs";

const generator = join(root, "generator");
const options = pathToFileURL(join(generator, "dist/print/template-options.js")).href;
const { TEMPLATE_OPTIONS } = /** @type {{ TEMPLATE_OPTIONS: PrecompileOptions }} */ (
  await import(options)
);
const handlebars = /** @type {typeof import("handlebars")} */ (
  createRequire(join(generator, "package.json"))("handlebars")
);

const folder = join(generator, "templates");
const specs = readdirSync(folder)
  .filter((file) => file.endsWith(".hbs"))
  .sort()
  .map((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    // Its type says an object; it is the text of one.
    const spec = /** @type {string} */ (
      /** @type {unknown} */ (handlebars.precompile(source, TEMPLATE_OPTIONS))
    );
    return `${JSON.stringify(file.slice(0, -".hbs".length))}: ${spec}`;
  });
writeFileSync(
  join(generator, "dist/templates.cjs"),
  `// Made from templates/*.hbs by tools/precompile-templates.mjs.\nmodule.exports = {\n${specs.join(",\n")}\n};\n`,
);
