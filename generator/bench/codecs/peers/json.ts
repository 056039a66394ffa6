import type { Candidate } from "../candidate.js";
import { element, ofRing, type PeerInput } from "./peer.js";

/** JSON to bytes and back; it knows strings only. */
export function create({ form, text }: PeerInput): Candidate {
  const contents = ofRing((index) => form.content(index, text));
  const encoded = contents.map((content) => Buffer.from(JSON.stringify(content)));
  const target = Buffer.alloc(4096);
  return {
    name: "JSON",
    text,
    encode: (index) => target.write(JSON.stringify(element(contents, index))),
    decode: (index) => form.sum(JSON.parse(element(encoded, index).toString()) as never, text),
  };
}
