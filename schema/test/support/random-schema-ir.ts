/** The IR of a random schema, built from the model without the compiler. */
import type {
  Ir,
  IrByteOrder,
  IrEncoding,
  IrToken,
  IrValue,
  PrimitiveName,
  Signal,
} from "@alerion/schema";
import {
  blockLengthOf,
  dataTypeName,
  placeMembers,
  sizeOf,
  SIZES,
} from "./random-schema-places.js";
import type {
  BlockModel,
  CompositeModel,
  DataModel,
  EnumModel,
  FieldModel,
  GroupModel,
  HeaderMemberModel,
  PrimitiveModel,
  SchemaModel,
  SetModel,
  TypeModel,
} from "./random-schema-model.js";

/** What a token says besides its signal; the rest has defaults. */
type TokenParts = Partial<Omit<IrToken, "encoding" | "signal">> & {
  readonly encoding?: Partial<IrEncoding>;
};

/** Where a type stands: the role that gives it name, offset and version. */
interface Role {
  readonly name: string;
  readonly offset: number;
  readonly version: number;
  /** Name of the type where it came by a ref. */
  readonly referencedName?: string;
}

/** The tokens of a schema; the maximum values that the XML states are left out. */
export function irOf(model: SchemaModel): Ir {
  const builder = new IrBuilder(model.bigEndian ? "BIG_ENDIAN" : "LITTLE_ENDIAN");
  return {
    package: "random",
    id: model.id,
    version: model.version,
    description: null,
    semanticVersion: null,
    byteOrder: builder.byteOrder,
    headerType: "messageHeader",
    header: builder.header("messageHeader", model.header),
    messages: model.messages.map((message) => ({
      name: message.name,
      id: message.id,
      tokens: builder.bracket(
        "MESSAGE",
        { name: message.name, id: message.id, size: blockLengthOf(message) },
        builder.block(message),
      ),
    })),
  };
}

class IrBuilder {
  readonly byteOrder: IrByteOrder;

  constructor(byteOrder: IrByteOrder) {
    this.byteOrder = byteOrder;
  }

