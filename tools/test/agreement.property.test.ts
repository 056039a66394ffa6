/**
 * Generated code of random schemas against decoding and encoding on the fly: two ways from one layout to the bytes
 * that share next to nothing.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AlerionError } from "@alerion/runtime";
import {
  compileSchema,
  decodeMessage,
  encodeMessage,
  layoutOf,
  measureMessage,
  scalarMember,
  type JsonValue,
  type MessageLayout,
  type SchemaLayout,
} from "@alerion/schema";
import { GuardedView } from "../../schema/test/support/guarded-view.js";
import { randomSchema } from "../../schema/test/support/random-schema.js";
import { randomValues } from "../../schema/test/support/random-values.js";
import type { MessageModel } from "../../generator/src/model/schema-model.js";
import {
  loadGenerated,
  type LoadedSchema,
  type MessageClasses,
} from "../../generator/test/support/generated-codecs.js";
import { encodeHot, toData } from "../../generator/test/support/vector-values.js";

/** Schemas to generate from; compiling them is what takes the time. */
const SCHEMA_COUNT = 10;
const SEED = 20;

interface Subject {
  readonly schema: LoadedSchema;
  readonly message: MessageLayout;
  readonly model: MessageModel;
  readonly classes: MessageClasses;
}

interface Message extends Subject {
  readonly values: { readonly [name: string]: JsonValue };
  readonly bytes: Uint8Array<ArrayBuffer>;
}

function subjectsOf(schema: LoadedSchema): Subject[] {
  return schema.layout.messages.map((message) => {
    const model = schema.model.messages.find(({ id }) => id === message.id);
    if (model === undefined) throw new Error(`message must be generated: ${message.name}`);
    return { schema, message, model, classes: schema.classes(model.className) };
  });
}

/** What a call yields, or the code of its typed error. */
function outcomeOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof AlerionError) return { code: error.code };
    throw error;
  }
}

/** Every way to read the message with generated code. */
function generatedOutcomes({ classes }: Subject, view: GuardedView): readonly unknown[] {
  const { start, limit } = view;
  const wrapped = () => {
    const decoder = new classes.decoder();
    decoder["wrapAndApplyHeader"]?.(view, start, limit);
    return decoder;
  };
  return [
    outcomeOf(() => classes.decoder.decodeAt(view, start, limit)),
    outcomeOf(() => wrapped()["toObject"]?.()),
    outcomeOf(() => wrapped()["encodedLength"]?.()),
  ];
}

/** The same on the fly. */
function expectedOutcomes(
  { schema, message, model }: Subject,
  view: GuardedView,
): readonly unknown[] {
  const { layout } = schema;
  const { start, limit } = view;
  const data = outcomeOf(() => {
    const { values } = decodeMessage(layout, view, start, limit, { lossless: true });
    return toData(values, message, model, schema.model);
  });
  return [data, data, outcomeOf(() => measureMessage(layout, view, start, limit))];
}

function templateIdOf({ header }: SchemaLayout, bytes: Uint8Array): number | undefined {
  const { offset, type } = scalarMember(header, "templateId");
  if (bytes.length < header.size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, type.size);
  return type.size === 2
    ? view.getUint16(0, type.littleEndian)
    : view.getUint32(0, type.littleEndian);
}

const change = fc.record({
  at: fc.nat(),
  value: fc.oneof(fc.constantFrom(0, 1, 0xff, 0x7f, 0x80), fc.integer({ min: 0, max: 0xff })),
});

/** Changed, cut off, or made longer; half of the changes are at the start, where lengths and ids stand. */
const mutation = fc.record({
  early: fc.array(change, { maxLength: 2 }),
  anywhere: fc.array(change, { maxLength: 4 }),
  kept: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  tail: fc.uint8Array({ maxLength: 4 }),
});

function mutate(
  bytes: Uint8Array,
  { early, anywhere, kept, tail }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  const cut = bytes.subarray(0, Math.ceil(bytes.length * kept));
  const mutated = Uint8Array.from([...cut, ...tail]);
  for (const { at, value } of early)
    if (mutated.length > 0) mutated[at % Math.min(16, mutated.length)] = value;
  for (const { at, value } of anywhere)
    if (mutated.length > 0) mutated[at % mutated.length] = value;
  return mutated;
}

