/** Generated decoders agree with decoding on the fly about every input: values, length, or the code of the error. */
import { decodeMessage, measureMessage, scalarMember } from "@alerion/schema";
import { must, outcomeOf } from "../loop.mjs";
import { loadCodecs, loadGuardedView } from "../prepare.mjs";
import { checkSame } from "./same-values.mjs";
import {
  MESSAGE_INPUT_MAX,
  messageMutator,
  messageOf,
  messageSeeds,
  messageSubjects,
} from "./messages.mjs";

/** @typedef {import("@alerion/schema").SchemaLayout} SchemaLayout */
/** @typedef {import("@alerion/runtime/codegen").SchemaCodecs["messages"]} Codecs */
/** @typedef {InstanceType<import("../prepare.mjs").GuardedViewModule["GuardedView"]>} View */

/**
 * @param {readonly import("../prepare.mjs").Subject[]} all
 * @param {readonly Uint8Array[]} corpus
 * @param {number} seed
 * @returns {Promise<import("../loop.mjs").Target>}
 */
export async function generatedTarget(all, corpus, seed) {
  const subjects = messageSubjects(all);
  const codecs = await Promise.all(subjects.map(({ name }) => loadCodecs(name)));
  const { GuardedView } = await loadGuardedView();
  return {
    watched: ["/.build/fuzz/js/.build/fuzz/codecs/", "/runtime/dist/codegen/"],
    seeds: [...(await messageSeeds(subjects, seed)), ...corpus],
    lengthMax: MESSAGE_INPUT_MAX,
    mutate: messageMutator(subjects),
    execute: (input) => {
      const { subject, bytes } = messageOf(subjects, input);
      const messages = codecs[subjects.indexOf(subject)] ?? {};
      for (const noise of [0x00, 0xa5])
        check(subject.layout, messages, new GuardedView(bytes, noise));
    },
  };
}

function check(
  /** @type {SchemaLayout} */ layout,
  /** @type {Codecs} */ messages,
  /** @type {View} */ view,
) {
  const { start, limit } = view;
  const expected = outcomeOf(() => decodeMessage(layout, view, start, limit, { lossless: true }));
  const measured = outcomeOf(() => measureMessage(layout, view, start, limit));
  const templateId = templateIdAt(layout, view);
  const codec = templateId === undefined ? undefined : messages[templateId];
  const message = layout.messages.find(({ id }) => id === templateId);
  if (codec === undefined || message === undefined) {
    const isRefused = "code" in expected;
    must(isRefused, () => `message of an unknown template must be refused: ${templateId}`);
    return;
  }
  const decoded = outcomeOf(() => codec.decoder.decodeAt(view, start, limit));
  if ("code" in expected) {
    must(
      "code" in decoded && areEqualRefusals(decoded.code, expected.code),
      () =>
        `errors must agree: ${expected.code} ${expected.text} / ${"code" in decoded ? `${decoded.code} ${decoded.text}` : "decoded"}`,
    );
  } else {
    must("value" in decoded, () => `both must decode: ${"text" in decoded ? decoded.text : ""}`);
    if ("value" in decoded) checkSame(message, expected.value.values, decoded.value);
  }
  const length = outcomeOf(() => {
    const decoder = new codec.decoder();
    decoder.wrapAndApplyHeader(view, start, limit);
    return decoder.encodedLength();
  });
  const agrees =
    "code" in measured
      ? "code" in length && length.code === measured.code
      : "value" in length && length.value === measured.value;
  must(agrees, () => `lengths must agree: ${JSON.stringify(measured)} / ${JSON.stringify(length)}`);
}

/** @returns {number | undefined} */
function templateIdAt(/** @type {SchemaLayout} */ { header }, /** @type {View} */ view) {
  const { offset, type } = scalarMember(header, "templateId");
  if (header.size > view.limit - view.start) return undefined;
  const at = view.start + offset;
  switch (type.size) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, type.littleEndian);
    case 4:
      return view.getUint32(at, type.littleEndian);
    default:
      return Number(view.getBigUint64(at, type.littleEndian));
  }
}

/** A group whose entries claim no bytes breaks two rules; which of them is seen first is not promised. */
const EMPTY_ENTRIES = new Set(["GROUP_COUNT", "BLOCK_TOO_SHORT"]);

function areEqualRefusals(/** @type {string} */ one, /** @type {string} */ other) {
  return one === other || (EMPTY_ENTRIES.has(one) && EMPTY_ENTRIES.has(other));
}
