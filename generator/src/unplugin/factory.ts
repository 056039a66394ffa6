/** The plugin: what is the same for all bundlers here, what differs in a file each. */
import { dirname, resolve } from "node:path";
import type { UnpluginFactory, UnpluginOptions } from "unplugin";
import { setupEsbuild } from "./esbuild-setup.js";
import { INDEX_MODULE, moduleOf } from "./module-id.js";
import type { SbePluginOptions } from "./options.js";
import { reportToRollup } from "./rollup-report.js";
import { SchemaModules } from "./schema-modules.js";
import { markFreeOfSideEffects, reportToWebpack } from "./webpack-report.js";

/** Makes the plugin for one bundler. */
export const sbeFactory: UnpluginFactory<SbePluginOptions | undefined, false> = (
  options = {},
  meta,
) => {
  const schemas = new SchemaModules(options);
  const name = "alerion-sbe";
  if (meta.framework === "esbuild") {
    return { name, esbuild: { setup: (build) => setupEsbuild(build, options, schemas) } };
  }
  const plugin: UnpluginOptions = {
    name,
    enforce: "pre",
    loadInclude: (id) => moduleOf(id, options) !== undefined,
    async load(id) {
      const found = moduleOf(id, options);
      if (found === undefined) return undefined;
      const build = await schemas.build(found.file);
      for (const file of build.watchFiles) this.addWatchFile(file);
      const context = this.getNativeBuildContext?.();
      // Said once for a schema; its other modules are asked for only where there was no error.
      if (found.module === INDEX_MODULE || build.modules === undefined) {
        if (context?.framework === "webpack") reportToWebpack(build, context);
        else reportToRollup(build, this);
      }
      const code = build.modules?.get(found.module);
      if (code === undefined) return `throw new Error("schema has errors"); export {};`;
      // Rollup and its relatives drop what is not used of a module that does nothing by itself.
      return { code, map: null, moduleSideEffects: false };
    },
    webpack: (compiler) => markFreeOfSideEffects(compiler, options),
  };
  // webpack resolves a path with a query by itself; the others have to be told.
  if (meta.framework === "webpack") return plugin;
  return {
    ...plugin,
    resolveId(id, importer) {
      if (importer === undefined || !id.startsWith("./")) return undefined;
      const importing = moduleOf(importer, options);
      if (importing === undefined) return undefined;
      return resolve(dirname(importing.file), id);
    },
  };
};
