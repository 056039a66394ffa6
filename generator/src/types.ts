/** What `generate` is told besides the schema. */
export interface GenerateOptions {
  /**
   * Base name of the schema file without `.xml`: names the folder that the output is for and, upper-camel,
   * the schema const (`order-entry` → `OrderEntry`).
   */
  readonly baseName: string;
  /** Field order state machines in encoders and decoders; slower. Default false. */
  readonly checks?: boolean;
  /**
   * What reading an enum value does that the schema does not list: `raw` (default) yields the number,
   * `throw` throws a CodecError UNKNOWN_ENUM_VALUE.
   */
  readonly unknownEnum?: "raw" | "throw";
}

/** One file of output: `path` is relative to `DIR/<base name>/`, with `/`; `text` ends with a newline. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The output for one schema: `folder` is the folder below DIR, the schema's base name. */
export interface GeneratedOutput {
  readonly folder: string;
  readonly files: readonly GeneratedFile[];
}

/** A finding of the type-checker in generated code: always an error in the generator. */
export interface CheckFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}
