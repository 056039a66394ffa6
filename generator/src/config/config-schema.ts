/**
 * What `sbe.config.json` or `sbe.config.mjs` may say, as a type and as the JSON Schema that checks
 * it. `sbe.config.schema.json` of this package is the same schema for editors; a test compares them.
 */
import {
  COMPAT_LEVELS,
  LINT_RULES,
  LINT_SETTINGS,
  type CompatLevel,
  type LintSettings,
} from "@alerion/schema";

/** A checked configuration. Paths and patterns are relative to its folder. */
export interface SbeConfig {
  readonly $schema?: string;
  /** Files and patterns of the schemas. */
  readonly schemas?: readonly string[];
  /** Folder that `sbe generate` writes to. */
  readonly output?: string;
  /** XInclude may read files below this folder; default: each schema's own. */
  readonly includeRoot?: string;
  /** Accepted findings of `sbe lint` and `sbe compat`. */
  readonly baseline?: string;
  readonly generate?: {
    readonly check?: boolean;
    readonly emit?: "ts" | "js";
    readonly checks?: boolean;
    readonly atVersion?: number;
    readonly unknownEnums?: "raw" | "throw";
  };
  readonly lint?: { readonly rules?: LintSettings };
  readonly compat?: { readonly levels?: readonly CompatLevel[] };
}

const text = (description: string): object => ({ type: "string", minLength: 1, description });
const flag = (description: string): object => ({ type: "boolean", description });

const ruleSettings = Object.fromEntries(
  ["*", ...Object.keys(LINT_RULES)].map((name) => [name, { enum: [...LINT_SETTINGS] }]),
);

/** JSON Schema (draft 2020-12) of a configuration. */
export const CONFIG_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Configuration of the sbe command",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    schemas: {
      type: "array",
      minItems: 1,
      items: text("a file or a pattern (*, ?, **), relative to this file"),
      description: "the schemas that sbe generate, lint and validate take when none is named",
    },
    output: text("folder that sbe generate writes to"),
    includeRoot: text("XInclude may read files below this folder (default: each schema's own)"),
    baseline: text("accepted findings of sbe lint and sbe compat"),
    generate: {
      type: "object",
      additionalProperties: false,
      description: "options of sbe generate",
      properties: {
        check: flag("type-check the output before anything is written"),
        emit: { enum: ["ts", "js"], description: "TypeScript, or JavaScript and declarations" },
        checks: flag("codecs check the order of calls against the order on the wire"),
        atVersion: {
          type: "integer",
          minimum: 0,
          description: "generate for this version of the schema, or older",
        },
        unknownEnums: {
          enum: ["raw", "throw"],
          description: "enum values not in the schema: raw hands them on, throw refuses them",
        },
      },
    },
    lint: {
      type: "object",
      additionalProperties: false,
      properties: {
        rules: {
          type: "object",
          additionalProperties: false,
          description: "how loud each rule is; * stands for all that are not named",
          properties: ruleSettings,
        },
      },
    },
    compat: {
      type: "object",
      additionalProperties: false,
      properties: {
        levels: {
          type: "array",
          items: { enum: [...COMPAT_LEVELS] },
          description: "what sbe compat looks for (default: all)",
        },
      },
    },
  },
} as const;
