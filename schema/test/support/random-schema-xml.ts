/** The XML of a random schema. */
import {
  blockLengthOf,
  dataTypeName,
  dataTypesOf,
  sizeOf,
  placeMembers,
} from "./random-schema-places.js";
import type {
  BlockModel,
  GroupModel,
  HeaderMemberModel,
  SchemaModel,
  TypeModel,
} from "./random-schema-model.js";

/** The schema as text, one element a line. */
export function xmlOf(model: SchemaModel): string {
  const lines: string[] = [];
  const byteOrder = model.bigEndian ? "bigEndian" : "littleEndian";
  lines.push(
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="random" id="${model.id}" version="${model.version}" byteOrder="${byteOrder}">`,
    "<types>",
    ...headerLines("messageHeader", model.header),
    ...model.dimensions.flatMap((dimension) => headerLines(dimension.name, dimension.members)),
  );
  for (const { lengthPrimitive, characterEncoding } of dataTypesOf(model)) {
    const charset =
      characterEncoding === undefined ? "" : ` characterEncoding="${characterEncoding}"`;
    lines.push(
      `<composite name="${dataTypeName(lengthPrimitive, characterEncoding)}">`,
      // The default maximum of a uint32 is more than the official tool lets a length have.
      `<type name="length" primitiveType="${lengthPrimitive}"${lengthPrimitive === "uint32" ? ' maxValue="1073741824"' : ""}/>`,
      `<type name="varData" primitiveType="uint8" length="0"${charset}/>`,
      "</composite>",
    );
  }
  for (const type of model.types) lines.push(...typeLines(type, undefined));
  lines.push("</types>");
  for (const message of model.messages) {
    lines.push(
      `<sbe:message name="${message.name}" id="${message.id}"${blockLength(message)}>`,
      ...blockLines(message),
      "</sbe:message>",
    );
  }
  lines.push("</sbe:messageSchema>", "");
  return lines.join("\n");
}

function headerLines(name: string, members: readonly HeaderMemberModel[]): string[] {
  let offset = 0;
  const lines = members.map((member) => {
    offset += member.gap;
    const at = member.gap > 0 ? ` offset="${offset}"` : "";
    offset += { uint8: 1, uint16: 2, uint32: 4 }[member.primitive];
    // As with var data: a count has a maximum that the official tool accepts.
    const max =
      name !== "messageHeader" && member.primitive === "uint32" ? ' maxValue="65534"' : "";
    return `<type name="${member.name}" primitiveType="${member.primitive}"${at}${max}/>`;
  });
  return [`<composite name="${name}">`, ...lines, "</composite>"];
}

function typeLines(type: TypeModel, offset: number | undefined): string[] {
  const at = offset === undefined ? "" : ` offset="${offset}"`;
  switch (type.kind) {
    case "primitive": {
      const length = type.length === 1 ? "" : ` length="${type.length}"`;
      const presence = type.presence === "required" ? "" : ` presence="${type.presence}"`;
      const nullValue = type.nullValue === undefined ? "" : ` nullValue="${type.nullValue}"`;
      const charset =
        type.characterEncoding === undefined
          ? ""
          : ` characterEncoding="${type.characterEncoding}"`;
      const head = `<type name="${type.name}" primitiveType="${type.primitive}"${length}${presence}${nullValue}${charset}${at}`;
      return [type.constant === undefined ? `${head}/>` : `${head}>${type.constant}</type>`];
    }
    case "enum":
      return [
        `<enum name="${type.name}" encodingType="${type.primitive}"${at}>`,
        ...type.values.map(
          (value) => `<validValue name="${value.name}">${value.text}</validValue>`,
        ),
        "</enum>",
      ];
    case "set":
      return [
        `<set name="${type.name}" encodingType="${type.primitive}"${at}>`,
        ...type.choices.map((choice) => `<choice name="${choice.name}">${choice.bit}</choice>`),
        "</set>",
      ];
    case "composite":
      return [
        `<composite name="${type.name}"${at}>`,
        ...placeMembers(type).flatMap(({ member, offset: place }) => {
          const explicit = member.gap > 0 ? place : undefined;
          if (!member.isRef) return typeLines(member.type, explicit);
          const where = explicit === undefined ? "" : ` offset="${explicit}"`;
          return [`<ref name="${member.name}" type="${member.type.name}"${where}/>`];
        }),
        "</composite>",
      ];
  }
}

function blockLength(block: BlockModel): string {
  return block.padding === 0 ? "" : ` blockLength="${blockLengthOf(block)}"`;
}

function since(version: number): string {
  return version === 0 ? "" : ` sinceVersion="${version}"`;
}

function blockLines(block: BlockModel): string[] {
  let offset = 0;
  const lines = block.fields.map((field) => {
    offset += field.gap;
    const at = field.gap > 0 ? ` offset="${offset}"` : "";
    const constant =
      field.valueRef === undefined ? "" : ` presence="constant" valueRef="${field.valueRef}"`;
    if (field.valueRef === undefined) offset += sizeOf(field.type);
    return `<field name="${field.name}" id="${field.id}" type="${field.type.name}"${since(field.sinceVersion)}${at}${constant}/>`;
  });
  for (const group of block.groups) lines.push(...groupLines(group));
  for (const data of block.data) {
    const type = dataTypeName(data.lengthPrimitive, data.characterEncoding);
    lines.push(
      `<data name="${data.name}" id="${data.id}" type="${type}"${since(data.sinceVersion)}/>`,
    );
  }
  return lines;
}

function groupLines(group: GroupModel): string[] {
  return [
    `<group name="${group.name}" id="${group.id}" dimensionType="${group.dimension.name}"${since(group.sinceVersion)}${blockLength(group)}>`,
    ...blockLines(group),
    "</group>",
  ];
}
