import type {
  CompositeLayout,
  EnumLayout,
  MessageLayout,
  SchemaLayout,
  SetLayout,
} from "@alerion/schema";
import { scalarMember } from "@alerion/schema/compile";
import * as codegen from "@alerion/runtime/codegen";
import { GenerateError } from "../errors.js";
import { kebab, lowerCamel, upperCamel, verbatim } from "../naming/case.js";
import { GLOBALS, KEYWORDS, RESERVED_FILES } from "../naming/reserved.js";
import { NameScope } from "../naming/scope.js";
import { commentName, commentText, stringLiteral, valueLiteral } from "../print/literals.js";
import type { GenerateOptions } from "../types.js";
import { GENERATOR_VERSION } from "../version.js";
import { blockModel, type BlockContext, type BlockModel, type GroupModel } from "./block-model.js";
import { messageDoc, typeDoc, valueDoc } from "./field-doc.js";
import { fieldOfComposite } from "./field-model.js";
import { MemberScope } from "./member-scope.js";
import { orderModel, type OrderModel } from "./order-model.js";
import { ACCESS } from "./primitive.js";
import { constantOf, gapWrites, readMember } from "./wire-members.js";
import { isPair, pairValue, readPair, writeMembers, type MemberValue } from "./wire-pairs.js";
import { TypeRegistry, type TypeName } from "./type-registry.js";

/** What the door exports; types are not seen at run time, so they are named here. */
const DOOR_TYPES: readonly string[] = (
  "Charset ClaimSink ClaimWriter CodecErrorCode DecoderClass EncoderClass GroupResult MessageDecoder " +
  "MessageEncoder MessageHandler MessageOf MessageType NamedMessage SchemaCodecs UnknownEnum"
).split(" ");

/** How a message's header is read and written, as expressions of `view` and `offset`. */
interface HeaderModel {
  readonly size: number;
  readonly readBlockLength: string;
  readonly readTemplateId: string;
  readonly readSchemaId: string;
  readonly readVersion: string;
  readonly schemaIdIsConstant: boolean;
  readonly templateIdIsConstant: boolean;
  /** Template and schema id as one number, where they lie side by side; "" otherwise. */
  readonly readIds: string;
}

/** A message: what its module is printed from. */
export interface MessageModel extends BlockModel {
  readonly id: number;
  readonly isMessage: true;
  readonly module: string;
  readonly doc: readonly string[];
  readonly header: HeaderModel;
  readonly headerWrites: readonly string[];
  /** What `header.readIds` must yield. */
  readonly idsValue: string;
  readonly allGroups: readonly GroupModel[];
  readonly usesCursor: boolean;
  /** Whether a group may have entries without bytes, which are counted over the message. */
  readonly countsEmptyEntries: boolean;
  /** State machines of the field order; none without checks. */
  readonly orders: readonly OrderModel[];
  readonly decodeOrder: string;
  readonly decodeStartsByVersion: boolean;
  readonly encodeOrder: string;
  readonly nameText: string;
  /** Method of handlers, writer. */
  readonly handler: string;
  readonly writer: string;
  readonly private: string;
}

/** A module of a type: which template and what goes into it. */
interface TypeModule {
  readonly template: "enum" | "set" | "composite";
  readonly module: string;
  readonly model: object;
  readonly exports: readonly ExportModel[];
}

/** A name that a module exports. */
interface ExportModel {
  readonly name: string;
  readonly isType: boolean;
}

/** Everything that templates of a schema are filled from. */
export interface SchemaModel {
  readonly generator: string;
  readonly schemaName: string;
  readonly nameText: string;
  readonly package: string;
  readonly packageText: string;
  readonly schemaId: number;
  readonly version: number;
  readonly schemaDoc: readonly string[];
  readonly header: HeaderModel;
  readonly isUnion: boolean;
  readonly messages: readonly MessageModel[];
  readonly types: readonly TypeModule[];
}

