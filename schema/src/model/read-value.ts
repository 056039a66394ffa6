/** Values that stand as text in an element: constants, enum values and choices. */
import { help } from "../diagnostics/diagnostic-sink.js";
import type { IrValue, PrimitiveName } from "../ir.js";
import { attributeOf, nameSpan, textSpan, valueSpan, type XmlElement } from "../xml/xml-element.js";
import { parseValue } from "./parse-value.js";
import { describe } from "./read-attributes.js";
import type { TypeReader } from "./type-reader.js";

/**
 * The text of an element: its first node. What follows a comment or a child element is not part of
 * the value, in the official tool neither; a value that comes second is reported here.
 */
export function textOf(element: XmlElement, reader: TypeReader): string | undefined {
  const [first] = element.content;
  if (first === undefined) {
    reader.sink.report(
      "constant-missing",
      nameSpan(element),
      `${describe(element)} must have a value as its text`,
      [help(`write <${element.name} …>value</${element.name}>`)],
    );
    return undefined;
  }
  if (first.kind === "text" || first.kind === "cdata") return first.text;
  const what =
    first.kind === "element"
      ? "an element"
      : first.kind === "comment"
        ? "a comment"
        : "an instruction";
  reader.sink.report(
    "value-not-text",
    nameSpan(element),
    `the value of ${describe(element)} must not stand behind ${what}`,
    [help("put the value first, directly behind the start tag")],
  );
  return undefined;
}

/** The value that an element's text states, undefined where it is missing or wrong (then reported). */
export function valueOfText(
  element: XmlElement,
  primitive: PrimitiveName,
  reader: TypeReader,
): IrValue | undefined {
  const text = textOf(element, reader);
  if (text === undefined) return undefined;
  const parsed = parseValue(text, primitive);
  if ("value" in parsed) return parsed.value;
  const trimmed = parseValue(text.trim(), primitive);
  if ("value" in trimmed && primitive !== "char") {
    // A listed choice: the official tool refuses this, and with it the examples of the FIX standard.
    reader.sink.report(
      "value-space",
      textSpan(element),
      `the value of ${describe(element)} should stand without white space: the official tool refuses it`,
    );
    return trimmed.value;
  }
  reader.sink.report(
    "value-invalid",
    textSpan(element),
    `${describe(element)} must have a value of ${primitive}: ${parsed.problem}`,
    "value" in trimmed ? [help("remove the white space around the character")] : [],
  );
  return undefined;
}

/** The value of an attribute, undefined where there is none or it is wrong (then reported). */
export function valueOfAttribute(
  element: XmlElement,
  name: string,
  primitive: PrimitiveName,
  reader: TypeReader,
): IrValue | undefined {
  const attribute = attributeOf(element, name);
  if (attribute === undefined) return undefined;
  const parsed = parseValue(attribute.value, primitive);
  if ("value" in parsed) return parsed.value;
  const charNumber = primitive === "char" && /^[0-9]+$/.test(attribute.value);
  reader.sink.report(
    "value-invalid",
    valueSpan(element, attribute),
    `attribute "${name}" must be a value of ${primitive}: ${parsed.problem}`,
    charNumber
      ? [help(`write the character itself; &#${attribute.value}; is the one with this number`)]
      : [],
  );
  return undefined;
}
