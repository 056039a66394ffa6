/**
 * Works out where each member of a block lies.
 *
 * Rules of the official tool, which its tokens show:
 * - an offset of 0 means "not stated", also on a later field;
 * - the first group or data field lies at the stated block length of the message, if there is one;
 *   the stated block length of a group has no such effect inside the group;
 * - what follows a group or something of variable length has offset -1;
 * - the block ends with the last field: a constant there leaves the block length at its offset.
 */
import { help, quoted } from "../diagnostics/diagnostic-sink.js";
import { attributeSpan, nameSpan, type XmlElement } from "../xml/xml-element.js";
import type { BlockMember, FieldModel, GroupModel } from "./message-model.js";
import type { UnplacedField, UnplacedGroup, UnplacedMember } from "./read-block.js";
import { encodedLength, SIZE_MAX, VARIABLE_LENGTH } from "./type-model.js";
import type { TypeReader } from "./type-reader.js";

interface Placed {
  readonly members: readonly BlockMember[];
  /** Offset behind the last member of fixed length. */
  readonly end: number;
}

/** Places the members of a message block; faults are reported. */
export function placeBlock(
  members: readonly UnplacedMember[],
  statedBlockLength: number,
  reader: TypeReader,
): Placed {
  const placed: BlockMember[] = [];
  let offset = 0;
  let variable = false;
  for (const member of members) {
    if (member.kind === "group") {
      if (statedBlockLength !== 0) offset = statedBlockLength;
      placed.push(placeGroup(member, variable ? VARIABLE_LENGTH : offset, reader));
      variable = true;
      continue;
    }
    const { statedOffset } = member;
    if (statedOffset !== 0) {
      if (statedOffset < offset) reportOverlap(member, offset, reader);
      offset = statedOffset;
    } else if (member.kind === "data" && statedBlockLength !== 0) offset = statedBlockLength;
    const length = member.presence === "constant" ? 0 : encodedLength(member.type);
    placed.push(placeField(member, variable ? VARIABLE_LENGTH : offset, length));
    if (length === VARIABLE_LENGTH) {
      variable = true;
      if (member.kind === "field") reportVariableField(member, reader);
    } else if (!variable) offset += length;
    if (offset > SIZE_MAX) {
      reader.sink.report(
        "size-limit",
        nameSpan(member.element),
        `a block must take less than 2^31 bytes: field=${quoted(member.name)}`,
      );
      offset = 0;
    }
  }
  return { members: placed, end: offset };
}

function placeField(field: UnplacedField, offset: number, length: number): FieldModel {
  return { ...field, offset, size: length === VARIABLE_LENGTH ? 0 : length };
}

function placeGroup(group: UnplacedGroup, offset: number, reader: TypeReader): GroupModel {
  const { members, end } = placeBlock(group.members, 0, reader);
  checkBlockLength(group.element, group.statedBlockLength, end, reader);
  return { ...group, members, offset, blockLength: Math.max(group.statedBlockLength, end) };
}

/** The official tool takes it, but nothing says where such a field ends. */
function reportVariableField(field: UnplacedField, reader: TypeReader): void {
  reader.sink.report(
    "field-variable-length",
    attributeSpan(field.element, "type"),
    `field ${quoted(field.name)} has a type of variable length: type=${quoted(field.type.name)}`,
    [help("use a <data> element; codecs cannot read such a field")],
  );
}

function reportOverlap(field: UnplacedField, offset: number, reader: TypeReader): void {
  reader.sink.report(
    "field-offset",
    attributeSpan(field.element, "offset"),
    `offset of ${quoted(field.name)} must be at least ${offset}: offset=${field.statedOffset}`,
    [help("leave the offset out to place the field directly behind the one before it")],
  );
}

/** Bytes of the fixed part of a message: up to the end of its last field. */
export function rootBlockLength(members: readonly BlockMember[]): number {
  let length = 0;
  for (const member of members) {
    if (member.kind === "group") return length;
    const size = encodedLength(member.type);
    if (size === VARIABLE_LENGTH) return length;
    length = member.offset + (member.presence === "constant" ? 0 : size);
  }
  return length;
}

/** A stated block length must have room for what is in the block. */
export function checkBlockLength(
  element: XmlElement,
  stated: number,
  needed: number,
  reader: TypeReader,
): void {
  if (stated === 0 || needed <= stated) return;
  reader.sink.report(
    "block-length",
    attributeSpan(element, "blockLength"),
    `blockLength must be at least ${needed}: blockLength=${stated}`,
    [help("leave blockLength out to let it follow from the fields")],
  );
}
