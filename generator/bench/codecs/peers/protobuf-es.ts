import {
  create as createMessage,
  createFileRegistry,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Candidate, PeerField, PeerRecord, TextMode } from "../candidate.js";
import { allRecords, element, ofRing, type PeerInput, withBigints } from "./peer.js";

const TYPES = {
  uint16: FieldDescriptorProto_Type.UINT32,
  uint32: FieldDescriptorProto_Type.UINT32,
  int32: FieldDescriptorProto_Type.INT32,
  fixed64: FieldDescriptorProto_Type.FIXED64,
  float: FieldDescriptorProto_Type.FLOAT,
} as const;

function fieldOf(field: PeerField, number: number, text: TextMode) {
  const { type } = field;
  const label =
    field.list === true ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL;
  const common = { name: field.name, jsonName: field.name, number, label };
  if (typeof type !== "string") {
    return { ...common, type: FieldDescriptorProto_Type.MESSAGE, typeName: `.bench.${type.name}` };
  }
  if (type === "text") {
    const { BYTES, STRING } = FieldDescriptorProto_Type;
    return { ...common, type: text === "bytes" ? BYTES : STRING };
  }
  return { ...common, type: TYPES[type] };
}

function descriptorOf(record: PeerRecord, text: TextMode) {
  const file = createMessage(FileDescriptorProtoSchema, {
    name: "bench.proto",
    package: "bench",
    syntax: "proto3",
    messageType: allRecords(record).map((each) => ({
      name: each.name,
      field: each.fields.map((field, index) => fieldOf(field, index + 1, text)),
    })),
  });
  const found = createFileRegistry(file, () => undefined).getMessage(`bench.${record.name}`);
  if (found === undefined)
    throw new Error(`protobuf-es must know the message: name=${record.name}`);
  return found;
}

/** Messages are made beforehand, as for every peer; 64-bit values are bigints, its default. */
export function create({ record, form, text }: PeerInput): Candidate {
  const descriptor = descriptorOf(record, text);
  const contents = ofRing((index) =>
    createMessage(descriptor, withBigints(record, form.content(index, text))),
  );
  const encoded = contents.map((content) => toBinary(descriptor, content));
  return {
    name: "@bufbuild/protobuf",
    text,
    encode: (index) => toBinary(descriptor, element(contents, index)).length,
    decode: (index) => form.sum(fromBinary(descriptor, element(encoded, index)) as never, text),
  };
}
