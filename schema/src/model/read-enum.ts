/** `<enum>`: named values of a small integer or a char. */
import { help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { IrValue, PrimitiveName } from "../ir.js";
import { PRIMITIVES } from "../layout.js";
import {
  attributeOf,
  attributeSpan,
  childrenOf,
  textSpan,
  type XmlElement,
} from "../xml/xml-element.js";
import { valueOfAttribute, valueOfText } from "./read-value.js";
import {
  primitiveSize,
  type EnumTypeModel,
  type PrimitiveTypeModel,
  type ValueModel,
} from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

const DIRECT: readonly string[] = ["char", "int8", "int16", "int32", "uint8", "uint16"];

interface EnumEncoding {
  readonly primitive: PrimitiveName;
  /** The named type where the encoding is one. */
  readonly type: PrimitiveTypeModel | undefined;
}

/** Yields the type, undefined where it is broken (then reported). */
export function readEnum(element: XmlElement, reader: TypeReader): EnumTypeModel | undefined {
  const errorsBefore = reader.sink.errorCount;
  const common = reader.common(element);
  const encoding = readEncoding(element, reader);
  if (encoding === undefined) return undefined;
  const { primitive } = encoding;
  const nullValue =
    valueOfAttribute(element, "nullValue", primitive, reader) ??
    encoding.type?.nullValue ??
    defaultNull(primitive);
  const valuesByName = readValues(element, encoding, nullValue, reader);
  if (common === undefined || reader.sink.errorCount > errorsBefore) return undefined;
  const values = [...valuesByName.values()];
  return {
    kind: "enum",
    ...common,
    tokenCount: values.length + 2,
    encoding: primitive,
    nullValue,
    values,
    valuesByName,
  };
}

function readEncoding(element: XmlElement, reader: TypeReader): EnumEncoding | undefined {
  const { sink } = reader;
  const name = reader.attributes.required(element, "encodingType");
  if (name === undefined) return undefined;
  const span = attributeSpan(element, "encodingType");
  if (DIRECT.includes(name)) return { primitive: name as PrimitiveName, type: undefined };
  const found = reader.encodingType(name);
  if (found === undefined) {
    const notes =
      name === "uint32" || name === "int64"
        ? [help(`define a type of ${name} and name that`)]
        : Object.hasOwn(PRIMITIVES, name)
          ? []
          : reader.suggest(name, ["type"]);
    sink.report(
      "enum-encoding",
      span,
      `an enum must be encoded as ${DIRECT.join(", ")} or a named type: encodingType=${quoted(name)}`,
      notes,
    );
    return undefined;
  }
  const { type } = found;
  if (type === undefined) return undefined; // reported where it is defined
  if (type.length !== 1) {
    sink.report(
      "enum-encoding",
      span,
      `an enum must be encoded as a type of length 1: type ${quoted(name)} has length ${type.length}`,
      [noteAt("note", `${quoted(name)} is defined`, attributeSpan(found.element, "length"))],
    );
    return undefined;
  }
  const { primitive } = type;
  if (primitive === "float" || primitive === "double") {
    sink.report(
      "enum-encoding",
      span,
      `an enum must be encoded as an integer or char: type ${quoted(name)} is ${primitive}`,
    );
    return undefined;
  }
  if (primitive === "uint64" && type.maxValue === undefined) {
    // The official tool compares with the default maximum as a signed number, so no value fits.
    sink.report(
      "enum-encoding",
      span,
      `an enum must not be encoded as uint64 without a maxValue: type ${quoted(name)}`,
      [noteAt("help", "set maxValue on the type", attributeSpan(found.element, "primitiveType"))],
    );
    return undefined;
  }
  return { primitive, type };
}

function readValues(
  element: XmlElement,
  encoding: EnumEncoding,
  nullValue: IrValue,
  reader: TypeReader,
): Map<string, ValueModel> {
  const { sink } = reader;
  const byName = new Map<string, ValueModel>();
  const byValue = new Map<string, ValueModel>();
  for (const child of childrenOf(element)) {
    if (child.localName !== "validValue") continue;
    const name = reader.attributes.name(child);
    const value = valueOfText(child, encoding.primitive, reader);
    const model = readValueModel(child, name, value, reader);
    if (model === undefined) continue;
    checkRange(model, encoding, nullValue, reader);
    const sameValue = byValue.get(model.value.value);
    if (sameValue !== undefined) {
      sink.report(
        "enum-value-duplicate",
        textSpan(child),
        `value ${model.value.value} is already used`,
        [
          noteAt(
            "note",
            `${quoted(sameValue.name)} has the same value`,
            textSpan(sameValue.element),
          ),
        ],
      );
    }
    const sameName = byName.get(model.name);
    if (sameName !== undefined) {
      sink.report(
        "enum-name-duplicate",
        attributeSpan(child, "name"),
        `name ${quoted(model.name)} is already used; this value replaces the first`,
        [noteAt("note", "first used", attributeSpan(sameName.element, "name"))],
      );
    }
    byName.set(model.name, model);
    byValue.set(model.value.value, model);
  }
  return byName;
}

type ScalarModel = ValueModel & { readonly value: Exclude<IrValue, { rep: "bytes" }> };

/** Common part of an enum value and a choice. */
export function readValueModel(
  element: XmlElement,
  name: string | undefined,
  value: IrValue | undefined,
  reader: TypeReader,
): ScalarModel | undefined {
  const sinceVersion = reader.attributes.integer(element, "sinceVersion", 0);
  const deprecated = reader.attributes.integer(element, "deprecated", 0);
  if (name === undefined || value === undefined || value.rep === "bytes") return undefined;
  return {
    element,
    name,
    description: attributeOf(element, "description")?.value,
    sinceVersion,
    deprecated,
    value,
  };
}

function checkRange(
  model: ScalarModel,
  { primitive, type }: EnumEncoding,
  nullValue: IrValue,
  reader: TypeReader,
): void {
  if (primitive === "char") return;
  const value = BigInt(model.value.value);
  const nullNumber = integerOf(nullValue, 0n);
  const min = integerOf(type?.minValue, BigInt(PRIMITIVES[primitive].minValue));
  const max = integerOf(type?.maxValue, BigInt(PRIMITIVES[primitive].maxValue));
  const span = textSpan(model.element);
  if (value === nullNumber) {
    reader.sink.report(
      "enum-value-null",
      span,
      `value ${quoted(model.name)} must not be the null value: value=${value}`,
      [help("the null value stands for an absent field; leave it out or state another nullValue")],
    );
  } else if (value < min || value > max) {
    reader.sink.report(
      "enum-value-range",
      span,
      `value ${quoted(model.name)} must be in ${min}..${max}: value=${value}`,
    );
  }
}

function integerOf(value: IrValue | undefined, otherwise: bigint): bigint {
  return value?.rep === "long" ? BigInt(value.value) : otherwise;
}

function defaultNull(primitive: PrimitiveName): IrValue {
  const { nullValue } = PRIMITIVES[primitive];
  return {
    rep: "long",
    value: BigInt.asIntN(64, BigInt(nullValue)).toString(),
    size: primitiveSize(primitive),
  };
}