/** Names, types, blocks: all decisions about the output are made here, the templates only print. */
export function schemaModel(layout: SchemaLayout, options: GenerateOptions): SchemaModel {
  const exports = new NameScope([
    ...KEYWORDS,
    ...GLOBALS,
    ...Object.keys(codegen),
    ...DOOR_TYPES,
    "messages",
    "decode",
    "encode",
    "templateIdAt",
  ]);
  const files = new NameScope(RESERVED_FILES, true);
  const schemaName = exports.claim(upperCamel(options.baseName), (name) => [
    `${name}Writer`,
    `${name}Dispatcher`,
    `${name}Handlers`,
    `Partial${name}Handlers`,
    `${name}Message`,
  ]);
  checkMessageNames(layout);
  const messageNames = new Map<MessageLayout, { className: string; module: string }>();
  for (const message of layout.messages) {
    const className = claimMessage(message, schemaName, exports);
    messageNames.set(message, { className, module: files.claim(kebab(className)) });
  }
  const types = new TypeRegistry(exports, files);
  types.addAll(layout);
  const throwsUnknownEnum = options.unknownEnum === "throw";
  const context: BlockContext = {
    layout,
    throwsUnknownEnum,
    checks: options.checks ?? false,
    nameOf: (type) => types.nameOf(type),
    claimClass: (wanted) => exports.claim(wanted, classesOf),
    claimFunction: (wanted) => exports.claim(wanted),
  };
  const header = headerModel(layout.header);
  const methods = new MethodScopes();
  return {
    generator: GENERATOR_VERSION,
    schemaName,
    nameText: stringLiteral(schemaName),
    package: JSON.stringify(commentText(layout.package)),
    packageText: stringLiteral(layout.package),
    schemaId: layout.id,
    version: layout.version,
    schemaDoc: schemaDoc(layout),
    header,
    isUnion: layout.messages.length > 1,
    messages: layout.messages.map((message) => {
      const names = messageNames.get(message);
      if (names === undefined) throw new Error(`message must be named: ${message.name}`);
      return messageModel(message, names, header, context, methods);
    }),
    types: types.all().map((type) => typeModule(type, types, throwsUnknownEnum)),
  };
}

/**
 * The stem of a message's classes. A message may be called as its schema is (`car.xml` with a message Car): the
 * const `Car` and the classes `CarDecoder`, `CarEncoder` do not clash, for nothing else is called `Car`.
 */
function claimMessage(message: MessageLayout, schemaName: string, exports: NameScope): string {
  const wanted = upperCamel(message.name);
  if (wanted === schemaName && exports.claimDerived(classesOf(wanted))) return wanted;
  return exports.claim(wanted, classesOf);
}

/** Names tell messages apart where they are objects, so they must differ. */
function checkMessageNames(layout: SchemaLayout): void {
  const seen = new Set<string>();
  for (const { name, id } of layout.messages) {
    if (seen.has(name)) {
      throw new GenerateError(
        "LAYOUT_UNSUPPORTED",
        `messages must have different names: name=${name} id=${id}`,
      );
    }
    seen.add(name);
  }
}

function classesOf(name: string): readonly string[] {
  return [
    `${name}Decoder`,
    `${name}Encoder`,
    `${name}Data`,
    `${name}Iterator`,
    `skip${name}`,
    `skip${name}Entry`,
    `sizeOf${name}`,
    `entriesOf${name}`,
    `inspect${name}`,
  ];
}

/** The names of messages as methods of handlers and writer, and as private fields. */
class MethodScopes {
  readonly #handlers = new NameScope([
    ...KEYWORDS,
    ..."partial unknown constructor __proto__".split(" "),
  ]);
  readonly #writer = new NameScope([
    ...KEYWORDS,
    ..."commit abort result constructor __proto__ then".split(" "),
  ]);
  readonly #private = new NameScope(
    "handlers unknownCount sink cursor start isOpen result claim constructor".split(" "),
  );

  claim(className: string): { handler: string; writer: string; private: string } {
    const name = lowerCamel(className);
    return {
      handler: this.#handlers.claim(name),
      writer: this.#writer.claim(name),
      private: this.#private.claim(name),
    };
  }
}

