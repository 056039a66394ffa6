/**
 * Random schemas for property tests: a model that is valid by construction, from which the XML and,
 * by a way of its own, the IR are made (random-schema-xml.ts, random-schema-ir.ts). Whoever compiles
 * the XML must arrive at the layout of the IR.
 */
import * as fc from "fast-check";
import type { Ir, PrimitiveName } from "@alerion/schema";
import { irOf } from "./random-schema-ir.js";
import type {
  BlockModel,
  CompositeModel,
  CountPrimitive,
  DataModel,
  DimensionModel,
  EnumModel,
  FieldModel,
  GroupModel,
  HeaderMemberModel,
  PrimitiveModel,
  SchemaModel,
  SetModel,
  TypeModel,
} from "./random-schema-model.js";
import { xmlOf } from "./random-schema-xml.js";

/** What a property gets: the same schema three times. */
export interface RandomSchema {
  readonly model: SchemaModel;
  readonly xml: string;
  readonly ir: Ir;
}

const gap = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 }));

const PRIMITIVES: readonly PrimitiveName[] = [
  "char",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float",
  "double",
];

const NULL_VALUES: { readonly [name in PrimitiveName]: string } = {
  char: "!",
  int8: "-5",
  int16: "-300",
  int32: "70000",
  int64: "-9007199254740993",
  uint8: "200",
  uint16: "999",
  uint32: "4000000000",
  uint64: "18446744073709551613",
  float: "1.5",
  double: "-2.25",
};

const CHAR_ENCODINGS = ["UTF-8", "ISO-8859-1", "US-ASCII", "windows-1251", "GB18030"];

function primitiveType(name: string): fc.Arbitrary<PrimitiveModel> {
  return fc
    .record({
      primitive: fc.constantFrom(...PRIMITIVES),
      length: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 12 })),
      presence: fc.constantFrom(
        "required" as const,
        "required" as const,
        "optional" as const,
        "constant" as const,
      ),
      ownNull: fc.boolean(),
      characterEncoding: fc.option(fc.constantFrom(...CHAR_ENCODINGS), { nil: undefined }),
      word: fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{1,6}$/),
    })
    .map(({ primitive, length, presence, ownNull, characterEncoding, word }) => {
      const isText = primitive === "char" && length > 1;
      if (presence === "constant") {
        const constant = primitive === "char" ? (isText ? word : "Q") : "7";
        return {
          kind: "primitive",
          name,
          primitive,
          length: isText ? word.length : 1,
          presence,
          constant,
          nullValue: undefined,
          characterEncoding: undefined,
        };
      }
      return {
        kind: "primitive",
        name,
        primitive,
        length,
        presence,
        constant: undefined,
        nullValue:
          presence === "optional" && ownNull && length === 1 ? NULL_VALUES[primitive] : undefined,
        characterEncoding: isText ? characterEncoding : undefined,
      };
    });
}

const ENUM_MAX: { readonly [name in EnumModel["primitive"]]: number } = {
  char: 0,
  uint8: 254,
  int8: 127,
  uint16: 65534,
  int16: 32767,
  int32: 2147483647,
};

function enumType(name: string): fc.Arbitrary<EnumModel> {
  return fc
    .constantFrom(...(Object.keys(ENUM_MAX) as EnumModel["primitive"][]))
    .chain((primitive) => {
      const text =
        primitive === "char"
          ? fc.constantFrom(...Array.from("ABCDEFGHabc0123"))
          : fc.integer({ min: 0, max: ENUM_MAX[primitive] }).map(String);
      return fc.uniqueArray(text, { minLength: 1, maxLength: 5 }).map((texts) => ({
        kind: "enum" as const,
        name,
        primitive,
        values: texts.map((each, index) => ({ name: `V${index}`, text: each })),
      }));
    });
}

const SET_BITS: { readonly [name in SetModel["primitive"]]: number } = {
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

function setType(name: string): fc.Arbitrary<SetModel> {
  return fc.constantFrom(...(Object.keys(SET_BITS) as SetModel["primitive"][])).chain((primitive) =>
    fc
      .uniqueArray(fc.integer({ min: 0, max: SET_BITS[primitive] - 1 }), {
        minLength: 1,
        maxLength: 6,
      })
      .map((bits) => ({
        kind: "set" as const,
        name,
        primitive,
        choices: bits.map((bit) => ({ name: `Bit${bit}`, bit })),
      })),
  );
}

function compositeType(name: string, earlier: readonly TypeModel[]): fc.Arbitrary<CompositeModel> {
  const inlineTypes = (member: string): fc.Arbitrary<TypeModel> =>
    fc.oneof(primitiveType(member), enumType(member), setType(member));
  const members = fc.integer({ min: 1, max: 4 }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => {
        const member = `m${index}`;
        const inline = inlineTypes(member).map((type) => ({ name: member, type, isRef: false }));
        const any =
          earlier.length === 0
            ? inline
            : fc.oneof(
                inline,
                fc.constantFrom(...earlier).map((type) => ({ name: member, type, isRef: true })),
              );
        return fc.tuple(any, gap).map(([what, before]) => ({ ...what, gap: before }));
      }),
    ),
  );
  return members.map((list) => {
    const fixed = list.map((member) => (isConstant(member.type) ? { ...member, gap: 0 } : member));
    return { kind: "composite", name, members: fixed };
  });
}

/** True for types that take no bytes. */
function isConstant(type: TypeModel): boolean {
  return type.kind === "primitive" && type.presence === "constant";
}

