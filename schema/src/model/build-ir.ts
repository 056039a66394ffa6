/**
 * From the checked model to tokens, in the order and with the values of the official tool.
 * Source: conformance/sbe/ir. What is surprising there, and kept:
 *
 * - only tokens of encodings, enums, enum values and choices have the schema's byte order, all
 *   others say LITTLE_ENDIAN;
 * - inside a message, members of a composite have the version of the composite, not their own;
 * - a `valueRef` is kept as UTF-8 text on the field.
 */
import type {
  Ir,
  IrByteOrder,
  IrEncoding,
  IrMessage,
  IrPresence,
  IrToken,
  IrValue,
  Signal,
} from "../ir.js";
import { bytesToHex } from "./bytes-to-hex.js";
import { javaHashOrder } from "./java-hash-order.js";
import type {
  BlockMember,
  FieldModel,
  GroupModel,
  MessageModel,
  SchemaModel,
} from "./message-model.js";
import {
  encodedLength,
  primitiveSize,
  type CompositeTypeModel,
  type EnumTypeModel,
  type MemberModel,
  type PresenceName,
  type PrimitiveTypeModel,
  type SetTypeModel,
  type TypeModel,
  type ValueModel,
} from "./type-model.js";

const PRESENCES: { readonly [name in PresenceName]: IrPresence } = {
  required: "REQUIRED",
  optional: "OPTIONAL",
  constant: "CONSTANT",
};

/** Name, ref and version of a type at one place of use. */
interface TypeUse {
  readonly name: string;
  readonly referencedName: string | undefined;
  readonly offset: number;
  readonly version: number;
  /** The field around it: gives semanticType, and for a plain type presence, epoch and time unit. */
  readonly field: BlockMember | undefined;
}

/** Yields the intermediate representation. */
export function buildIr(model: SchemaModel): Ir {
  const builder = new TokenBuilder(model.byteOrder);
  const header = builder.header(model.header);
  // The official IR has a map of its own; going through two changes the order of crowded buckets.
  const messages = javaHashOrder(model.messages, ({ id }) => id).map((message): IrMessage => ({
    name: message.name,
    id: message.id,
    tokens: builder.message(message),
  }));
  return {
    package: model.package,
    id: model.id,
    version: model.version,
    description: model.description ?? null,
    semanticVersion: model.semanticVersion ?? null,
    byteOrder: model.byteOrder,
    headerType: model.headerType,
    header,
    messages,
  };
}

type UncountedToken = Omit<IrToken, "componentTokenCount">;

class TokenBuilder {
  readonly #byteOrder: IrByteOrder;
  #tokens: IrToken[] = [];

  constructor(byteOrder: IrByteOrder) {
    this.#byteOrder = byteOrder;
  }

  header(header: CompositeTypeModel): IrToken[] {
    this.#tokens = [];
    this.#composite(header, useOf(header, 0, undefined));
    return this.#tokens;
  }

  message(message: MessageModel): IrToken[] {
    this.#tokens = [];
    const { name, id, description, sinceVersion, deprecated, blockLength } = message;
    const token = {
      name,
      ...present("description", description),
      id,
      version: sinceVersion,
      deprecated,
      size: blockLength,
      offset: 0,
      encoding: encodingOf("REQUIRED", { ...present("semanticType", message.semanticType) }),
    };
    this.#bracket("MESSAGE", token, () => this.#members(message.members));
    return this.#tokens;
  }