  header(name: string, members: readonly HeaderMemberModel[], version = 0): IrToken[] {
    let end = 0;
    const tokens = members.map((member) => {
      const offset = end + member.gap;
      end = offset + SIZES[member.primitive];
      return this.#encoding(
        member.primitive,
        { name: member.name, offset, version },
        SIZES[member.primitive],
        member.primitive === "uint32" && name !== "messageHeader"
          ? { maxValue: { rep: "long", value: "65534", size: 4 } }
          : {},
      );
    });
    return this.bracket("COMPOSITE", { name, size: end, version }, tokens);
  }

  block(block: BlockModel): IrToken[] {
    let end = 0;
    const tokens: IrToken[] = [];
    for (const field of block.fields) {
      const offset = end + field.gap;
      tokens.push(...this.#field(field, offset));
      end = offset + (field.valueRef === undefined ? sizeOf(field.type) : 0);
    }
    for (const group of block.groups) tokens.push(...this.#group(group));
    for (const data of block.data) tokens.push(...this.#data(data));
    return tokens;
  }

  bracket(
    what: "MESSAGE" | "COMPOSITE" | "FIELD" | "GROUP" | "ENUM" | "SET" | "VAR_DATA",
    parts: TokenParts,
    inner: readonly IrToken[],
  ): IrToken[] {
    const all = { ...parts, componentTokenCount: inner.length + 2 };
    return [this.#token(`BEGIN_${what}`, all), ...inner, this.#token(`END_${what}`, all)];
  }

  #token(signal: Signal, { encoding, ...parts }: TokenParts): IrToken {
    return {
      signal,
      name: "",
      id: -1,
      version: 0,
      deprecated: 0,
      size: 0,
      offset: 0,
      componentTokenCount: 1,
      ...parts,
      encoding: { presence: "REQUIRED", byteOrder: this.byteOrder, ...encoding },
    };
  }

  #encoding(
    primitive: PrimitiveName,
    role: Role,
    size: number,
    encoding: Partial<IrEncoding> = {},
  ): IrToken {
    return this.#token("ENCODING", {
      ...role,
      size,
      encoding: { primitiveType: primitive, ...encoding },
    });
  }

  #field(field: FieldModel, offset: number): IrToken[] {
    const isConstant = field.valueRef !== undefined;
    const parts: TokenParts = {
      name: field.name,
      id: field.id,
      version: field.sinceVersion,
      offset,
      size: isConstant ? 0 : sizeOf(field.type),
    };
    const encoding: Partial<IrEncoding> =
      field.valueRef === undefined
        ? fieldPresence(field.type)
        : {
            primitiveType: "char",
            presence: "CONSTANT",
            constValue: textValue(field.valueRef, "UTF-8"),
          };
    const role = { name: field.type.name, offset, version: field.sinceVersion };
    return this.bracket("FIELD", { ...parts, encoding }, this.#type(field.type, role));
  }

  #type(type: TypeModel, role: Role): IrToken[] {
    switch (type.kind) {
      case "primitive":
        return [this.#primitive(type, role)];
      case "enum":
        return this.#enum(type, role);
      case "set":
        return this.#set(type, role);
      case "composite":
        return this.#composite(type, role);
    }
  }

  #primitive(type: PrimitiveModel, role: Role): IrToken {
    const { primitive } = type;
    const size = SIZES[primitive];
    const isText = primitive === "char" && type.length > 1;
    const charset = type.characterEncoding ?? "US-ASCII";
    const isNamed = type.name !== primitive;
    return this.#encoding(primitive, role, sizeOf(type), {
      ...(type.presence === "optional" ? { presence: "OPTIONAL" } : {}),
      ...(type.nullValue === undefined
        ? {}
        : { nullValue: numberValue(type.nullValue, primitive) }),
      ...(type.constant === undefined
        ? {}
        : {
            presence: "CONSTANT",
            constValue: isText
              ? textValue(type.constant, charset)
              : primitive === "char"
                ? { rep: "long", value: String(type.constant.charCodeAt(0)), size, charset }
                : numberValue(type.constant, primitive),
          }),
      ...(primitive === "char" && isNamed ? { characterEncoding: charset } : {}),
    });
  }

  #enum(type: EnumModel, role: Role): IrToken[] {
    const { primitive } = type;
    const values = type.values.map(({ name, text }) =>
      this.#token("VALID_VALUE", {
        name,
        encoding: {
          primitiveType: primitive,
          constValue: numberValue(text, primitive),
        },
      }),
    );
    return this.bracket(
      "ENUM",
      { ...role, size: SIZES[primitive], encoding: { primitiveType: primitive } },
      values,
    );
  }

  #set(type: SetModel, role: Role): IrToken[] {
    const { primitive } = type;
    const choices = type.choices.map(({ name, bit }) =>
      this.#token("CHOICE", {
        name,
        encoding: { primitiveType: primitive, constValue: numberValue(String(bit), primitive) },
      }),
    );
    return this.bracket(
      "SET",
      { ...role, size: SIZES[primitive], encoding: { primitiveType: primitive } },
      choices,
    );
  }

  #composite(type: CompositeModel, role: Role): IrToken[] {
    const inner = placeMembers(type).flatMap(({ member, offset }) =>
      this.#type(member.type, {
        name: member.name,
        offset,
        version: role.version,
        ...(member.isRef ? { referencedName: member.type.name } : {}),
      }),
    );
    return this.bracket("COMPOSITE", { ...role, size: sizeOf(type) }, inner);
  }

  #group(group: GroupModel): IrToken[] {
    const parts = {
      name: group.name,
      id: group.id,
      version: group.sinceVersion,
      size: blockLengthOf(group),
      offset: -1,
    };
    const dimension = this.header(
      group.dimension.name,
      group.dimension.members,
      group.sinceVersion,
    );
    return this.bracket("GROUP", parts, [...dimension, ...this.block(group)]);
  }

  #data(data: DataModel): IrToken[] {
    const { sinceVersion: version, lengthPrimitive, characterEncoding } = data;
    const maxValue: Partial<IrEncoding> =
      lengthPrimitive === "uint32"
        ? { maxValue: { rep: "long", value: "1073741824", size: 4 } }
        : {};
    const length = this.#encoding(
      lengthPrimitive,
      { name: "length", offset: 0, version },
      SIZES[lengthPrimitive],
      maxValue,
    );
    const content = this.#encoding(
      "uint8",
      { name: "varData", offset: SIZES[lengthPrimitive], version },
      -1,
      characterEncoding === undefined ? {} : { characterEncoding },
    );
    const composite = this.bracket(
      "COMPOSITE",
      { name: dataTypeName(lengthPrimitive, characterEncoding), size: -1, version },
      [length, content],
    );
    return this.bracket(
      "VAR_DATA",
      { name: data.name, id: data.id, version, offset: -1 },
      composite,
    );
  }
}

/** A field says the presence of its type, where that has one. */
function fieldPresence(type: TypeModel): Partial<IrEncoding> {
  if (type.kind !== "primitive") return {};
  return { presence: PRESENCES[type.presence] };
}

const PRESENCES = { required: "REQUIRED", optional: "OPTIONAL", constant: "CONSTANT" } as const;

function textValue(text: string, charset: string): IrValue {
  const hex = Buffer.from(text).toString("hex");
  return { rep: "bytes", hex, text, size: hex.length / 2, charset };
}

function numberValue(text: string, primitive: PrimitiveName): IrValue {
  const size = SIZES[primitive];
  // A char is written as itself.
  if (primitive === "char") return { rep: "long", value: String(text.charCodeAt(0)), size };
  return primitive === "float" || primitive === "double"
    ? { rep: "double", value: text, size }
    : { rep: "long", value: String(BigInt.asIntN(64, BigInt(text))), size };
}
