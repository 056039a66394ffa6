import { createUnplugin } from "unplugin";
import type { Plugin } from "rolldown";
import { sbeFactory } from "./factory.js";
import type { SbePluginOptions } from "./options.js";

export type { SbePluginOptions } from "./options.js";

/** The plugin for rolldown: `import { CarDecoder } from "./car.xml"`. */
export const sbe: (options?: SbePluginOptions) => Plugin = createUnplugin(sbeFactory).rolldown;
