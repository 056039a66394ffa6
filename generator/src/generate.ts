import type { SchemaLayout } from "@alerion/schema";
import { schemaModel, type SchemaModel } from "./model/schema-model.js";
import { FileBuilder } from "./print/file-builder.js";
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
  templates ??= new Templates();
  const printer = new Printer(templates, schemaModel(layout, options));
  return printer.files().sort((a, b) => (a.path < b.path ? -1 : 1));
}

class Printer {
  readonly #templates: Templates;
  readonly #model: SchemaModel;

  constructor(printTemplates: Templates, model: SchemaModel) {
    this.#templates = printTemplates;
    this.#model = model;
  }

  files(): GeneratedFile[] {
    const { messages, types, schemaName } = this.#model;
    return [
      ...types.map(({ module, template, model }) => this.#file(module, template, model)),
      ...messages.map((message) => this.#file(message.module, "message", message)),
      this.#file("registry", "registry", {}),
      this.#file("writer", "writer", {}),
      this.#file("dispatcher", "dispatcher", {}),
      this.#file("schema", "schema", {}),
      this.#file("index", "index-file", { modules: this.#modules(schemaName) }),
    ];
  }

  #file(module: string, template: string, context: object): GeneratedFile {
    const file = new FileBuilder(module);
    const body = this.#templates.print(template, { ...this.#model, ...context }, file);
    const header = this.#templates.print("file-header", this.#model, file);
    return { path: `${module}.ts`, text: file.finish(header, body) };
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
