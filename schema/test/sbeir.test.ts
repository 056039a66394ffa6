import { describe, expect, it } from "vitest";
import { compileSchema, irToSbeir, type Ir } from "../src/index.js";

const SCHEMA = `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="p" id="1" version="0">
<types><composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/>
</composite></types>
<sbe:message name="Reading" id="1"><field name="level" id="1" type="double"/><field name="count" id="2" type="uint64"/></sbe:message>
</sbe:messageSchema>`;

/** The schema's IR with the type and the largest value of a field replaced. */
function changed(name: string, primitiveType: "double" | "uint64", maxValue: object): Ir {
  const { ir } = compileSchema(SCHEMA, { file: "reading.xml" });
  if (ir === undefined) throw new Error("the schema must compile");
  const text = JSON.stringify(ir, (_key, value: unknown) =>
    typeof value === "object" && value !== null && "name" in value && value.name === name
      ? {
          ...value,
          encoding: { ...(value as { encoding?: object }).encoding, primitiveType, maxValue },
        }
      : value,
  );
  return JSON.parse(text) as Ir;
}

describe("values of tokens in .sbeir", () => {
  it("are refused where they are none of the token's type", () => {
    const fraction = { rep: "double", value: "4e-322", size: 8 };
    const integer = { rep: "long", value: "7", size: 8 };
    for (const ir of [changed("count", "uint64", fraction), changed("level", "double", integer)]) {
      expect(() => irToSbeir(ir)).toThrow(expect.objectContaining({ code: "IR_INVALID" }));
    }
    expect(irToSbeir(changed("count", "uint64", integer)).length).toBeGreaterThan(0);
    expect(irToSbeir(changed("level", "double", fraction)).length).toBeGreaterThan(0);
  });
});
