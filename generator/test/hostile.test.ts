import { beforeAll, describe, expect, it } from "vitest";
import { CodecError } from "@alerion/runtime/codegen";
import { compileSchema, decodeMessage, layoutOf } from "@alerion/schema";
import { generate } from "../src/index.js";
import { loadGenerated, type Flyweight, type LoadedSchema } from "./support/generated-codecs.js";

/** Groups whose entries take bytes, take none, or take none but for what is in them. */
const SCHEMA = `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="hostile" id="1" version="0">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/>
<type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/>
<type name="version" primitiveType="uint16"/>
</composite>
<composite name="wide">
<type name="blockLength" primitiveType="uint32" maxValue="65534"/>
<type name="numInGroup" primitiveType="uint32" maxValue="65534"/>
</composite>
<composite name="blob">
<type name="length" primitiveType="uint32" maxValue="1073741824"/>
<type name="varData" primitiveType="uint8" length="0"/>
</composite>
<type name="Seven" primitiveType="uint8" presence="constant">7</type>
</types>
<sbe:message name="Solid" id="1">
<group name="entries" id="1" dimensionType="wide"><field name="a" id="2" type="uint32"/></group>
</sbe:message>
<sbe:message name="Hollow" id="2">
<group name="entries" id="1" dimensionType="wide"><field name="seven" id="2" type="Seven"/></group>
</sbe:message>
<sbe:message name="Nested" id="3">
<group name="outer" id="1" dimensionType="wide">
<group name="inner" id="2" dimensionType="wide"><field name="seven" id="3" type="Seven"/></group>
</group>
</sbe:message>
<sbe:message name="Data" id="4"><data name="blob" id="1" type="blob"/></sbe:message>
</sbe:messageSchema>`;

const NAMES = ["Solid", "Hollow", "Nested", "Data"] as const;
const MOST = 0xffffffff;

/**
 * A message of a template with an empty block and 32-bit numbers behind the header. Its view ends with it: a read
 * beyond is a RangeError of the platform, which no test here expects.
 */
function message(templateId: number, ...numbers: number[]): DataView {
  const view = new DataView(new ArrayBuffer(8 + numbers.length * 4));
  view.setUint16(2, templateId, true);
  view.setUint16(4, 1, true);
  for (const [index, number] of numbers.entries()) view.setUint32(8 + index * 4, number, true);
  return view;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
}