describe("generated code of random schemas", () => {
  const subjects: Subject[] = [];

  beforeAll(async () => {
    const schemas = fc.sample(randomSchema(), { seed: SEED, numRuns: SCHEMA_COUNT });
    for (const [index, { xml }] of schemas.entries()) {
      const { ir } = compileSchema(xml, { file: "random.xml" });
      if (ir === undefined) throw new Error(`schema must compile: index=${index}`);
      const schema = await loadGenerated(layoutOf(ir), "agreement", {
        baseName: `random-${index}`,
      });
      subjects.push(...subjectsOf(schema));
    }
  }, 120_000);

  function messages(): fc.Arbitrary<Message> {
    return fc.constantFrom(...subjects).chain((subject) =>
      randomValues(subject.message).map((values) => ({
        ...subject,
        values,
        bytes: encodeMessage(subject.schema.layout, subject.message.name, values),
      })),
    );
  }

  it("decodes what was encoded on the fly, and measures it", () => {
    fc.assert(
      fc.property(messages(), ({ schema, message, model, classes, values, bytes }) => {
        const data = toData(values, message, model, schema.model);
        expect(classes.decoder.decode(bytes)).toStrictEqual(
          classes.decoder.decodeAt(new DataView(bytes.buffer), 0),
        );
        expect(classes.decoder.decode(bytes)).toEqual(data);
        const decoder = new classes.decoder();
        decoder["wrapAndApplyHeader"]?.(new DataView(bytes.buffer), 0);
        expect(decoder["encodedLength"]?.()).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("round-trips its own objects, through fromObject and through the hot encoder alike", () => {
    fc.assert(
      fc.property(messages(), ({ schema, message, model, classes, values }) => {
        const data = toData(values, message, model, schema.model);
        const bytes = outcomeOf(() => classes.encoder.encode(data));
        // Noise that is no text in its charset reads as U+FFFD, which not every charset can write.
        if (!(bytes instanceof Uint8Array)) {
          expect(JSON.stringify(bytes)).toMatch(/"TEXT_(?:NOT_ENCODABLE|TOO_LONG)"/);
          return;
        }
        expect(classes.encoder.sizeOf(data)).toBe(bytes.length);
        expect(classes.decoder.decode(bytes)).toEqual(data);
        const hot = new classes.encoder();
        const target = new DataView(new ArrayBuffer(bytes.length));
        hot["wrapAndApplyHeader"]?.(target, 0);
        hot["clear"]?.();
        encodeHot(hot, data, message, model, schema.model);
        expect(new Uint8Array(target.buffer)).toStrictEqual(bytes);
        const onTheFly = decodeMessage(schema.layout, new DataView(bytes.buffer), 0, bytes.length, {
          lossless: true,
        });
        expect(toData(onTheFly.values, message, model, schema.model)).toEqual(data);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("agrees with decoding on the fly about mutated messages, inside the limit", () => {
    const counts = { decoded: 0, refused: 0 };
    fc.assert(
      fc.property(
        messages(),
        fc.array(mutation, { minLength: 8, maxLength: 8 }),
        (subject, mutations) => {
          const { schema, message, bytes } = subject;
          for (const each of mutations) {
            const mutated = mutate(bytes, each);
            if (templateIdOf(schema.layout, mutated) !== message.id) continue;
            const [first, second] = [0x00, 0xa5].map((noise) =>
              generatedOutcomes(subject, new GuardedView(mutated, noise)),
            );
            // Twice among other noise: what was read from outside would differ.
            expect(second).toEqual(first);
            const expected = expectedOutcomes(subject, new GuardedView(mutated, 0xff));
            expect(first).toEqual(expected);
            if (expected[2] instanceof Object) counts.refused++;
            else counts.decoded++;
          }
        },
      ),
      { numRuns: 300 },
    );
    // Both must come up, or the property says nothing.
    expect(counts.decoded).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(200);
  }, 60_000);
});
