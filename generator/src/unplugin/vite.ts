import { createUnplugin } from "unplugin";
import type { Plugin } from "vite";
import { sbeFactory } from "./factory.js";
import type { SbePluginOptions } from "./options.js";

export type { SbePluginOptions } from "./options.js";

/** The plugin for vite: `import { CarDecoder } from "./car.xml"`. */
export const sbe: (options?: SbePluginOptions) => Plugin = createUnplugin(sbeFactory).vite;
