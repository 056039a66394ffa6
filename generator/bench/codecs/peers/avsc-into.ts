import type { Candidate } from "../candidate.js";
import { typeOf } from "./avsc.js";
import { element, ofRing, type PeerInput } from "./peer.js";

/** Avro in its fastest form: into a buffer that is there. It is the one peer that has such a form. */
export function create({ record, form, text }: PeerInput): Candidate {
  const type = typeOf(record, text);
  const contents = ofRing((index) => form.content(index, text));
  const encoded = contents.map((content) => type.toBuffer(content));
  const target = Buffer.alloc(4096);
  return {
    name: "avsc (into a buffer)",
    text,
    encode: (index) => type.encode(element(contents, index), target, 0),
    decode: (index) => form.sum(type.decode(element(encoded, index), 0).value as never, text),
  };
}
