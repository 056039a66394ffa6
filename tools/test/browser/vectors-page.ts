/** What the page of vectors-in-browser.system.test.ts runs: it is bundled from the built packages. */
import {
  compileSchema,
  decodeMessage,
  encodeMessage,
  irToJson,
  layoutOf,
  measureMessage,
  type Ir,
} from "@alerion/schema";
import { canonical } from "./canonical.js";

/** A vector, with what Node made of it. */
export interface PageVector {
  readonly hint: string;
  readonly hex: string;
  readonly message: string;
  readonly values: unknown;
  /** Whether encoding the values gives the bytes. */
  readonly isReproducible: boolean;
  /** Name of the generated class. */
  readonly className: string;
  /** What the generated decoder must yield, as canonical text. */
  readonly expected: string;
}

/** What a check found. */
export interface PageResult {
  readonly checked: number;
  readonly faults: readonly string[];
}

interface Codec {
  readonly decode: (bytes: Uint8Array) => unknown;
}

interface Encoder {
  readonly encode: (data: unknown) => Uint8Array;
}

/** Exports of the generated modules by schema; the bundle's entry fills it. */
export const generated: { [schema: string]: { readonly [name: string]: unknown } } = {};

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Collects what differs; an error is a difference too. */
class Checker {
  checked = 0;
  readonly faults: string[] = [];

  same(hint: string, seen: () => unknown, expected: unknown): void {
    this.checked++;
    try {
      const value = seen();
      if (value !== expected)
        this.faults.push(`${hint}: ${String(value)} is not ${String(expected)}`);
    } catch (error) {
      this.faults.push(`${hint}: ${String(error)}`);
    }
  }
}

/** Decodes and encodes without generated code. */
export function checkOnTheFly(ir: Ir, vectors: readonly PageVector[]): PageResult {
  const checker = new Checker();
  const layout = layoutOf(ir);
  for (const { hint, hex, message, values, isReproducible } of vectors) {
    const bytes = bytesOf(hex);
    const view = new DataView(bytes.buffer);
    const decoded = (): unknown =>
      decodeMessage(layout, view, 0, bytes.length, { lossless: true }).values;
    checker.same(`${hint} values`, () => canonical(decoded()), canonical(values));
    checker.same(`${hint} length`, () => measureMessage(layout, view), bytes.length);
    if (isReproducible) {
      checker.same(`${hint} bytes`, () => hexOf(encodeMessage(layout, message, values)), hex);
    }
  }
  return checker;
}

/** Decodes and encodes with the generated classes. */
export function checkGenerated(schema: string, vectors: readonly PageVector[]): PageResult {
  const checker = new Checker();
  const exports = generated[schema] ?? {};
  for (const { hint, hex, className, isReproducible, expected } of vectors) {
    const decoder = exports[`${className}Decoder`] as Codec;
    const encoder = exports[`${className}Encoder`] as Encoder;
    checker.same(`${hint} object`, () => canonical(decoder.decode(bytesOf(hex))), expected);
    if (isReproducible) {
      checker.same(`${hint} bytes`, () => hexOf(encoder.encode(decoder.decode(bytesOf(hex)))), hex);
    }
  }
  return checker;
}

/** Compiles a schema: its IR as JSON, or its findings. */
export function compile(file: string, source: string): string {
  const { ir, diagnostics } = compileSchema(source, { file });
  return ir === undefined ? JSON.stringify(diagnostics) : irToJson(ir);
}