const HEADER_WIRE = { view: "view", base: "offset" };

function headerModel(header: CompositeLayout): HeaderModel {
  const read = (name: string): string => readMember(scalarMember(header, name), HEADER_WIRE);
  const isConstant = (name: string): boolean =>
    constantOf(scalarMember(header, name).type) !== undefined;
  return {
    size: header.size,
    readBlockLength: read("blockLength"),
    readTemplateId: read("templateId"),
    readSchemaId: read("schemaId"),
    readVersion: read("version"),
    schemaIdIsConstant: isConstant("schemaId"),
    templateIdIsConstant: isConstant("templateId"),
    readIds: readIds(header),
  };
}

/** The ids of a header: what it says of a message, in the order of the wire. */
function idsOf(
  header: CompositeLayout,
  templateId: number,
  schemaId: number,
): readonly [MemberValue, MemberValue] {
  const ids: readonly [MemberValue, MemberValue] = [
    { ...scalarMember(header, "templateId"), value: templateId },
    { ...scalarMember(header, "schemaId"), value: schemaId },
  ];
  return ids[0].offset < ids[1].offset ? ids : [ids[1], ids[0]];
}

function readIds(header: CompositeLayout): string {
  const [first, second] = idsOf(header, 0, 0);
  return isPair(first, second) ? readPair(first, HEADER_WIRE) : "";
}

function headerWrites(layout: SchemaLayout, message: MessageLayout): readonly string[] {
  const { header } = layout;
  const values = [
    { ...scalarMember(header, "blockLength"), value: message.blockLength },
    { ...scalarMember(header, "templateId"), value: message.id },
    { ...scalarMember(header, "schemaId"), value: layout.id },
    { ...scalarMember(header, "version"), value: layout.version },
  ];
  const names = values.map(({ type }) => type.name);
  return [
    ...gapWrites(header, header.size, names, HEADER_WIRE),
    ...writeMembers(values, HEADER_WIRE),
  ];
}

function messageModel(
  message: MessageLayout,
  names: { readonly className: string; readonly module: string },
  header: HeaderModel,
  context: BlockContext,
  methods: MethodScopes,
): MessageModel {
  const doc = messageDoc(message);
  const block = blockModel(message, message.name, names.className, message.name, doc, context);
  const orders = context.checks
    ? [orderModel(message, block, "Decoder"), orderModel(message, block, "Encoder")]
    : [];
  return {
    ...block,
    ...methods.claim(names.className),
    id: message.id,
    isMessage: true,
    module: names.module,
    doc,
    header,
    headerWrites: headerWrites(context.layout, message),
    idsValue: pairValue(...idsOf(context.layout.header, message.id, context.layout.id)),
    allGroups: groupsBelow(block),
    countsEmptyEntries: groupsBelow(block).some((group) => group.emptyCondition !== ""),
    usesCursor: block.isVariable || context.checks,
    orders,
    decodeOrder: orders[0]?.startName ?? "",
    decodeStartsByVersion: orders[0]?.startsByVersion ?? false,
    encodeOrder: orders[1]?.startName ?? "",
    nameText: stringLiteral(message.name),
  };
}

function groupsBelow(block: BlockModel): GroupModel[] {
  return block.groups.flatMap((group) => [group, ...groupsBelow(group)]);
}

function schemaDoc(layout: SchemaLayout): readonly string[] {
  const semantic =
    layout.semanticVersion === undefined ? "" : `, semantic version ${layout.semanticVersion}`;
  return valueDoc(
    { name: layout.package, description: layout.description, sinceVersion: 0, deprecated: 0 },
    `schema, id ${layout.id}, version ${layout.version}${commentText(semantic)}`,
  );
}