  #members(members: readonly BlockMember[]): void {
    for (const member of members) {
      if (member.kind === "group") this.#group(member);
      else if (member.kind === "data" && member.type.kind === "composite")
        this.#data(member, member.type);
      else this.#field(member);
    }
  }

  #group(group: GroupModel): void {
    const token = {
      ...fieldToken(group, group.blockLength, group.sinceVersion),
      encoding: encodingOf("REQUIRED", {}),
    };
    this.#bracket("GROUP", token, () => {
      this.#composite(group.dimension, useOf(group.dimension, 0, group));
      this.#members(group.members);
    });
  }

  #data(data: FieldModel, type: CompositeTypeModel): void {
    const token = {
      ...fieldToken(data, data.size, data.sinceVersion),
      encoding: this.#fieldEncoding(data),
    };
    this.#bracket("VAR_DATA", token, () => this.#composite(type, useOf(type, data.offset, data)));
  }

  #field(field: FieldModel): void {
    const version = Math.max(field.sinceVersion, field.type.sinceVersion);
    const token = {
      ...fieldToken(field, field.size, version),
      encoding: this.#fieldEncoding(field),
    };
    this.#bracket("FIELD", token, () =>
      this.#type(field.type, useOf(field.type, field.offset, field)),
    );
  }

  #fieldEncoding(field: FieldModel): IrEncoding {
    const { valueRef } = field;
    return encodingOf(PRESENCES[field.presence], {
      ...(valueRef === undefined ? {} : { primitiveType: "char", constValue: textValue(valueRef) }),
      ...present("epoch", field.epoch),
      ...present("timeUnit", field.timeUnit),
      ...present("semanticType", field.semanticType),
    });
  }

  #type(type: TypeModel, use: TypeUse): void {
    switch (type.kind) {
      case "primitive":
        return this.#primitive(type, use);
      case "enum":
        return this.#values("ENUM", type, use, type.values, "VALID_VALUE");
      case "set":
        return this.#values("SET", type, use, type.choices, "CHOICE");
      case "composite":
        return this.#composite(type, use);
    }
  }

  #composite(type: CompositeTypeModel, use: TypeUse): void {
    const token = {
      ...typeToken(type, use, encodedLength(type)),
      encoding: encodingOf("REQUIRED", semanticTypeOf(type, use)),
    };
    this.#bracket("COMPOSITE", token, () => {
      let offset = 0;
      for (const member of type.members) {
        if (member.offset !== -1) offset = member.offset;
        this.#type(member.type, memberUse(member, offset, use));
        offset += encodedLength(member.type);
      }
    });
  }

  #values(
    what: "ENUM" | "SET",
    type: EnumTypeModel | SetTypeModel,
    use: TypeUse,
    values: readonly ValueModel[],
    signal: Signal,
  ): void {
    const primitiveType = type.encoding;
    const encoding: IrEncoding = {
      primitiveType,
      presence: "REQUIRED",
      byteOrder: type.kind === "enum" ? this.#byteOrder : "LITTLE_ENDIAN",
      ...(type.kind === "enum" ? { nullValue: type.nullValue } : {}),
      ...semanticTypeOf(type, use),
    };
    this.#bracket(what, { ...typeToken(type, use, primitiveSize(primitiveType)), encoding }, () => {
      for (const { name, description, sinceVersion, deprecated, value } of values) {
        this.#tokens.push({
          signal,
          name,
          ...present("description", description),
          id: -1,
          version: sinceVersion,
          deprecated,
          size: 0,
          offset: 0,
          componentTokenCount: 1,
          encoding: {
            primitiveType,
            presence: "REQUIRED",
            byteOrder: this.#byteOrder,
            constValue: value,
          },
        });
      }
    });
  }

  #primitive(type: PrimitiveTypeModel, use: TypeUse): void {
    const field = use.field?.kind === "group" || use.field === undefined ? undefined : use.field;
    // Inside a composite the type decides, on a field of its own the field does.
    const direct = field !== undefined && field.type === type;
    const presence = direct ? field.presence : type.presence;
    const constant =
      presence === "constant"
        ? ((direct ? field.namedValue : undefined) ?? type.constValue)
        : undefined;
    const ranged = presence !== "constant";
    this.#tokens.push({
      signal: "ENCODING",
      ...typeToken(type, use, ranged ? encodedLength(type) : 0),
      componentTokenCount: 1,
      encoding: {
        primitiveType: type.primitive,
        presence: PRESENCES[presence],
        byteOrder: this.#byteOrder,
        ...present("minValue", ranged ? type.minValue : undefined),
        ...present("maxValue", ranged ? type.maxValue : undefined),
        ...present("nullValue", presence === "optional" ? type.nullValue : undefined),
        ...present("constValue", constant),
        ...present("characterEncoding", type.characterEncoding),
        ...(direct
          ? {
              ...present("epoch", field.epoch),
              ...present("timeUnit", field.timeUnit),
              ...semanticTypeOf(type, use),
            }
          : {}),
      },
    });
  }

  /** Begin token, what is inside, end token; both with the count of all three. */
  #bracket(
    what: "MESSAGE" | "FIELD" | "GROUP" | "VAR_DATA" | "COMPOSITE" | "ENUM" | "SET",
    token: Omit<UncountedToken, "signal">,
    inside: () => void,
  ): void {
    const tokens = this.#tokens;
    const begin = tokens.length;
    const place = { signal: `BEGIN_${what}`, ...token, componentTokenCount: 0 } as const;
    tokens.push(place);
    inside();
    const componentTokenCount = tokens.length - begin + 1;
    tokens[begin] = { ...place, componentTokenCount };
    tokens.push({ ...place, signal: `END_${what}`, componentTokenCount });
  }
}

function fieldToken(
  member: BlockMember,
  size: number,
  version: number,
): Omit<UncountedToken, "signal" | "encoding"> {
  const { name, description, id, deprecated, offset } = member;
  return { name, ...present("description", description), id, version, deprecated, size, offset };
}

function typeToken(
  type: TypeModel,
  use: TypeUse,
  size: number,
): Omit<UncountedToken, "signal" | "encoding"> {
  return {
    name: use.name,
    ...present("referencedName", use.referencedName),
    ...present("packageName", type.packageName),
    ...present("description", type.description),
    id: -1,
    version: use.version,
    deprecated: type.deprecated,
    size,
    offset: use.offset,
  };
}

function useOf(type: TypeModel, offset: number, field: BlockMember | undefined): TypeUse {
  const version =
    field === undefined ? type.sinceVersion : Math.max(field.sinceVersion, type.sinceVersion);
  return { name: type.name, referencedName: undefined, offset, version, field };
}

function memberUse(member: MemberModel, offset: number, around: TypeUse): TypeUse {
  const { name, referencedName, sinceVersion, type } = member;
  // A plain member takes the version of the composite; others have their own if that is higher.
  const version =
    around.field === undefined
      ? sinceVersion
      : type.kind === "primitive"
        ? around.version
        : Math.max(around.field.sinceVersion, sinceVersion);
  return { name, referencedName, offset, version, field: around.field };
}

function semanticTypeOf(type: TypeModel, use: TypeUse): Pick<IrEncoding, "semanticType"> {
  const ofField = use.field?.kind === "group" ? undefined : use.field?.semanticType;
  return present("semanticType", type.semanticType ?? ofField);
}

function encodingOf(presence: IrPresence, rest: Partial<IrEncoding>): IrEncoding {
  return { ...rest, presence, byteOrder: "LITTLE_ENDIAN" };
}

function textValue(text: string): IrValue {
  return {
    rep: "bytes",
    hex: bytesToHex(new TextEncoder().encode(text)),
    text,
    size: text.length,
    charset: "UTF-8",
  };
}

/** An object with the key, or none where there is no value: absent keys are left out of the IR. */
function present<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
}
