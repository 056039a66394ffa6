import { describe, expect, it } from "vitest";
import { compileSchema, layoutOf, type FieldLayout } from "@alerion/schema";
import { timeMeaningOf, timeText } from "@alerion/schema/explain";

/** The only field of a message, with the attributes given to its type and to itself. */
function fieldOf(typeAttributes: string, fieldAttributes: string): FieldLayout {
  const { ir, diagnostics } = compileSchema(
    `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="t" id="1" version="0">
<types>
<composite name="messageHeader">
<type name="blockLength" primitiveType="uint16"/><type name="templateId" primitiveType="uint16"/>
<type name="schemaId" primitiveType="uint16"/><type name="version" primitiveType="uint16"/>
</composite>
<type name="T" ${typeAttributes}/>
</types>
<sbe:message name="M" id="1"><field name="f" id="1" type="T" ${fieldAttributes}/></sbe:message>
</sbe:messageSchema>`,
    { file: "time.xml" },
  );
  const field = ir === undefined ? undefined : layoutOf(ir).messages[0]?.fields[0];
  if (field === undefined) throw new Error(JSON.stringify(diagnostics));
  return field;
}

function meaning(typeAttributes: string, fieldAttributes = ""): unknown {
  const field = fieldOf(typeAttributes, fieldAttributes);
  return field.type.kind === "primitive" ? timeMeaningOf(field.type, field) : "no primitive";
}

describe("a field is a time when the schema says so", () => {
  it.each([
    [
      'primitiveType="uint64" semanticType="UTCTimestamp"',
      "",
      { kind: "instant", unit: "nanosecond" },
    ],
    [
      'primitiveType="uint64"',
      'semanticType="UTCTimestamp"',
      { kind: "instant", unit: "nanosecond" },
    ],
    [
      'primitiveType="uint64"',
      'semanticType="UTCTimestamp" timeUnit="microsecond"',
      { kind: "instant", unit: "microsecond" },
    ],
    ['primitiveType="int64"', 'timeUnit="millisecond"', { kind: "instant", unit: "millisecond" }],
    ['primitiveType="uint32"', 'timeUnit="second"', { kind: "instant", unit: "second" }],
    ['primitiveType="uint16" semanticType="LocalMktDate"', "", { kind: "date" }],
    ['primitiveType="uint16" semanticType="UTCDateOnly"', "", { kind: "date" }],
    [
      'primitiveType="uint64" semanticType="UTCTimeOnly"',
      'timeUnit="millisecond"',
      { kind: "time-of-day", unit: "millisecond" },
    ],
    [
      'primitiveType="uint64" semanticType="UTCTimestamp"',
      'epoch="unix"',
      { kind: "instant", unit: "nanosecond" },
    ],
  ])("%s %s", (typeAttributes, fieldAttributes, expected) => {
    expect(meaning(typeAttributes, fieldAttributes)).toStrictEqual(expected);
  });

  it.each([
    ['primitiveType="uint64"', ""],
    ['primitiveType="uint64"', 'timeUnit="minute"'],
    ['primitiveType="uint64" semanticType="UTCTimestamp"', 'epoch="2000-01-01"'],
    ['primitiveType="char" length="21" semanticType="UTCTimestamp"', ""],
    ['primitiveType="double" semanticType="UTCTimestamp"', ""],
    ['primitiveType="uint32" semanticType="UTCTimestamp"', ""],
    ['primitiveType="uint32" semanticType="LocalMktDate"', ""],
  ])("not %s %s", (typeAttributes, fieldAttributes) => {
    expect(meaning(typeAttributes, fieldAttributes)).toBeUndefined();
  });

  it("and its text is that of the moment it means", () => {
    expect(timeText(1_700_000_000_123n, { kind: "instant", unit: "millisecond" })).toBe(
      "2023-11-14T22:13:20.123000000Z",
    );
    expect(timeText(19_675, { kind: "date" })).toBe("2023-11-14");
    expect(timeText(79_999_000n, { kind: "time-of-day", unit: "millisecond" })).toBe(
      "22:13:19.000000000",
    );
    expect(timeText(2n ** 63n, { kind: "instant", unit: "second" })).toBeUndefined();
  });
});
