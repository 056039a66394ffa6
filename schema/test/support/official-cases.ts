/** Schemas that the official tool was asked about, with its answers; see the README of the data. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  compileSchema,
  type CompileOptions,
  type CompileResult,
  type IncludeResolver,
  type Ir,
  type IrToken,
  type IrValue,
} from "@alerion/schema";
import { conformancePath, hasConformanceData } from "./conformance-data.js";

/** One small schema of `rejects.json`. */
export interface InlineCase {
  readonly id: string;
  readonly xml: string;
  readonly accepted: boolean;
  readonly messages: readonly string[];
  readonly tokens?: readonly IrToken[];
  readonly header?: readonly IrToken[];
}

/** One schema file of `rejects.json`. */
export interface FileCase {
  readonly name: string;
  readonly schema: string;
  readonly accepted: boolean;
  readonly messages: readonly string[];
  readonly acceptedWithXInclude?: boolean;
}

/** Both lists of `rejects.json`; empty where the data is absent. */
export function readOfficialCases(): {
  readonly inline: readonly InlineCase[];
  readonly files: readonly FileCase[];
} {
  if (!hasConformanceData) return { inline: [], files: [] };
  return JSON.parse(readFileSync(conformancePath("rejects.json"), "utf8")) as {
    inline: InlineCase[];
    files: FileCase[];
  };
}

/** Files of the data below `folder`, for includes. */
export function folderResolver(folder: string): IncludeResolver {
  return {
    read: (path) => (existsSync(folder + path) ? readFileSync(folder + path) : undefined),
  };
}

/** Compiles a schema file of the data, by its path below `schemas/`. */
export function compileOfficialSchema(
  schema: string,
  options: Partial<CompileOptions> = {},
): CompileResult {
  const folder = conformancePath("schemas/");
  const resolver = folderResolver(folder);
  return compileSchema(readFileSync(folder + schema), { file: schema, resolver, ...options });
}

/** Names `NAME@V` of the transformed schemas. */
export function transformNames(): readonly string[] {
  if (!hasConformanceData) return [];
  return readdirSync(conformancePath("transform")).map((name) => name.slice(0, -".json".length));
}

/** The official IR of `NAME@V`. */
export function readTransform(name: string): Ir {
  return JSON.parse(readFileSync(conformancePath(`transform/${name}.json`), "utf8")) as Ir;
}

/** The parts of an IR that the data has, with floating point values as numbers: texts may differ. */
export function comparable(ir: Ir): unknown {
  const {
    package: packageName,
    id,
    version,
    description,
    semanticVersion,
    byteOrder,
    headerType,
  } = ir;
  return {
    packageName,
    id,
    version,
    description,
    semanticVersion,
    byteOrder,
    headerType,
    header: comparableTokens(ir.header),
    messages: ir.messages.map((message) => ({
      ...message,
      tokens: comparableTokens(message.tokens),
    })),
  };
}

/** Tokens with floating point values as numbers. */
export function comparableTokens(tokens: readonly IrToken[]): unknown {
  return tokens.map((token) => {
    const values = Object.entries(token.encoding) as [string, string | IrValue][];
    const encoding = values.map(([key, value]): [string, unknown] => {
      const isDouble = typeof value === "object" && value.rep === "double";
      return [key, isDouble ? { ...value, value: Number(value.value) } : value];
    });
    return { ...token, encoding: Object.fromEntries(encoding) };
  });
}

/** What a person sees of the diagnostics of a failed compilation, for messages of tests. */
export function problemsOf(result: CompileResult): string {
  return result.diagnostics
    .map(
      ({ file, line, column, severity, text, rule }) =>
        `${file}:${line}:${column}: ${severity}: ${text} [${rule}]`,
    )
    .join("\n");
}