describe("generated decoders and messages made to hurt", () => {
  let schema: LoadedSchema;

  beforeAll(async () => {
    const { ir } = compileSchema(SCHEMA, { file: "hostile.xml" });
    if (ir === undefined) throw new Error("schema must compile");
    schema = await loadGenerated(layoutOf(ir), "hostile", { baseName: "hostile" });
  }, 60_000);

  function decoderOf(view: DataView): Flyweight {
    const name = NAMES[view.getUint16(2, true) - 1];
    const decoder = new (schema.classes(name ?? "").decoder)();
    decoder["wrapAndApplyHeader"]?.(view, 0, view.byteLength);
    return decoder;
  }

  /** Error codes of toObject, of encodedLength, and of walking the outermost group. */
  function codesOf(view: DataView): readonly string[] {
    return [
      codeOf(() => decoderOf(view)["toObject"]?.()),
      codeOf(() => decoderOf(view)["encodedLength"]?.()),
      codeOf(() => {
        const decoder = decoderOf(view);
        (decoder["entries"] ?? decoder["outer"] ?? decoder["blob"])?.call(decoder);
      }),
    ];
  }

  it("refuse a group of 2^32-1 entries that take no bytes, at once", () => {
    const started = performance.now();
    expect(codesOf(message(2, 0, MOST))).toStrictEqual(Array(3).fill("GROUP_COUNT"));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("allow entries without bytes as many as a 16-bit count can say", () => {
    const view = message(2, 0, 65_535);
    expect(codesOf(view)).toStrictEqual(["none", "none", "none"]);
    expect(decoderOf(view)["toObject"]?.()).toHaveProperty("entries.length", 65_535);
    expect(codesOf(message(2, 0, 65_536))).toStrictEqual(Array(3).fill("GROUP_COUNT"));
  });

  it("refuse to make objects of entries without bytes that groups in groups multiply", () => {
    const inner = Array.from({ length: 2000 }, () => [0, 65_535]).flat();
    const started = performance.now();
    const view = message(3, 0, 2000, ...inner);
    expect(codesOf(view)).toStrictEqual(["GROUP_COUNT", "none", "none"]);
    expect(performance.now() - started).toBeLessThan(5000);
    // As decoding on the fly does.
    const onTheFly = () => decodeMessage(schema.layout, view, 0, view.byteLength);
    expect(onTheFly).toThrow("entries without bytes must not be more than 65535");
  });

  it("count entries without bytes anew for each message", () => {
    const view = message(3, 0, 1, 0, 65_535);
    const decoder = decoderOf(view);
    for (let times = 0; times < 3; times++) {
      expect(decoder["toObject"]?.()).toHaveProperty("outer.0.inner.length", 65_535);
    }
  });

  it.each([
    ["2^32-1 entries that hold groups, of which there are none", message(3, 0, MOST, 0, 0)],
    ["more entries than bytes are left", message(1, 4, 2, 1)],
    ["a group whose size overflows 32 bits", message(1, 0x10000, 0x10000, 1)],
    ["a group whose size overflows 53 bits", message(1, MOST, MOST, 1)],
    ["data longer than what is left", message(4, 5, 0)],
    ["data of 4 GiB", message(4, MOST)],
    ["a dimension that is cut off", message(1, 4)],
  ])("refuse %s", (_what, view) => {
    const [toObject, encodedLength] = codesOf(view);
    expect([toObject, encodedLength]).toStrictEqual(["OUT_OF_BOUNDS", "OUT_OF_BOUNDS"]);
  });

  it("refuse entries that are shorter than their fields", () => {
    expect(codesOf(message(1, 3, 1, 0))).toStrictEqual(Array(3).fill("BLOCK_TOO_SHORT"));
    expect(codesOf(message(1, 0, 5))).toStrictEqual(Array(3).fill("BLOCK_TOO_SHORT"));
    expect(codesOf(message(1, 0, 0))).toStrictEqual(["none", "none", "none"]);
  });

  it("walk 8 MiB of small entries in a heap of less than four times that", () => {
    const length = 8 * 1024 * 1024;
    const view = new DataView(new ArrayBuffer(16 + length));
    view.setUint16(2, 1, true);
    view.setUint16(4, 1, true);
    view.setUint32(8, 4, true);
    view.setUint32(12, length / 4, true);
    const decoder = new (schema.classes("Solid").decoder)();
    decoder["wrapAndApplyHeader"]?.(view, 0);
    const before = process.memoryUsage().heapUsed;
    let peak = before;
    let count = 0;
    const entries: unknown = decoder["entries"]?.();
    for (const entry of entries as Iterable<Flyweight>) {
      if (entry["a"]?.() === 0) count++;
      if (count % 65_536 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
    }
    expect(count).toBe(length / 4);
    expect(decoder["encodedLength"]?.()).toBe(view.byteLength);
    expect(peak - before).toBeLessThan(4 * length);
  });
});

describe("schemas made to hurt", () => {
  it("become code as short as any other where a header is a billion bytes long", () => {
    const wide = SCHEMA.replace(
      '<type name="version" primitiveType="uint16"/>',
      '<type name="version" primitiveType="uint16"/><type name="rest" primitiveType="uint8" length="1000000000"/>',
    );
    const { ir, diagnostics } = compileSchema(wide, { file: "wide.xml" });
    if (ir === undefined) throw new Error(diagnostics.map(({ text }) => text).join());
    const files = generate(layoutOf(ir), { baseName: "wide" });
    const ordinary = compileSchema(SCHEMA, { file: "ordinary.xml" }).ir;
    if (ordinary === undefined) throw new Error("the schema must compile");
    const lengthOf = (all: typeof files): number =>
      all.reduce((sum, { text }) => sum + text.length, 0);
    expect(lengthOf(files)).toBeLessThan(
      1.1 * lengthOf(generate(layoutOf(ordinary), { baseName: "wide" })),
    );
  });
});
