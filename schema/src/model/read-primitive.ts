/** `<type>`: a primitive type, an array of it, or a constant. */
import { help, quoted } from "../diagnostics/diagnostic-sink.js";
import { PRIMITIVE_NAMES, type IrValue, type PrimitiveName } from "../ir.js";
import { attributeOf, attributeSpan, textSpan, type XmlElement } from "../xml/xml-element.js";
import { bytesToHex } from "./bytes-to-hex.js";
import { characterSetOf } from "./charset.js";
import { textOf, valueOfAttribute, valueOfText } from "./read-value.js";
import { suggestion } from "./suggestion.js";
import type { TypeAttributes, TypeReader } from "./type-reader.js";
import { primitiveSize, SIZE_MAX, type PrimitiveTypeModel } from "./type-model.js";

/** Length of a constant that is padded: the constant is held in memory. */
const CONSTANT_LENGTH_MAX = 65_536;

/** Yields the type, undefined where it is broken (then reported). */
export function readPrimitive(
  element: XmlElement,
  reader: TypeReader,
): PrimitiveTypeModel | undefined {
  const { attributes, sink } = reader;
  const errorsBefore = sink.errorCount;
  const common = reader.common(element);
  const primitive = readPrimitiveType(element, reader);
  const length = attributes.integer(element, "length", 1);
  if (common === undefined || primitive === undefined) return undefined;
  if (length < 0) {
    sink.report(
      "length-negative",
      attributeSpan(element, "length"),
      `attribute "length" must not be negative: length=${length}`,
    );
  }
  if (primitiveSize(primitive) * Math.abs(length) > SIZE_MAX) {
    sink.report(
      "size-limit",
      attributeSpan(element, "length"),
      `a type must take less than 2^31 bytes: length=${length}`,
    );
  }
  const stated = attributes.optional(element, "characterEncoding")?.trim();
  const characterEncoding = stated ?? (primitive === "char" ? "US-ASCII" : undefined);
  const constValue = readConstant(common, primitive, length, characterEncoding, reader);
  const nullValue = valueOfAttribute(element, "nullValue", primitive, reader);
  if (nullValue !== undefined && common.presence !== "optional") {
    sink.report(
      "null-value-unused",
      attributeSpan(element, "nullValue"),
      'attribute "nullValue" has no effect without presence="optional"',
    );
  }
  const minValue = valueOfAttribute(element, "minValue", primitive, reader);
  const maxValue = valueOfAttribute(element, "maxValue", primitive, reader);
  if (sink.errorCount > errorsBefore) return undefined;
  return {
    kind: "primitive",
    ...common,
    tokenCount: 1,
    primitive,
    length,
    // As Java's Boolean.parseBoolean.
    variableLength: attributes.optional(element, "variableLength")?.toLowerCase() === "true",
    characterEncoding,
    constValue,
    minValue,
    maxValue,
    nullValue,
  };
}

function readPrimitiveType(element: XmlElement, reader: TypeReader): PrimitiveName | undefined {
  const name = reader.attributes.required(element, "primitiveType");
  if (name === undefined) return undefined;
  const primitive = PRIMITIVE_NAMES.find((known) => known === name);
  if (primitive === undefined) {
    const known = new Map<string, undefined>(
      PRIMITIVE_NAMES.map((candidate) => [candidate, undefined]),
    );
    const notes = suggestion(name, known);
    reader.sink.report(
      "primitive-type-unknown",
      attributeSpan(element, "primitiveType"),
      `primitiveType must be a primitive type: primitiveType=${quoted(name)}`,
      [
        ...notes,
        ...(notes.length > 0
          ? []
          : [help(`the primitive types are ${PRIMITIVE_NAMES.join(", ")}`)]),
      ],
    );
  }
  return primitive;
}