function typeModule(type: TypeName, types: TypeRegistry, throwsUnknown: boolean): TypeModule {
  const { layout, name, stem, module } = type;
  switch (layout.kind) {
    case "enum":
      return {
        template: "enum",
        module,
        model: enumModel(layout, type, throwsUnknown),
        exports: [
          { name, isType: false },
          ...(throwsUnknown
            ? [{ name: `${stem}Of`, isType: false }]
            : [{ name: `${name}Value`, isType: true }]),
          { name: `is${name}`, isType: false },
          { name: `${stem}Name`, isType: false },
        ],
      };
    case "set":
      return {
        template: "set",
        module,
        model: setModel(layout, type),
        exports: [
          { name, isType: false },
          ...(ACCESS[layout.primitive].isBigint ? [{ name: `${name}Bits`, isType: false }] : []),
          { name: `${stem}Names`, isType: false },
        ],
      };
    case "composite":
      return {
        template: "composite",
        module,
        model: compositeModel(layout, type, types, throwsUnknown),
        exports: [
          { name: `${name}Decoder`, isType: false },
          { name: `${name}Encoder`, isType: false },
          { name: `${name}Data`, isType: true },
        ],
      };
  }
}

function enumModel(layout: EnumLayout, type: TypeName, throwsUnknown: boolean): object {
  const keys = new NameScope(["__proto__"]);
  const values = layout.values.map((value) => ({
    key: keys.claim(verbatim(value.name)),
    literal: valueLiteral(value.value),
    text: stringLiteral(value.name),
    doc: valueDoc(value, layout.primitive === "char" ? charText(value.value) : String(value.value)),
  }));
  const nullKey = keys.claim("NULL_VALUE");
  const nullValue = valueLiteral(layout.nullValue);
  const names = new Map<string, string>();
  for (const { literal, text } of values) if (!names.has(literal)) names.set(literal, text);
  if (!names.has(nullValue)) names.set(nullValue, stringLiteral(nullKey));
  const access = ACCESS[layout.primitive];
  return {
    className: type.name,
    stem: type.stem,
    label: stringLiteral(layout.typeName),
    typeDoc: typeDoc(layout),
    values,
    nullKey,
    nullValue,
    names: [...names].map(([literal, text]) => ({ literal, text })),
    isBigint: access.isBigint,
    valueType: access.isBigint ? "bigint" : "number",
    throwsUnknown,
  };
}

function charText(value: number | bigint): string {
  const text = commentName(String.fromCharCode(Number(value)));
  return text === "" ? String(value) : `${value}, \`${text}\``;
}

function setModel(layout: SetLayout, type: TypeName): object {
  const { isBigint } = ACCESS[layout.primitive];
  const keys = new NameScope(["__proto__"]);
  return {
    className: type.name,
    stem: type.stem,
    typeDoc: typeDoc(layout),
    isBigint,
    valueType: isBigint ? "bigint" : "number",
    zero: isBigint ? "0n" : "0",
    choices: layout.choices.map((choice) => ({
      key: keys.claim(verbatim(choice.name)),
      schemaName: commentName(choice.name),
      bit: choice.bit,
      mask: valueLiteral(isBigint ? 1n << BigInt(choice.bit) : 2 ** choice.bit),
      text: stringLiteral(choice.name),
      doc: valueDoc(choice, `bit ${choice.bit}`),
    })),
  };
}

function compositeModel(
  layout: CompositeLayout,
  type: TypeName,
  types: TypeRegistry,
  throwsUnknownEnum: boolean,
): object {
  const scope = new MemberScope();
  const path = layout.typeName;
  const fields = layout.members.map((member) =>
    fieldOfComposite(member, {
      owner: path,
      scope,
      throwsUnknownEnum,
      orderOf: () => "",
      nameOf: (each) => types.nameOf(each),
    }),
  );
  return {
    schemaName: commentName(path),
    className: type.name,
    label: stringLiteral(path),
    typeDoc: typeDoc(layout),
    blockLength: layout.size,
    fields,
    isEmpty: fields.every((field) => field.kind === "constant"),
    groups: [],
    data: [],
  };
}
