/** The type of a data field: a composite with `length` and `varData`. */
import { help, quoted } from "../diagnostics/diagnostic-sink.js";
import { attributeSpan, nameSpan, type XmlElement } from "../xml/xml-element.js";
import { checkMaxValue, isUnsigned, memberSpan, plainMember } from "./check-length-member.js";
import type { CompositeTypeModel, PresenceName } from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

/** Reports what makes the composite unfit for the data field. */
export function checkDataEncoding(
  data: XmlElement,
  composite: CompositeTypeModel,
  presence: PresenceName,
  reader: TypeReader,
): void {
  if (reader.isFirstUse(composite, "data")) checkMembers(data, composite, reader);
  if (presence === "optional") {
    reader.sink.report(
      "data-presence",
      attributeSpan(data, "presence"),
      "a data field must not be optional: it is empty instead",
      [help("remove the attribute presence")],
    );
  }
}

function checkMembers(data: XmlElement, composite: CompositeTypeModel, reader: TypeReader): void {
  const wanted = {
    composite,
    role: "data encoding",
    missing: "data-member-missing",
    kind: "data-type-kind",
    user: data,
  } as const;
  const length = plainMember({ ...wanted, name: "length" }, reader);
  const varData = plainMember({ ...wanted, name: "varData" }, reader);
  if (length !== undefined && varData !== undefined) {
    const { members } = composite;
    if (members.indexOf(varData.member) < members.indexOf(length.member)) {
      reader.sink.report(
        "data-member-order",
        nameSpan(varData.member.element),
        `"varData" should stand behind "length": composite=${quoted(composite.name)}`,
        [help("codecs cannot read a length that comes after its bytes")],
      );
    }
  }
  if (length !== undefined) {
    const { primitive } = length.type;
    if (!isUnsigned(primitive)) {
      reader.sink.report(
        "data-length-unsigned",
        memberSpan(length, "primitiveType"),
        `"length" must be unsigned: primitiveType=${primitive}`,
        [help("use uint16, or uint32 with a maxValue")],
      );
    } else {
      if (primitive === "uint64") {
        reader.sink.report(
          "data-length-size",
          memberSpan(length, "primitiveType"),
          '"length" should be uint8, uint16 or uint32: primitiveType=uint64',
        );
      }
      checkMaxValue(length, reader);
    }
  }
}
