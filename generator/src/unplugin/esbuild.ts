import { createUnplugin } from "unplugin";
import type { Plugin } from "esbuild";
import { sbeFactory } from "./factory.js";
import type { SbePluginOptions } from "./options.js";

export type { SbePluginOptions } from "./options.js";

/** The plugin for esbuild: `import { CarDecoder } from "./car.xml"`. */
export const sbe: (options?: SbePluginOptions) => Plugin = createUnplugin(sbeFactory).esbuild;
