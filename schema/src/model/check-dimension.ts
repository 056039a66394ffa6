/** The dimension of a group: a composite with `blockLength` and `numInGroup`. */
import { help, quoted } from "../diagnostics/diagnostic-sink.js";
import { PRIMITIVES } from "../layout.js";
import type { XmlElement } from "../xml/xml-element.js";
import {
  checkMaxValue,
  isUnsigned,
  memberSpan,
  numberOf,
  plainMember,
  type LengthMember,
} from "./check-length-member.js";
import type { CompositeTypeModel } from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

/** Reports what makes the composite unfit for the group; only a composite in use is looked at. */
export function checkDimension(
  group: XmlElement,
  composite: CompositeTypeModel,
  reader: TypeReader,
): void {
  const wanted = {
    composite,
    role: "dimension type",
    missing: "dimension-member-missing",
    kind: "dimension-type-kind",
    user: group,
  } as const;
  const blockLength = plainMember({ ...wanted, name: "blockLength" }, reader);
  const numInGroup = plainMember({ ...wanted, name: "numInGroup" }, reader);
  if (blockLength !== undefined) checkBlockLength(blockLength, reader);
  if (numInGroup !== undefined) {
    if (isUnsigned(numInGroup.type.primitive)) checkUnsignedCount(numInGroup, reader);
    else checkSignedCount(numInGroup, reader);
  }
}

function checkBlockLength(length: LengthMember, reader: TypeReader): void {
  const { primitive } = length.type;
  if (!isUnsigned(primitive)) {
    reader.sink.report(
      "dimension-member-unsigned",
      memberSpan(length, "primitiveType"),
      `"blockLength" must be unsigned: primitiveType=${primitive}`,
      [help("use uint16")],
    );
    return;
  }
  checkSize(length, reader);
  checkMaxValue(length, reader);
}

function checkSize(length: LengthMember, reader: TypeReader): void {
  const { primitive } = length.type;
  if (primitive === "uint8" || primitive === "uint16") return;
  reader.sink.report(
    "dimension-member-size",
    memberSpan(length, "primitiveType"),
    `${quoted(length.member.name)} should be uint8 or uint16: primitiveType=${primitive}`,
  );
}

function checkUnsignedCount(count: LengthMember, reader: TypeReader): void {
  checkSize(count, reader);
  checkMaxValue(count, reader);
  const { type } = count;
  const min = numberOf(type, "minValue");
  const max = numberOf(type, "maxValue") ?? BigInt(PRIMITIVES[type.primitive].maxValue);
  if (min !== undefined && min > max) {
    reader.sink.report(
      "length-min",
      memberSpan(count, "minValue"),
      `minValue of "numInGroup" must be at most ${max}: minValue=${min}`,
    );
  }
}

function checkSignedCount(count: LengthMember, reader: TypeReader): void {
  const { primitive } = count.type;
  reader.sink.report(
    "dimension-member-signed",
    memberSpan(count, "primitiveType"),
    `"numInGroup" should be unsigned: primitiveType=${primitive}`,
  );
  const min = numberOf(count.type, "minValue");
  if (min === undefined) {
    reader.sink.report(
      "length-min",
      memberSpan(count, "primitiveType"),
      `a signed "numInGroup" must state a minValue: primitiveType=${primitive}`,
      [help('use uint16, or add minValue="0"')],
    );
  } else if (min < 0n) {
    reader.sink.report(
      "length-min",
      memberSpan(count, "minValue"),
      `minValue of "numInGroup" must not be negative: minValue=${min}`,
    );
  }
}
