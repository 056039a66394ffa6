import { describe, expect, test } from "vitest";
import type { BlockLayout, TypeLayout } from "@alerion/schema";
import {
  bytesOf,
  hasConformanceData,
  hexOf,
  officialLayout,
  readJson,
} from "./support/conformance-data.js";
import { loadGenerated, type Flyweight, type LoadedSchema } from "./support/generated-codecs.js";
import { encodeHot, toData } from "./support/vector-values.js";

interface Case {
  readonly name: string;
  readonly schema: string;
  readonly hex: string;
  /** Output of the official printer. */
  readonly json: string;
  /** Fields newer than the message, for which the printer prints junk. */
  readonly absent?: Printed;
}

interface Printed {
  readonly [name: string]: unknown;
}

const cases = hasConformanceData ? (readJson("car.json") as { cases: Case[] }).cases : [];

/** What the official printer printed, in the typed form of the vectors. */
function typedBlock(printed: Printed, block: BlockLayout, absent: Printed): Printed {
  const values: { [name: string]: unknown } = {};
  for (const field of block.fields) {
    const isAbsent = Object.keys(absent).some((key) => key.replace("(i)", "") === field.name);
    if (field.constant !== undefined) continue;
    values[field.name] = isAbsent ? { $absent: true } : typedValue(printed[field.name], field.type);
  }
  for (const group of block.groups) {
    const entries = printed[group.name] as Printed[];
    values[group.name] = entries.map((entry) => typedBlock(entry, group, {}));
  }
  for (const data of block.data) {
    const $data = hexOf(new TextEncoder().encode(printed[data.name] as string));
    values[data.name] = { $data, $text: printed[data.name] };
  }
  return values;
}

function typedValue(value: unknown, type: TypeLayout): unknown {
  switch (type.kind) {
    case "enum": {
      const found = type.values.find(({ name }) => name === value);
      return { $enum: value, $raw: Number(found?.value) };
    }
    case "set": {
      const bits = type.choices.filter(({ name }) => (value as Printed)[name] === true);
      return { $raw: String(bits.reduce((sum, { bit }) => sum + 2 ** bit, 0)) };
    }
    case "composite":
      return Object.fromEntries(
        type.members.map(({ name, type: member }) => [
          name,
          typedValue((value as Printed)[name], member),
        ]),
      );
    case "primitive":
      if (type.isArray && type.primitive === "char") return { $text: value };
      if (type.isArray) return value;
      if (type.primitive === "float") return Math.fround(value as number);
      return type.primitive.endsWith("64") ? String(value) : value;
  }
}

describe.skipIf(!hasConformanceData)("bytes of officially generated encoders", () => {
  test.each(cases)("$name", async ({ schema: schemaName, hex, json, absent = {} }) => {
    const schema: LoadedSchema = await loadGenerated(officialLayout(schemaName), "car", {
      baseName: schemaName,
    });
    const bytes = bytesOf(hex);
    const view = new DataView(bytes.buffer);
    const templateId = (
      schema.exports[schema.model.schemaName] as {
        templateIdAt: (view: DataView, offset: number, limit: number) => number;
      }
    ).templateIdAt(view, 0, bytes.length);
    const layout = schema.layout.messages.find(({ id }) => id === templateId);
    const model = schema.model.messages.find(({ id }) => id === templateId);
    if (layout === undefined || model === undefined) throw new Error("template must be known");
    const typed = typedBlock(JSON.parse(json) as Printed, layout, absent);
    const expected = toData(typed, layout, model, schema.model);

    const { decoder, encoder: Encoder } = schema.classes(model.className);
    expect(decoder.decode(bytes)).toEqual(expected);

    // The schema itself wrote these bytes: then they come out the same.
    if (view.getUint16(0, true) !== layout.blockLength) return;
    expect(hexOf(Encoder.encode(expected))).toBe(hex);
    const target = new Uint8Array(bytes.length);
    const hot: Flyweight = new Encoder();
    hot["wrapAndApplyHeader"]?.(new DataView(target.buffer), 0);
    encodeHot(hot, expected, layout, model, schema.model);
    expect(hexOf(target)).toBe(hex);
  });
});