function types(): fc.Arbitrary<readonly TypeModel[]> {
  const count = fc.integer({ min: 2, max: 8 });
  return count.chain((total) => {
    let list: fc.Arbitrary<readonly TypeModel[]> = fc.constant([]);
    for (let index = 0; index < total; index++) {
      const name = `T${index}`;
      list = list.chain((earlier) =>
        fc
          .oneof(
            { weight: 3, arbitrary: primitiveType(name) },
            enumType(name),
            setType(name),
            compositeType(name, earlier),
          )
          .map((type) => [...earlier, type]),
      );
    }
    return list;
  });
}

/** Primitive types that fields name directly. */
const DIRECT: readonly PrimitiveModel[] = PRIMITIVES.map((primitive) => ({
  kind: "primitive",
  name: primitive,
  primitive,
  length: 1,
  presence: "required",
  constant: undefined,
  nullValue: undefined,
  characterEncoding: undefined,
}));

/** Numbers of versions in ascending order, so that new parts stand behind old ones. */
function versions(count: number, least: number, greatest: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.integer({ min: least, max: greatest }), { minLength: count, maxLength: count })
    .map((list) => list.sort((a, b) => a - b));
}

interface BlockContext {
  readonly types: readonly TypeModel[];
  readonly dimensions: readonly DimensionModel[];
  readonly version: number;
}

function block(context: BlockContext, least: number, depth: number): fc.Arbitrary<BlockModel> {
  const counts = fc.tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: depth > 0 ? 2 : 0 }),
    fc.integer({ min: 0, max: 2 }),
  );
  return counts.chain(([fieldCount, groupCount, dataCount]) =>
    fc
      .tuple(
        versions(fieldCount, least, context.version),
        versions(groupCount, least, context.version),
        versions(dataCount, least, context.version),
      )
      .chain(([fieldVersions, groupVersions, dataVersions]) =>
        fc.record({
          fields: fc.tuple(...fieldVersions.map((since, index) => field(context, since, index))),
          groups: fc.tuple(
            ...groupVersions.map((since, index) => group(context, since, index, depth)),
          ),
          data: fc.tuple(...dataVersions.map(data)),
          padding: gap,
        }),
      ),
  );
}

function field(
  context: BlockContext,
  sinceVersion: number,
  index: number,
): fc.Arbitrary<FieldModel> {
  return fc
    .record({
      type: fc.constantFrom<TypeModel>(...context.types, ...DIRECT),
      gap,
      constantEnum: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ type, gap: before, constantEnum }) => {
      const valueRef =
        type.kind === "enum" && constantEnum === 0
          ? `${type.name}.${type.values[0]?.name ?? ""}`
          : undefined;
      return {
        name: `f${index}`,
        id: index + 1,
        type,
        sinceVersion,
        gap: valueRef !== undefined || isConstant(type) ? 0 : before,
        valueRef,
      };
    });
}

function group(
  context: BlockContext,
  sinceVersion: number,
  index: number,
  depth: number,
): fc.Arbitrary<GroupModel> {
  return fc
    .tuple(fc.constantFrom(...context.dimensions), block(context, sinceVersion, depth - 1))
    .map(([dimension, content]) => ({
      name: `g${index}`,
      id: 100 + index,
      sinceVersion,
      dimension,
      ...content,
    }));
}

function data(sinceVersion: number, index: number): fc.Arbitrary<DataModel> {
  return fc.record({
    name: fc.constant(`d${index}`),
    id: fc.constant(200 + index),
    sinceVersion: fc.constant(sinceVersion),
    lengthPrimitive: fc.constantFrom<CountPrimitive>("uint8", "uint16", "uint32"),
    characterEncoding: fc.option(fc.constantFrom(...CHAR_ENCODINGS), { nil: undefined }),
  });
}

function headerMembers(
  names: readonly string[],
  least: CountPrimitive,
): fc.Arbitrary<readonly HeaderMemberModel[]> {
  const primitives: readonly CountPrimitive[] =
    least === "uint8" ? ["uint8", "uint16", "uint32"] : ["uint16", "uint32"];
  return fc
    .tuple(
      fc.shuffledSubarray([...names], { minLength: names.length }),
      fc.array(fc.record({ primitive: fc.constantFrom(...primitives), gap }), {
        minLength: names.length,
        maxLength: names.length,
      }),
    )
    .map(([order, shapes]) =>
      order.map((name, index) => ({
        name,
        primitive: shapes[index]?.primitive ?? least,
        gap: shapes[index]?.gap ?? 0,
      })),
    );
}

function schemaModel(): fc.Arbitrary<SchemaModel> {
  return fc
    .record({
      id: fc.integer({ min: 0, max: 60_000 }),
      version: fc.integer({ min: 0, max: 3 }),
      bigEndian: fc.boolean(),
      header: headerMembers(["blockLength", "templateId", "schemaId", "version"], "uint16"),
      dimensions: fc
        .tuple(
          headerMembers(["blockLength", "numInGroup"], "uint16"),
          headerMembers(["blockLength", "numInGroup"], "uint16"),
        )
        .map((lists) => lists.map((members, index) => ({ name: `dim${index}`, members }))),
      types: types(),
      messageCount: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ messageCount, ...schema }) =>
      fc
        .array(block(schema, 0, 2), { minLength: messageCount, maxLength: messageCount })
        .map((blocks) => ({
          ...schema,
          messages: blocks.map((content, index) => ({
            name: `Message${index}`,
            id: index + 1,
            ...content,
          })),
        })),
    );
}

/** Schemas of one to three messages with groups two deep, in both byte orders. */
export function randomSchema(): fc.Arbitrary<RandomSchema> {
  return schemaModel().map((model) => ({ model, xml: xmlOf(model), ir: irOf(model) }));
}
