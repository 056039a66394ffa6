/** Attributes of schema elements as checked values; each fault is reported where it stands. */
import { help, quoted, type DiagnosticSink } from "../diagnostics/diagnostic-sink.js";
import { attributeOf, nameSpan, valueSpan, type XmlElement } from "../xml/xml-element.js";
import { checkName } from "./check-name.js";
import type { PresenceName } from "./type-model.js";

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

/** Reads attributes of one schema, reporting to one sink. */
export class AttributeReader {
  readonly sink: DiagnosticSink;

  constructor(sink: DiagnosticSink) {
    this.sink = sink;
  }

  /** The value as written, undefined where there is no such attribute. */
  optional(element: XmlElement, name: string): string | undefined {
    return attributeOf(element, name)?.value;
  }

  /** The value; a missing or empty one is reported and yields undefined. */
  required(element: XmlElement, name: string): string | undefined {
    const attribute = attributeOf(element, name);
    if (attribute === undefined) {
      this.sink.report(
        "attribute-missing",
        nameSpan(element),
        `${describe(element)} must have the attribute "${name}"`,
      );
      return undefined;
    }
    if (attribute.value === "") {
      this.sink.report(
        "attribute-empty",
        valueSpan(element, attribute),
        `attribute "${name}" must not be empty`,
      );
      return undefined;
    }
    return attribute.value;
  }

  /** A required `name`, checked as an identifier unless `checked` is false. */
  name(element: XmlElement, checked = true): string | undefined {
    const name = this.required(element, "name");
    if (name !== undefined && checked) checkName(element, name, this.sink);
    return name;
  }

  /** An int32 in decimal; `otherwise` where the attribute is missing or wrong (then reported). */
  integer(element: XmlElement, name: string, otherwise: number): number {
    const attribute = attributeOf(element, name);
    return attribute === undefined ? otherwise : (this.#parsedInteger(element, name) ?? otherwise);
  }

  /** A required int32; undefined where it is missing or wrong (then reported). */
  requiredInteger(element: XmlElement, name: string): number | undefined {
    return this.required(element, name) === undefined
      ? undefined
      : this.#parsedInteger(element, name);
  }

  presence(element: XmlElement): PresenceName | undefined {
    const attribute = attributeOf(element, "presence");
    if (attribute === undefined) return undefined;
    const { value } = attribute;
    if (value === "required" || value === "optional" || value === "constant") return value;
    const lower = value.trim().toLowerCase();
    const known = ["required", "optional", "constant"].includes(lower);
    this.sink.report(
      "presence-unknown",
      valueSpan(element, attribute),
      `presence must be required, optional or constant: presence=${quoted(value)}`,
      known ? [help(`write presence="${lower}"`)] : [],
    );
    return undefined;
  }

  #parsedInteger(element: XmlElement, name: string): number | undefined {
    const attribute = attributeOf(element, name);
    if (attribute === undefined) return undefined;
    const { value } = attribute;
    if (/^[+-]?[0-9]{1,32}$/.test(value)) {
      const number = Number(value);
      // `+ 0` turns -0 into 0.
      if (number >= INT32_MIN && number <= INT32_MAX) return number + 0;
    }
    const span = valueSpan(element, attribute);
    if (isPlaceholder(value)) {
      this.sink.report(
        "version-placeholder",
        span,
        `attribute "${name}" still holds a placeholder: ${name}=${quoted(value)}`,
        [
          help(
            "this file is a template of a build tool; compile the file that the build makes of it",
          ),
        ],
      );
    } else {
      this.sink.report(
        "attribute-not-integer",
        span,
        `attribute "${name}" must be a 32-bit integer: ${name}=${quoted(value)}`,
      );
    }
    return undefined;
  }
}

/** Templates of Maven, Gradle, CMake, Mustache, Ant and MSBuild, and the bare `VERSION`. */
function isPlaceholder(value: string): boolean {
  return /\$\{.*\}|\$\(.*\)|^@.+@$|\{\{.*\}\}|^%.+%$|^[A-Z][A-Z0-9_]+$/.test(value);
}

/** Kind and name of an element, for messages. */
export function describe(element: XmlElement): string {
  const name = attributeOf(element, "name")?.value;
  return name === undefined ? `<${element.localName}>` : `${element.localName} ${quoted(name)}`;
}
