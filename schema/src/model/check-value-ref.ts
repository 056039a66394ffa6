/** `valueRef` of a field: a value of an enum, as the constant of the field. */
import { noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import { attributeSpan, nameSpan, type XmlElement } from "../xml/xml-element.js";
import type { EnumTypeModel, PresenceName, TypeModel, ValueModel } from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

/**
 * Yields the value that is named; reports a reference that is malformed, leads nowhere, or does not
 * fit the type of the field.
 */
export function checkFieldValueRef(
  element: XmlElement,
  valueRef: string,
  type: TypeModel,
  presence: PresenceName,
  reader: TypeReader,
): ValueModel | undefined {
  const { sink } = reader;
  const span = attributeSpan(element, "valueRef");
  const dot = valueRef.indexOf(".");
  if (dot < 1 || dot === valueRef.length - 1) {
    sink.report(
      "value-ref-format",
      span,
      `valueRef must have the form EnumName.ValueName: valueRef=${quoted(valueRef)}`,
    );
    return undefined;
  }
  const enumName = valueRef.slice(0, dot);
  const found = reader.typeNamed(enumName);
  if (found.known && found.type === undefined) return undefined; // reported where it is defined
  if (found.type?.kind !== "enum") {
    sink.report(
      "value-ref-enum-unknown",
      span,
      `valueRef must name an enum of the schema: valueRef=${quoted(valueRef)}`,
      reader.suggest(enumName, ["enum"]),
    );
    return undefined;
  }
  const value = enumValueNamed(found.type, valueRef);
  if (value === undefined) {
    sink.report(
      "value-ref-value-unknown",
      span,
      `enum ${quoted(enumName)} has no value ${quoted(valueRef.slice(dot + 1))}`,
      enumNote(found.type),
    );
    return undefined;
  }
  if (presence === "constant") checkType(element, valueRef, found.type, type, reader);
  return value;
}

function checkType(
  element: XmlElement,
  valueRef: string,
  enumType: EnumTypeModel,
  type: TypeModel,
  reader: TypeReader,
): void {
  const span = attributeSpan(element, "valueRef");
  switch (type.kind) {
    case "enum":
      if (type.name === enumType.name) return;
      reader.sink.report(
        "value-ref-type",
        span,
        `valueRef must name a value of the field's enum ${quoted(type.name)}: valueRef=${quoted(valueRef)}`,
        enumNote(type),
      );
      return;
    case "primitive":
      if (type.primitive === enumType.encoding) return;
      reader.sink.report(
        "value-ref-type",
        span,
        `valueRef must name an enum of ${type.primitive}: enum ${quoted(enumType.name)} is encoded as ${enumType.encoding}`,
        enumNote(enumType),
      );
      return;
    default:
      reader.sink.report(
        "value-ref-type",
        span,
        `valueRef must not stand with a ${type.kind}: type=${quoted(type.name)}`,
      );
  }
}

function enumNote(type: EnumTypeModel): ReturnType<typeof noteAt>[] {
  return type.element === undefined
    ? []
    : [noteAt("note", `enum ${quoted(type.name)} is defined`, nameSpan(type.element))];
}

/** The value that `EnumName.ValueName` names in its enum. */
function enumValueNamed(type: EnumTypeModel, valueRef: string): ValueModel | undefined {
  return type.valuesByName.get(valueRef.slice(valueRef.indexOf(".") + 1));
}
