/**
 * Findings that somebody has accepted: a JSON file that `sbe compat` and `sbe lint` share.
 *
 *   {"accepted": [{"schema", "rule", "path", "text", "reason"?}, …]}
 *
 * An entry accepts exactly one finding. Entries that apply no longer are reported, so that the list
 * tells the truth; `--update-baseline` drops them and takes in what is found now.
 */
import { writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "@alerion/schema";
import { JsonSyntaxError, parseLocatedJson, type JsonPlace } from "../config/located-json.js";
import { readInputFile } from "./files.js";
import type { CliIo } from "./io.js";
import { InputError } from "./usage-error.js";

/** A finding of either command, with what makes it the same finding in the next run. */
export interface Finding {
  /** The schema as the user named it. */
  readonly file: string;
  /** Path of the element; see `SchemaLocations`. */
  readonly path: string;
  readonly diagnostic: Diagnostic;
}

/** What is accepted. */
interface BaselineEntry {
  /** Path of the schema, relative to the baseline's folder, with `/`. */
  readonly schema: string;
  readonly rule: string;
  readonly path: string;
  readonly text: string;
  readonly reason: string | undefined;
}

/** What a run could have found; entries beyond it say nothing about the run. */
export interface BaselineScope {
  /** The schemas that were looked at, as the user named them. */
  readonly files: readonly string[];
  /** True for a rule that was asked for. */
  readonly hasRule: (rule: string) => boolean;
}

/** Findings against a baseline. */
export interface BaselineSplit {
  /** Not accepted. */
  readonly fresh: readonly Finding[];
  readonly acceptedCount: number;
  /** Warnings about entries that no longer apply. */
  readonly stale: readonly Diagnostic[];
}

/** Entries that one baseline may have; more is a mistake. */
const BASELINE_ENTRIES_MAX = 100_000;

/** A baseline file, read. */
export class Baseline {
  readonly #file: string;
  readonly #folder: string;
  readonly #io: CliIo;
  readonly #entries: readonly { readonly entry: BaselineEntry; readonly place: JsonPlace }[];

  private constructor(
    file: string,
    io: CliIo,
    entries: readonly { readonly entry: BaselineEntry; readonly place: JsonPlace }[],
  ) {
    this.#file = file;
    this.#folder = dirname(resolve(io.cwd, file));
    this.#io = io;
    this.#entries = entries;
  }

  /**
   * Reads a baseline.
   *
   * @param mayBeMissing  a file that does not exist accepts nothing
   * @throws {InputError} if the file cannot be read or is no baseline, at the line
   */
  static read(file: string, io: CliIo, mayBeMissing: boolean): Baseline {
    let bytes: Uint8Array;
    try {
      bytes = readInputFile(file, io);
    } catch (error) {
      const isMissing = error instanceof InputError && error.code === "FILE_NOT_FOUND";
      if (isMissing && mayBeMissing) return new Baseline(file, io, []);
      throw error;
    }
    return new Baseline(file, io, parseEntries(file, new TextDecoder().decode(bytes)));
  }

  /** Takes out what is accepted, and says what is accepted but not found. */
  split(findings: readonly Finding[], scope: BaselineScope): BaselineSplit {
    const accepted = new Map(this.#entries.map(({ entry }) => [keyOf(entry), false]));
    const fresh = findings.filter((finding) => {
      const key = keyOf(this.#entryOf(finding, undefined));
      if (!accepted.has(key)) return true;
      accepted.set(key, true);
      return false;
    });
    const stale = this.#entries
      .filter(({ entry }) => this.#isInScope(entry, scope) && accepted.get(keyOf(entry)) === false)
      .map(({ entry, place }) => this.#staleDiagnostic(entry, place));
    return { fresh, acceptedCount: findings.length - fresh.length, stale };
  }

  /**
   * Writes the file anew: what is found now, and what this run could not have found. Reasons stay.
   *
   * @returns what it holds now
   * @throws {InputError} if the file cannot be written
   */
  update(findings: readonly Finding[], scope: BaselineScope): number {
    const reasons = new Map(this.#entries.map(({ entry }) => [keyOf(entry), entry.reason]));
    const kept = this.#entries
      .map(({ entry }) => entry)
      .filter((entry) => !this.#isInScope(entry, scope));
    const found = findings.map((finding) => {
      const entry = this.#entryOf(finding, undefined);
      return { ...entry, reason: reasons.get(keyOf(entry)) };
    });
    const entries = [...kept, ...found].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    try {
      writeFileSync(
        resolve(this.#io.cwd, this.#file),
        `${JSON.stringify({ accepted: entries }, undefined, 2)}\n`,
      );
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      throw new InputError(
        this.#file,
        "OUTPUT_UNWRITABLE",
        `baseline must be writable: reason=${reason}`,
        1,
        1,
        { cause: error },
      );
    }
    return entries.length;
  }

  #isInScope({ schema, rule }: BaselineEntry, { files, hasRule }: BaselineScope): boolean {
    return hasRule(rule) && files.some((file) => this.#schemaName(file) === schema);
  }

  #schemaName(file: string): string {
    return relative(this.#folder, resolve(this.#io.cwd, file)).split(sep).join("/");
  }

  #entryOf({ file, path, diagnostic }: Finding, reason: string | undefined): BaselineEntry {
    const { rule, text } = diagnostic;
    return { schema: this.#schemaName(file), rule, path, text, reason };
  }

  #staleDiagnostic(entry: BaselineEntry, { line, column }: JsonPlace): Diagnostic {
    return {
      rule: "baseline-stale",
      severity: "warning",
      file: this.#file,
      line,
      column,
      length: 0,
      text: `accepted finding "${entry.rule}" of ${entry.path} no longer applies`,
      notes: [{ kind: "help", text: "remove it, or run again with --update-baseline" }],
    };
  }
}

function keyOf({ schema, rule, path, text }: BaselineEntry): string {
  return JSON.stringify([schema, path, rule, text]);
}

const KEYS = ["schema", "rule", "path", "text"] as const;

function parseEntries(
  file: string,
  text: string,
): { readonly entry: BaselineEntry; readonly place: JsonPlace }[] {
  const fail = (message: string, { line, column }: JsonPlace): never => {
    throw new InputError(file, "BASELINE_INVALID", message, line, column);
  };
  const json = located(text, fail);
  const list = isObject(json.value) ? json.value["accepted"] : undefined;
  if (!Array.isArray(list)) return fail('a baseline must have a list "accepted"', json.placeOf(""));
  if (list.length > BASELINE_ENTRIES_MAX) {
    fail(
      `a baseline must have at most ${BASELINE_ENTRIES_MAX} entries`,
      json.placeOf("/accepted", "key"),
    );
  }
  return list.map((item: unknown, index) => {
    const place = json.placeOf(`/accepted/${index}`);
    if (!isObject(item)) return fail("an entry must be an object", place);
    for (const key of KEYS) {
      if (typeof item[key] !== "string") fail(`an entry must have a text "${key}"`, place);
    }
    const { reason } = item;
    if (reason !== undefined && typeof reason !== "string") fail('"reason" must be a text', place);
    const entry = { ...(item as Record<(typeof KEYS)[number], string>) };
    return { entry: { ...entry, reason: typeof reason === "string" ? reason : undefined }, place };
  });
}

function located(
  text: string,
  fail: (message: string, place: JsonPlace) => never,
): ReturnType<typeof parseLocatedJson> {
  try {
    return parseLocatedJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return fail(error.message, error.place);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
