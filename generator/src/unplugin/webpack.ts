import { createUnplugin } from "unplugin";
import type { WebpackPluginInstance } from "webpack";
import { sbeFactory } from "./factory.js";
import type { SbePluginOptions } from "./options.js";

export type { SbePluginOptions } from "./options.js";

/** The plugin for webpack: `import { CarDecoder } from "./car.xml"`. */
export const sbe: (options?: SbePluginOptions) => WebpackPluginInstance =
  createUnplugin(sbeFactory).webpack;
