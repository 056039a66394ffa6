import type { SchemaLayout } from "@alerion/schema";
import { schemaModel, type SchemaModel } from "./model/schema-model.js";
import { FileBuilder } from "./print/file-builder.js";
import { PrintMemory } from "./print/print-memory.js";
import { Templates } from "./print/templates.js";
import type { GeneratedFile, GenerateOptions } from "./types.js";

let templates: Templates | undefined;

/**
 * TypeScript codecs of a schema: a module per message and type, `index.ts`, `registry.ts`, writer, dispatcher and
 * the schema const. The same schema and options give the same bytes everywhere.
 *
 * @returns files with paths relative to `DIR/<base name>/`, sorted by path
 * @throws {GenerateError} if the schema asks for what cannot be generated
 */
export function generate(layout: SchemaLayout, options: GenerateOptions): GeneratedFile[] {
  return generateAnew(layout, options, new PrintMemory());
}

/** The same for a schema that changes: modules whose models are as they were in the last run are not printed again. */
export function generateAnew(
  layout: SchemaLayout,
  options: GenerateOptions,
  memory: PrintMemory,
): GeneratedFile[] {
  templates ??= new Templates();
  memory.begin();
  const printer = new Printer(templates, schemaModel(layout, options), memory);
  return printer.files().sort((a, b) => (a.path < b.path ? -1 : 1));
}

class Printer {
  readonly #templates: Templates;
  readonly #model: SchemaModel;
  readonly #memory: PrintMemory;

  constructor(printTemplates: Templates, model: SchemaModel, memory: PrintMemory) {
    this.#templates = printTemplates;
    this.#model = model;
    this.#memory = memory;
  }

  files(): GeneratedFile[] {
    const { messages, types, schemaName, generator, schemaId, version, header } = this.#model;
    const facts = { generator, package: this.#model.package, schemaId, version, header };
    // Modules of types and messages know these facts, but nothing else of the schema: they are remembered.
    const remembered = (module: string, template: string, model: object): GeneratedFile => {
      const context = { ...facts, ...model };
      const text = this.#memory.textOf(module, context, () =>
        this.#text(module, template, context),
      );
      return { path: `${module}.ts`, text };
    };
    const ofSchema = (module: string, template: string, model: object): GeneratedFile => ({
      path: `${module}.ts`,
      text: this.#text(module, template, { ...this.#model, ...model }),
    });
    return [
      ...types.map(({ module, template, model }) => remembered(module, template, model)),
      ...messages.map((message) => remembered(message.module, "message", message)),
      ofSchema("registry", "registry", {}),
      ofSchema("writer", "writer", {}),
      ofSchema("dispatcher", "dispatcher", {}),
      ofSchema("schema", "schema", {}),
      ofSchema("index", "index-file", { modules: this.#modules(schemaName) }),
    ];
  }

  #text(module: string, template: string, context: object): string {
    const file = new FileBuilder(module);
    const body = this.#templates.print(template, context, file);
    const header = this.#templates.print("file-header", this.#model, file);
    return file.finish(header, body);
  }

  #modules(schemaName: string): object[] {
    const { messages, types } = this.#model;
    const ofMessages = messages.map((message) => ({
      module: message.module,
      names: [message, ...message.allGroups].flatMap(({ className }) => [
        { name: `${className}Decoder`, isType: false },
        { name: `${className}Encoder`, isType: false },
        { name: `${className}Data`, isType: true },
      ]),
    }));
    const ofTypes = types.map(({ module, exports }) => ({ module, names: exports }));
    const ofSchema = [
      {
        module: "dispatcher",
        names: [
          { name: `${schemaName}Dispatcher`, isType: false },
          { name: `${schemaName}Handlers`, isType: true },
          { name: `Partial${schemaName}Handlers`, isType: true },
        ],
      },
      { module: "registry", names: [{ name: "messages", isType: false }] },
      {
        module: "schema",
        names: [
          { name: schemaName, isType: false },
          { name: `${schemaName}Message`, isType: true },
        ],
      },
      { module: "writer", names: [{ name: `${schemaName}Writer`, isType: false }] },
    ];
    return [...ofMessages, ...ofTypes, ...ofSchema].sort((a, b) => (a.module < b.module ? -1 : 1));
  }
}
