/** `<set>`: named bits of an unsigned integer. */
import { help, noteAt, quoted } from "../diagnostics/diagnostic-sink.js";
import type { PrimitiveName } from "../ir.js";
import { PRIMITIVES } from "../layout.js";
import { attributeSpan, childrenOf, textSpan, type XmlElement } from "../xml/xml-element.js";
import { readValueModel } from "./read-enum.js";
import { valueOfText } from "./read-value.js";
import { primitiveSize, type SetTypeModel, type ValueModel } from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

const DIRECT: readonly string[] = ["uint8", "uint16", "uint32", "uint64"];

/** Yields the type, undefined where it is broken (then reported). */
export function readSet(element: XmlElement, reader: TypeReader): SetTypeModel | undefined {
  const errorsBefore = reader.sink.errorCount;
  const common = reader.common(element);
  const encoding = readEncoding(element, reader);
  if (encoding === undefined) return undefined;
  const choices = readChoices(element, encoding, reader);
  if (common === undefined || reader.sink.errorCount > errorsBefore) return undefined;
  return { kind: "set", ...common, tokenCount: choices.length + 2, encoding, choices };
}

function readEncoding(element: XmlElement, reader: TypeReader): PrimitiveName | undefined {
  const name = reader.attributes.required(element, "encodingType");
  if (name === undefined) return undefined;
  if (DIRECT.includes(name)) return name as PrimitiveName;
  const span = attributeSpan(element, "encodingType");
  const found = reader.encodingType(name);
  if (found === undefined) {
    const notes = Object.hasOwn(PRIMITIVES, name) ? [] : reader.suggest(name, ["type"]);
    reader.sink.report(
      "set-encoding",
      span,
      `a set must be encoded as ${DIRECT.join(", ")} or a named type: encodingType=${quoted(name)}`,
      notes,
    );
    return undefined;
  }
  const { type } = found;
  if (type === undefined) return undefined; // reported where it is defined
  if (type.length !== 1) {
    reader.sink.report(
      "set-encoding",
      span,
      `a set must be encoded as a type of length 1: type ${quoted(name)} has length ${type.length}`,
      [noteAt("note", `${quoted(name)} is defined`, attributeSpan(found.element, "length"))],
    );
    return undefined;
  }
  if (type.primitive === "float" || type.primitive === "double" || type.primitive === "char") {
    reader.sink.report(
      "set-encoding",
      span,
      `a set must be encoded as an integer: type ${quoted(name)} is ${type.primitive}`,
    );
    return undefined;
  }
  return type.primitive;
}

function readChoices(
  element: XmlElement,
  encoding: PrimitiveName,
  reader: TypeReader,
): ValueModel[] {
  const { sink } = reader;
  const bits = primitiveSize(encoding) * 8;
  const byName = new Map<string, ValueModel>();
  const byBit = new Map<string, ValueModel>();
  for (const child of childrenOf(element)) {
    if (child.localName !== "choice") continue;
    const name = reader.attributes.name(child);
    const model = readValueModel(child, name, valueOfText(child, encoding, reader), reader);
    if (model === undefined) continue;
    const bit = BigInt(model.value.value);
    if (bit < 0n || bit >= BigInt(bits)) {
      const largest = encoding === "uint64" ? "" : "; a larger encodingType has more bits";
      sink.report(
        "choice-range",
        textSpan(child),
        `choice ${quoted(model.name)} must be a bit in 0..${bits - 1}: value=${bit}`,
        [help(`the value is the number of the bit, not a mask${largest}`)],
      );
      continue;
    }
    const sameBit = byBit.get(model.value.value);
    if (sameBit !== undefined) {
      sink.report("choice-value-duplicate", textSpan(child), `bit ${bit} is already used`, [
        noteAt("note", `${quoted(sameBit.name)} is the same bit`, textSpan(sameBit.element)),
      ]);
    }
    const sameName = byName.get(model.name);
    if (sameName !== undefined) {
      sink.report(
        "choice-name-duplicate",
        attributeSpan(child, "name"),
        `name ${quoted(model.name)} is already used; this choice replaces the first`,
        [noteAt("note", "first used", attributeSpan(sameName.element, "name"))],
      );
    }
    byName.set(model.name, model);
    byBit.set(model.value.value, model);
  }
  return [...byName.values()];
}
