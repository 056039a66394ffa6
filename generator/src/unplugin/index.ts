import { createUnplugin, type UnpluginInstance } from "unplugin";
import { sbeFactory } from "./factory.js";
import type { SbePluginOptions } from "./options.js";

export type { SbePluginOptions } from "./options.js";

/** The plugin for every bundler that unplugin knows: `sbe.vite()`, `sbe.rspack()`, … */
export const sbe: UnpluginInstance<SbePluginOptions | undefined, false> =
  createUnplugin(sbeFactory);
