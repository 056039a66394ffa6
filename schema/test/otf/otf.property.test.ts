import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DecodeError,
  decodeMessage,
  encodeDocument,
  encodeMessage,
  layoutOf,
  measureMessage,
  printMessage,
  type SchemaLayout,
} from "@alerion/schema";
import { GuardedView } from "../support/guarded-view.js";
import { randomSchema } from "../support/random-schema.js";
import { randomValues } from "../support/random-values.js";

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function printed(
  layout: SchemaLayout,
  view: DataView,
  offset: number,
  limit: number,
  lossless: boolean,
): string {
  let text = "";
  const sink = (piece: string): void => {
    text += piece;
  };
  printMessage(layout, view, offset, limit, sink, { lossless });
  return text;
}

/** A random schema with a message of it: name, values, bytes. */
const messages = randomSchema().chain(({ model, ir }) => {
  const layout = layoutOf(ir);
  return fc
    .constantFrom(...layout.messages)
    .chain((message) => randomValues(message).map((values) => ({ message, values })))
    .map(({ message, values }) => ({
      model,
      layout,
      name: message.name,
      values,
      bytes: encodeMessage(layout, message.name, values),
    }));
});

/** What decoding yields or how it fails; anything but a typed error is passed on. */
function outcomeOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

interface Mutation {
  readonly changes: readonly {
    readonly at: number;
    readonly value: number;
    readonly early: boolean;
  }[];
  /** Part of the bytes that is kept. */
  readonly kept: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  changes: fc.array(
    fc.record({
      at: fc.nat(),
      value: fc.oneof(fc.constantFrom(0, 0xff, 0x7f, 0x80), fc.integer({ min: 0, max: 0xff })),
      early: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

/** Lengths and ids stand early, which is where it hurts. */
const EARLY_BYTES = 16;

function mutate(bytes: Uint8Array, { changes, kept }: Mutation): Uint8Array {
  const mutated = bytes.slice(0, Math.ceil(bytes.length * kept));
  for (const { at, value, early } of changes) {
    const length = early ? Math.min(EARLY_BYTES, mutated.length) : mutated.length;
    if (length > 0) mutated[at % length] = value;
  }
  return mutated;
}

function outcomes(layout: SchemaLayout, view: GuardedView): unknown[] {
  const { start, limit } = view;
  return [
    outcomeOf(() => decodeMessage(layout, view, start, limit, { lossless: true })),
    outcomeOf(() => decodeMessage(layout, view, start, limit)),
    outcomeOf(() => printed(layout, view, start, limit, true)),
    outcomeOf(() => printed(layout, view, start, limit, false)),
    outcomeOf(() => measureMessage(layout, view, start, limit)),
  ];
}

describe("messages of random schemas", () => {
  it("decode to what was encoded", () => {
    fc.assert(
      fc.property(messages, ({ layout, name, values, bytes }) => {
        const view = viewOf(bytes);
        const decoded = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
        expect(decoded).toStrictEqual({
          message: name,
          templateId: layout.messages.find((message) => message.name === name)?.id,
          version: layout.version,
          length: bytes.length,
          values,
        });
        expect(measureMessage(layout, view)).toBe(bytes.length);
      }),
    );
  }, 60_000);

  it("print as text that encodes to the same bytes", () => {
    fc.assert(
      fc.property(messages, ({ layout, bytes }) => {
        const text = printed(layout, viewOf(bytes), 0, bytes.length, true);
        expect(encodeDocument(layout, undefined, JSON.parse(text))).toStrictEqual(bytes);
      }),
    );
  }, 60_000);

  it("print in the plain form what the plain form says, and encode again to a message that prints alike", () => {
    fc.assert(
      fc.property(messages, ({ layout, name, bytes }) => {
        const view = viewOf(bytes);
        const text = printed(layout, view, 0, bytes.length, false);
        const { values } = decodeMessage(layout, view);
        expect(JSON.parse(text)).toStrictEqual(values);
        // Text that is not of its charset has no way back.
        if (text.includes("\ufffd")) return;
        const again = encodeMessage(layout, name, JSON.parse(text));
        expect(printed(layout, viewOf(again), 0, again.length, false)).toBe(text);
      }),
    );
  }, 60_000);

  it("never lead outside the limit, whatever happened to their bytes", () => {
    fc.assert(
      fc.property(
        messages,
        fc.array(mutation, { minLength: 8, maxLength: 8 }),
        ({ layout, bytes }, mutations) => {
          for (const each of mutations) {
            const mutated = mutate(bytes, each);
            // Twice among other noise: what was read from outside would differ.
            const [first, second] = [0x00, 0xa5].map((noise) =>
              outcomes(layout, new GuardedView(mutated, noise)),
            );
            expect(second).toStrictEqual(first);
          }
        },
      ),
    );
  }, 60_000);

  it("of any bytes are values or a typed error", () => {
    fc.assert(
      fc.property(
        randomSchema(),
        fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 8, maxLength: 8 }),
        ({ ir }, inputs) => {
          const layout = layoutOf(ir);
          for (const bytes of inputs) {
            expect(outcomes(layout, new GuardedView(bytes, 0xff))).toHaveLength(5);
          }
        },
      ),
    );
  }, 60_000);
});
