import avro from "avsc";
import type { Candidate, PeerField, PeerRecord, TextMode } from "../candidate.js";
import { element, ofRing, type PeerInput } from "./peer.js";

function schemaOf(record: PeerRecord, text: TextMode): object {
  const fieldType = ({ type }: PeerField): string | object => {
    if (typeof type !== "string") return schemaOf(type, text);
    if (type === "text") return text === "bytes" ? "bytes" : "string";
    if (type === "float") return "float";
    // An Avro int is signed 32 bits.
    return type === "int32" || type === "uint16" ? "int" : "long";
  };
  return {
    type: "record",
    name: record.name,
    fields: record.fields.map((field) => ({
      name: field.name,
      type: field.list === true ? { type: "array", items: fieldType(field) } : fieldType(field),
    })),
  };
}

/** The Avro type of a record. */
export function typeOf(record: PeerRecord, text: TextMode): avro.Type {
  return avro.Type.forSchema(schemaOf(record, text) as avro.Schema);
}

/** Its usual form: an array of its own for each message. */
export function create({ record, form, text }: PeerInput): Candidate {
  const type = typeOf(record, text);
  const contents = ofRing((index) => form.content(index, text));
  const encoded = contents.map((content) => type.toBuffer(content));
  return {
    name: "avsc",
    text,
    encode: (index) => type.toBuffer(element(contents, index)).length,
    decode: (index) => form.sum(type.fromBuffer(element(encoded, index)) as never, text),
  };
}
