import { beforeAll, describe, expect, test } from "vitest";
import type { MessageLayout } from "@alerion/schema";
import type { MessageModel } from "../src/model/schema-model.js";
import {
  bytesOf,
  hasConformanceData,
  hexOf,
  officialLayout,
  schemaNames,
  vectorsOf,
  type Vector,
} from "./support/conformance-data.js";
import { loadGenerated, type LoadedSchema } from "./support/generated-codecs.js";
import { constantsOf, encodeHot, toData } from "./support/vector-values.js";

/** Kinds that a current encoder can write: the block is as long as the schema says. */
const REENCODED: ReadonlySet<Vector["kind"]> = new Set([
  "zero",
  "min",
  "max",
  "null",
  "random",
  "unknown_enum",
]);

interface Subject {
  readonly layout: MessageLayout;
  readonly model: MessageModel;
}

function subjectOf(schema: LoadedSchema, vector: Vector): Subject {
  const layout = schema.layout.messages.find(({ id }) => id === vector.templateId);
  const model = schema.model.messages.find(({ id }) => id === vector.templateId);
  if (layout === undefined || model === undefined) throw new Error(`no message ${vector.message}`);
  return { layout, model };
}

/** Wraps the message whose header lies at `offset`, whatever its acting version is. */
function decoderAt(schema: LoadedSchema, { model }: Subject, view: DataView, offset: number) {
  const decoder = new (schema.classes(model.className).decoder)();
  decoder["wrapAndApplyHeader"]?.(view, offset);
  return decoder;
}

describe.skipIf(!hasConformanceData)("vectors of the official tool", () => {
  const counts = { schemas: 0, vectors: 0, reencoded: 0 };

  describe.each(schemaNames())("%s", (name) => {
    let schema: LoadedSchema;
    beforeAll(async () => {
      schema = await loadGenerated(officialLayout(name), "vectors", { baseName: name });
    });

    test("decode to their values, re-encode to their bytes, measure their length", () => {
      const vectors = vectorsOf(name);
      counts.schemas++;
      for (const vector of vectors) {
        counts.vectors++;
        const where = `${vector.message} ${vector.kind} version ${vector.actingVersion}`;
        const subject = subjectOf(schema, vector);
        const { layout, model } = subject;
        const bytes = bytesOf(vector.hex);
        const view = new DataView(bytes.buffer);
        const expected = toData(vector.values, layout, model, schema.model);

        const decoder = decoderAt(schema, subject, view, 0);
        expect(decoder["toObject"]?.(), where).toEqual(expected);
        expect(schema.classes(model.className).decoder.decode(bytes), where).toEqual(expected);
        expect(decoder["encodedLength"]?.(), where).toBe(bytes.length);
        for (const [label, seen, constant] of constantsOf(decoder, layout, model, schema.model)) {
          expect(seen, `${where} ${label}`).toEqual(constant);
        }

        if (!REENCODED.has(vector.kind)) continue;
        counts.reencoded++;
        const { encoder: Encoder } = schema.classes(model.className);
        expect(hexOf(Encoder.encode(expected)), where).toBe(vector.hex);
        const hot = new Encoder();
        const target = new DataView(new ArrayBuffer(bytes.length));
        hot["wrapAndApplyHeader"]?.(target, 0);
        encodeHot(hot, expected, layout, model, schema.model);
        expect(hexOf(new Uint8Array(target.buffer)), where).toBe(vector.hex);
        expect(hot["encodedLength"]?.(), where).toBe(bytes.length);
      }
    });

    test("stand back to back: the sum of encodedLength is their size", () => {
      const vectors = vectorsOf(name);
      const bytes = bytesOf(vectors.map(({ hex }) => hex).join(""));
      const view = new DataView(bytes.buffer);
      let offset = 0;
      for (const vector of vectors) {
        const decoder = decoderAt(schema, subjectOf(schema, vector), view, offset);
        offset += decoder["encodedLength"]?.() as number;
      }
      expect(offset).toBe(bytes.length);
    });
  });

  test("were all there", () => {
    expect(counts).toMatchObject({ schemas: 80, vectors: 2247 });
  });
});
