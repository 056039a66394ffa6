import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkValues,
  decodeMessage,
  EncodeError,
  encodeMessage,
  layoutOf,
  type MessageLayout,
  type SchemaLayout,
} from "@alerion/schema";
import { randomSchema } from "../support/random-schema.js";
import { randomValues } from "../support/random-values.js";

/** A schema, one of its messages, and values of it in the plain form. */
const plainMessages = randomSchema()
  .map(({ ir }) => layoutOf(ir))
  .filter((layout) => layout.messages.length > 0)
  .chain((layout) =>
    fc.constantFrom(...layout.messages).chain((message) =>
      randomValues(message).map((typed) => ({
        layout,
        message,
        values: plainOf(layout, message, typed),
      })),
    ),
  );

function plainOf(layout: SchemaLayout, message: MessageLayout, typed: unknown): unknown {
  const bytes = encodeMessage(layout, message.name, typed);
  return decodeMessage(layout, new DataView(bytes.buffer), 0, bytes.length).values;
}

/** What people write by mistake, and what is right in other places. */
const oddValues = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", "A", "0x", "0xff", "0x0", [], {}, [1], { a: 1 }),
  fc.constantFrom<unknown>(-1, 0, 1, 1.5, 127, 128, 255, 256, 65_536, 2 ** 32, 2 ** 53, 1e300),
  fc.constantFrom<unknown>("NaN", "Infinity", "1", "-1", "99999999999999999999", "1.5"),
);

/** Changes one place of a document: another value, a member gone, a member too many. */
function change(value: unknown, steps: readonly number[], odd: unknown, kind: number): unknown {
  const [step = 0, ...rest] = steps;
  if (typeof value !== "object" || value === null || steps.length === 0) return odd;
  const entries = Object.entries(value as Record<string, unknown>);
  const index = step % (entries.length + 1);
  const at = entries[index];
  if (Array.isArray(value)) {
    if (at === undefined) return kind === 0 ? value.slice(1) : [...(value as unknown[]), odd];
    return (value as unknown[]).map((item, i) =>
      i === index ? change(item, rest, odd, kind) : item,
    );
  }
  if (at === undefined) return Object.fromEntries([...entries, ["another", odd]]);
  if (kind === 0 && rest.length === 0) {
    return Object.fromEntries(entries.filter((_, i) => i !== index));
  }
  return Object.fromEntries(
    entries.map(([name, member], i) => [
      name,
      i === index ? change(member, rest, odd, kind) : member,
    ]),
  );
}

/** What the JSON Schema leaves to the encoder: ranges of quoted integers, bytes of text. */
function isLeftToEncoder(error: EncodeError): boolean {
  return /must (be an integer|have only characters of|not be longer than|have a length in bytes)/.test(
    error.message,
  );
}

describe("the JSON Schema of a message", () => {
  it("accepts what is decoded", async () => {
    await fc.assert(
      fc.asyncProperty(plainMessages, async ({ layout, message, values }) => {
        expect(await checkValues(layout, message.name, values)).toStrictEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it("and the encoder accept and refuse the same documents", async () => {
    await fc.assert(
      fc.asyncProperty(
        plainMessages,
        fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 5 }),
        oddValues,
        fc.nat({ max: 3 }),
        async ({ layout, message, values }, steps, odd, kind) => {
          const document = change(values, steps, odd, kind);
          const faults = await checkValues(layout, message.name, document);
          let refusal: EncodeError | undefined;
          try {
            encodeMessage(layout, message.name, document);
          } catch (error) {
            if (!(error instanceof EncodeError)) throw error;
            refusal = error;
          }
          if (refusal === undefined) expect(faults).toStrictEqual([]);
          else if (!isLeftToEncoder(refusal)) {
            expect(faults, refusal.message).not.toStrictEqual([]);
          }
        },
      ),
      { numRuns: 250 },
    );
  }, 120_000);
});
