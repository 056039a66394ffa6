import protobuf from "protobufjs";
import type { Candidate, PeerField, PeerRecord, TextMode } from "../candidate.js";
import { allRecords, element, ofRing, type PeerInput } from "./peer.js";

function typeOf({ type }: PeerField, text: TextMode): string {
  if (typeof type !== "string") return type.name;
  if (type === "text") return text === "bytes" ? "bytes" : "string";
  return type === "uint16" ? "uint32" : type;
}

function messageOf(record: PeerRecord, text: TextMode): protobuf.Type {
  const message = new protobuf.Type(record.name);
  record.fields.forEach((field, index) => {
    const rule = field.list === true ? "repeated" : undefined;
    message.add(new protobuf.Field(field.name, index + 1, typeOf(field, text), rule));
  });
  return message;
}

/** Its fastest form: 64-bit values as numbers, not as objects of the package `long`. */
export function create({ record, form, text }: PeerInput): Candidate {
  (protobuf.util as { Long: unknown }).Long = null;
  protobuf.configure();
  const root = new protobuf.Root();
  for (const each of allRecords(record)) root.add(messageOf(each, text));
  const type = root.lookupType(record.name);
  const contents = ofRing((index) => form.content(index, text) as Record<string, unknown>);
  const encoded = contents.map((content) => type.encode(content).finish());
  return {
    name: "protobufjs",
    text,
    encode: (index) => type.encode(element(contents, index)).finish().length,
    decode: (index) => form.sum(type.decode(element(encoded, index)) as never, text),
  };
}
