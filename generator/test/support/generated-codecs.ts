/** Generated codecs, loaded and called without knowing their types. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SchemaLayout } from "@alerion/schema";
import type { GenerateOptions } from "../../src/index.js";
import { generate } from "../../src/index.js";
import { schemaModel, type SchemaModel } from "../../src/model/schema-model.js";

/** A method of a flyweight, whatever it takes. */
type Method = (...values: readonly unknown[]) => unknown;

/** A flyweight or class seen as its methods. */
export interface Flyweight {
  readonly [method: string]: Method;
}

/** The classes of a message. */
export interface MessageClasses {
  readonly decoder: {
    new (): Flyweight;
    decode(bytes: Uint8Array): Values;
    decodeAt(view: DataView, offset: number, limit?: number): Values;
  };
  readonly encoder: {
    new (): Flyweight;
    encode(data: Values): Uint8Array;
    sizeOf(data: Values): number;
  };
}

interface Values {
  readonly [key: string]: unknown;
}

/** The output for one schema, imported. */
export interface LoadedSchema {
  readonly layout: SchemaLayout;
  readonly model: SchemaModel;
  /** All exports of `index.ts`. */
  readonly exports: { readonly [name: string]: unknown };
  /** Class by name, e.g. `CarDecoder`. */
  classes(className: string): MessageClasses;
}

const root = fileURLToPath(new URL("../../../.build/generated/", import.meta.url));

/**
 * Generates, writes below `.build` and imports. `folder` keeps tests that run at once apart.
 */
export async function loadGenerated(
  layout: SchemaLayout,
  folder: string,
  options: GenerateOptions,
): Promise<LoadedSchema> {
  const directory = join(root, folder, options.baseName);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const { path, text } of generate(layout, options))
    writeFileSync(join(directory, path), text);
  const index = pathToFileURL(join(directory, "index.ts")).href;
  const exports = (await import(/* @vite-ignore */ index)) as Values;
  return {
    layout,
    model: schemaModel(layout, options),
    exports,
    classes: (className) =>
      ({
        decoder: exports[`${className}Decoder`],
        encoder: exports[`${className}Encoder`],
      }) as MessageClasses,
  };
}
