/**
 * Two decoders that share no code but the layout: the on-the-fly one and the generated one. On every
 * input, valid or mutated, both yield the same values, or both fail with the same code.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlerionError } from "@alerion/runtime";
import { DecodeError, decodeMessage, encodeMessage, layoutOf } from "@alerion/schema";
import { loadGenerated, type LoadedSchema } from "../../generator/test/support/generated-codecs.js";
import { toData } from "../../generator/test/support/vector-values.js";
import { randomSchema } from "../../schema/test/support/random-schema.js";
import { randomValues } from "../../schema/test/support/random-values.js";

/** Loading the code of a schema takes a tenth of a second; messages of it cost next to nothing. */
const SCHEMAS = 20;
const MESSAGES_EACH = 6;
const MUTATIONS_EACH = 12;

const mutation = fc.record({
  changes: fc.array(
    fc.record({
      at: fc.nat(),
      value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 0xff })),
      early: fc.boolean(),
    }),
    { maxLength: 5 },
  ),
  kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(
  bytes: Uint8Array<ArrayBuffer>,
  { changes, kept }: Mutation,
): Uint8Array<ArrayBuffer> {
  const mutated = bytes.slice(0, Math.ceil(bytes.length * kept));
  for (const { at, value, early } of changes) {
    const length = early ? Math.min(16, mutated.length) : mutated.length;
    if (length > 0) mutated[at % length] = value;
  }
  return mutated;
}

/** The values and whose they are, or why there are none. */
type Outcome = { readonly message: string; readonly data: unknown } | { readonly code: string };

function onTheFly({ layout, model: schemaModel }: LoadedSchema, view: DataView): Outcome {
  try {
    const { message, values } = decodeMessage(layout, view, 0, view.byteLength, { lossless: true });
    const index = layout.messages.findIndex(({ name }) => name === message);
    const block = layout.messages[index];
    const model = schemaModel.messages[index];
    if (block === undefined || model === undefined)
      throw new Error(`message must be known: ${message}`);
    return { message, data: toData(values, block, model, schemaModel) };
  } catch (error) {
    if (error instanceof DecodeError) return { code: error.code };
    throw error;
  }
}

/** The class of a message knows its own template only, so all are asked. */
function generated(schema: LoadedSchema, view: DataView): Outcome {
  for (const { name } of schema.layout.messages) {
    try {
      return {
        message: name,
        data: schema.classes(name).decoder.decodeAt(view, 0, view.byteLength),
      };
    } catch (error) {
      if (!(error instanceof AlerionError)) throw error;
      if (error.code !== "TEMPLATE_ID_MISMATCH") return { code: error.code };
    }
  }
  return { code: "TEMPLATE_ID_UNKNOWN" };
}

let loadedCount = 0;

describe("the on-the-fly decoder and generated code", () => {
  it("agree on every message, whatever happened to its bytes", async () => {
    const cases = randomSchema().chain(({ model, ir }) => {
      const layout = layoutOf(ir);
      const message = fc
        .constantFrom(...layout.messages)
        .chain((each) => fc.tuple(fc.constant(each.name), randomValues(each)));
      return fc.record({
        model: fc.constant(model),
        layout: fc.constant(layout),
        messages: fc.array(
          fc.tuple(
            message,
            fc.array(mutation, { minLength: MUTATIONS_EACH, maxLength: MUTATIONS_EACH }),
          ),
          {
            minLength: MESSAGES_EACH,
            maxLength: MESSAGES_EACH,
          },
        ),
      });
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ layout, messages }) => {
        loadedCount++;
        const schema = await loadGenerated(layout, "codecs-agree", {
          baseName: `random-${loadedCount}`,
        });
        for (const [[name, values], mutations] of messages) {
          const bytes = encodeMessage(layout, name, values);
          for (const each of [{ changes: [], kept: 1 }, ...mutations]) {
            const mutated = mutate(bytes, each);
            const view = new DataView(mutated.buffer, 0, mutated.length);
            const hint = `${name} ${Buffer.from(mutated).toString("hex")}`;
            expect(generated(schema, view), hint).toEqual(onTheFly(schema, view));
          }
        }
      }),
      { numRuns: SCHEMAS, endOnFailure: true },
    );
  }, 120_000);
});
