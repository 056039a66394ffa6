/** The `.sbeir` reader: tokens that can be laid out, decoded with and written again, or a typed error. */
import {
  compileSchema,
  decodeMessage,
  irFromSbeir,
  irToSbeir,
  layoutOf,
  PRIMITIVE_NAMES,
  SIGNALS,
} from "@alerion/schema";
import { generate } from "@alerion/generator";
import { must, outcomeOf } from "../loop.mjs";
import { mutateBytes } from "../mutate-bytes.mjs";

/** @typedef {import("../random.mjs").Random} Random */
/** @typedef {import("@alerion/schema").IrToken} IrToken */

/** Longest input, in bytes. */
const LENGTH_MAX = 64 * 1024;
/** One of so many is also generated from. */
const GENERATE_EVERY = 32;

const NUMBERS = [-1, 0, 1, 2, 7, 8, 100, 255, 65535, 2 ** 31 - 1, -(2 ** 31)];

/**
 * @param {readonly import("../prepare.mjs").Subject[]} subjects
 * @param {readonly Uint8Array[]} corpus
 * @returns {import("../loop.mjs").Target}
 */
export function sbeirTarget(subjects, corpus) {
  const seeds = subjects.flatMap(({ xml }) => {
    const { ir } = compileSchema(xml, { file: "subject.xml" });
    return ir === undefined ? [] : [irToSbeir(ir)];
  });
  let count = 0;
  return {
    watched: ["/schema/dist/sbeir", "/schema/dist/internal/ir-codec/", "/schema/dist/layout"],
    seeds: [...seeds, ...corpus],
    lengthMax: LENGTH_MAX,
    mutate: (random, input, other) =>
      mutateTokens(random, input) ?? mutateBytes(random, input, other, [], LENGTH_MAX),
    execute: (input) => {
      count++;
      const read = outcomeOf(() => irFromSbeir(input));
      if ("code" in read) return;
      const ir = read.value;
      const bytes = irToSbeir(ir);
      const again = irToSbeir(irFromSbeir(bytes));
      must(Buffer.compare(bytes, again) === 0, () => "IR must read back as it was written");
      outcomeOf(() => {
        const layout = layoutOf(ir);
        for (const { id } of layout.messages) {
          const view = new DataView(new ArrayBuffer(256));
          view.setUint16(2, id, true);
          view.setUint16(4, layout.id, true);
          outcomeOf(() => decodeMessage(layout, view));
        }
        if (count % GENERATE_EVERY === 0) generate(layout, { baseName: "schema" });
      });
    },
  };
}

/** Changes to tokens rather than bytes; undefined where the input has none or by chance. */
function mutateTokens(/** @type {Random} */ random, /** @type {Uint8Array} */ input) {
  if (random.below(3) === 0) return undefined;
  const read = outcomeOf(() => irFromSbeir(input));
  if ("code" in read) return undefined;
  const ir = read.value;
  const header = [...ir.header];
  const messages = ir.messages.map((message) => ({ ...message, tokens: [...message.tokens] }));
  for (let left = 1 + random.below(3); left > 0; left--) {
    const lists = [header, ...messages.map(({ tokens }) => tokens)];
    mutateList(random, random.pick(lists));
  }
  const written = outcomeOf(() => irToSbeir({ ...ir, header, messages }));
  return "code" in written ? undefined : written.value;
}

function mutateList(/** @type {Random} */ random, /** @type {IrToken[]} */ tokens) {
  const at = random.below(tokens.length + 1);
  const token = tokens[at];
  if (token === undefined) return;
  const { encoding } = token;
  switch (random.below(9)) {
    case 0:
      tokens.splice(at, 1);
      return;
    case 1:
      tokens.splice(random.below(tokens.length + 1), 0, token);
      return;
    case 2:
      tokens.splice(at, 1, { ...token, signal: random.pick(SIGNALS) });
      return;
    case 3:
      tokens.splice(at, 1, { ...token, offset: random.pick(NUMBERS) });
      return;
    case 4:
      tokens.splice(at, 1, { ...token, size: random.pick(NUMBERS) });
      return;
    case 5:
      tokens.splice(at, 1, { ...token, version: random.pick(NUMBERS), id: random.pick(NUMBERS) });
      return;
    case 6: {
      const primitiveType = random.pick(PRIMITIVE_NAMES);
      tokens.splice(at, 1, { ...token, encoding: { ...encoding, primitiveType } });
      return;
    }
    case 7: {
      const presence = random.pick(/** @type {const} */ (["REQUIRED", "OPTIONAL", "CONSTANT"]));
      tokens.splice(at, 1, { ...token, encoding: { ...encoding, presence } });
      return;
    }
    default:
      tokens.splice(at, 1, {
        ...token,
        name: random.pick(["", "varData", "length", "__proto__", "a b"]),
      });
  }
}
