import { AlerionError } from "@alerion/runtime";

/** The command line is wrong: exit code 2. */
export class UsageError extends AlerionError {
  override readonly name: string = "UsageError";
  /** Command whose help may answer it. */
  command: string | undefined;

  constructor(text: string) {
    super("USAGE", text);
  }
}

/** Something that the command line names cannot be used: exit code 1. */
export class InputError extends AlerionError {
  override readonly name: string = "InputError";
  /** The file it is about, as the user named it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;

  constructor(
    file: string,
    code: string,
    text: string,
    line = 1,
    column = 1,
    options?: ErrorOptions,
  ) {
    super(code, text, options);
    this.file = file;
    this.line = line;
    this.column = column;
  }
}