function readConstant(
  common: TypeAttributes,
  primitive: PrimitiveName,
  length: number,
  characterEncoding: string | undefined,
  reader: TypeReader,
): IrValue | undefined {
  const { element, presence } = common;
  const valueRef = attributeOf(element, "valueRef");
  if (valueRef !== undefined) {
    if (presence !== "constant") {
      reader.sink.report(
        "value-ref-presence",
        attributeSpan(element, "valueRef"),
        `attribute "valueRef" needs presence="constant": valueRef=${quoted(valueRef.value)}`,
        [help('add presence="constant", or remove valueRef')],
      );
    }
    return readValueRef(element, valueRef.value, primitive, presence === "constant", reader);
  }
  if (presence !== "constant") return undefined;
  if (primitive !== "char") return valueOfText(element, primitive, reader);
  return readText(
    element,
    attributeOf(element, "length") === undefined ? undefined : length,
    characterEncoding ?? "US-ASCII",
    reader,
  );
}

function readValueRef(
  element: XmlElement,
  valueRef: string,
  primitive: PrimitiveName,
  constant: boolean,
  reader: TypeReader,
): IrValue | undefined {
  const { sink } = reader;
  const span = attributeSpan(element, "valueRef");
  const dot = valueRef.indexOf(".");
  if (dot < 0) {
    sink.report(
      "value-ref-format",
      span,
      `valueRef must have the form EnumName.ValueName: valueRef=${quoted(valueRef)}`,
    );
    return undefined;
  }
  if (!constant) return undefined;
  const enumName = valueRef.slice(0, dot);
  const found = reader.enumNamed(enumName);
  if (found === undefined) {
    sink.report(
      "value-ref-enum-unknown",
      span,
      `valueRef must name an enum of the schema: valueRef=${quoted(valueRef)}`,
      reader.suggest(enumName, ["enum"]),
    );
    return undefined;
  }
  const enumType = found.type;
  if (enumType === undefined) return undefined; // reported where it is defined
  if (enumType.encoding !== primitive) {
    sink.report(
      "value-ref-type",
      span,
      `valueRef must name an enum of ${primitive}: enum ${quoted(enumName)} is encoded as ${enumType.encoding}`,
    );
    return undefined;
  }
  const valueName = valueRef.slice(dot + 1);
  const value = enumType.valuesByName.get(valueName);
  if (value === undefined) {
    sink.report(
      "value-ref-value-unknown",
      span,
      `enum ${quoted(enumName)} has no value ${quoted(valueName)}`,
    );
  }
  return value?.value;
}

/** A constant of char: one character is a number, more are text, padded with NUL to `length`. */
function readText(
  element: XmlElement,
  length: number | undefined,
  characterEncoding: string,
  reader: TypeReader,
): IrValue | undefined {
  const text = textOf(element, reader);
  if (text === undefined) return undefined;
  const { sink } = reader;
  if (length !== undefined && length < text.length) {
    sink.report(
      "constant-too-long",
      textSpan(element),
      `the constant must have at most ${length} characters: ${quoted(text)} has ${text.length}`,
      [help(`set length="${text.length}", or leave it out: it follows from the text`)],
    );
    return undefined;
  }
  if ((length ?? 0) > CONSTANT_LENGTH_MAX) {
    sink.report(
      "schema-limit",
      attributeSpan(element, "length"),
      `a constant must have at most ${CONSTANT_LENGTH_MAX} characters: length=${length}`,
    );
    return undefined;
  }
  const characterSet = characterSetOf(characterEncoding);
  if (characterSet === undefined) {
    sink.report(
      "charset-unknown",
      attributeSpan(element, "characterEncoding"),
      `the character encoding of a constant must be known: characterEncoding=${quoted(characterEncoding)}`,
      [help("use US-ASCII, ISO-8859-1, UTF-8 or UTF-16")],
    );
    return undefined;
  }
  const encoded = characterSet.encode(text);
  if (text.length === 1 && (length ?? 1) === 1) {
    // The first byte as Java's signed byte, also of a character that takes more.
    const value = ((encoded[0] ?? 0) << 24) >> 24;
    return { rep: "long", value: String(value), size: 1, charset: characterEncoding };
  }
  const size = length ?? text.length;
  const bytes = new Uint8Array(Math.max(size, encoded.length));
  bytes.set(encoded);
  return {
    rep: "bytes",
    hex: bytesToHex(bytes),
    text: characterSet.decode(bytes),
    size,
    charset: characterEncoding,
  };
}
