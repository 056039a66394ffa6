import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DecodeError,
  decodeMessage,
  irFromJson,
  irFromSbeir,
  IrError,
  irToJson,
  irToSbeir,
  layoutOf,
  type Ir,
} from "@alerion/schema";
import { randomSchema } from "./support/random-schema.js";

/** Everything that can be done with an IR from outside: a result, or a typed error. */
async function outcomeOf(read: () => Ir | Promise<Ir>): Promise<string> {
  try {
    const layout = layoutOf(await read());
    for (const { id } of layout.messages) {
      const view = new DataView(new ArrayBuffer(300));
      view.setUint16(2, id, true);
      decodeMessage(layout, view);
    }
    return "fine";
  } catch (error) {
    if (error instanceof IrError || error instanceof DecodeError) return error.code;
    throw error;
  }
}

/** Changes that keep most of the bytes. */
const mutation = fc.record({
  changes: fc.array(fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 0xff }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

describe("IR from outside", () => {
  it("reads back from .sbeir as it was written, but for empty texts", () => {
    fc.assert(
      fc.property(randomSchema(), ({ ir }) => {
        expect(irFromSbeir(irToSbeir(ir))).toStrictEqual(ir);
      }),
    );
  }, 60_000);

  it("reads back from JSON as it was written", async () => {
    await fc.assert(
      fc.asyncProperty(randomSchema(), async ({ ir }) => {
        expect(await irFromJson(irToJson(ir))).toStrictEqual(ir);
      }),
    );
  }, 60_000);

  it("is a layout or a typed error, whatever happened to the .sbeir", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSchema(),
        fc.array(mutation, { minLength: 10, maxLength: 10 }),
        async ({ ir }, mutations) => {
          const bytes = irToSbeir(ir);
          for (const { changes, kept } of mutations) {
            const mutated = bytes.slice(0, Math.ceil(bytes.length * kept));
            for (const { at, value } of changes) mutated[at % mutated.length] = value;
            expect(await outcomeOf(() => irFromSbeir(mutated))).toMatch(/^(fine|[A-Z_]+)$/);
          }
        },
      ),
    );
  }, 60_000);

  it("is a typed error for bytes that never were one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => irFromSbeir(bytes)).toThrow(IrError);
      }),
    );
  });

  it("is a layout or a typed error, whatever happened to numbers and words of the JSON", async () => {
    const change = fc.record({
      at: fc.nat(),
      value: fc.constantFrom("0", "-1", "2147483647", "-2147483648", "1e400", "null", '""', "[]"),
    });
    await fc.assert(
      fc.asyncProperty(
        randomSchema(),
        fc.array(change, { minLength: 10, maxLength: 10 }),
        async ({ ir }, changes) => {
          const text = irToJson(ir);
          const places = [...text.matchAll(/:(-?\d+|"[A-Z_]+")/g)];
          for (const { at, value } of changes) {
            const place = places[at % places.length];
            if (place === undefined) continue;
            const { index } = place;
            const mutated = `${text.slice(0, index + 1)}${value}${text.slice(index + place[0].length)}`;
            expect(await outcomeOf(() => irFromJson(mutated))).toMatch(/^(fine|[A-Z_]+)$/);
          }
        },
      ),
    );
  }, 60_000);
});
