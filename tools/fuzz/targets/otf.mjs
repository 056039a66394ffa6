/**
 * Decoding on the fly: every way to read a message comes to the same, none reads outside the limit, and what was
 * read in the typed form encodes again to a message that reads alike.
 */
import { decodeMessage, encodeMessage, measureMessage, printMessage } from "@alerion/schema";
import { must, outcomeOf } from "../loop.mjs";
import { loadGuardedView } from "../prepare.mjs";
import {
  MESSAGE_INPUT_MAX,
  messageMutator,
  messageOf,
  messageSeeds,
  messageSubjects,
} from "./messages.mjs";

/** @typedef {import("@alerion/schema").SchemaLayout} SchemaLayout */

/**
 * @param {readonly import("../prepare.mjs").Subject[]} all
 * @param {readonly Uint8Array[]} corpus
 * @param {number} seed
 * @returns {Promise<import("../loop.mjs").Target>}
 */
export async function otfTarget(all, corpus, seed) {
  const subjects = messageSubjects(all);
  const { GuardedView } = await loadGuardedView();
  return {
    watched: ["/schema/dist/otf/", "/runtime/dist/codegen/"],
    seeds: [...(await messageSeeds(subjects, seed)), ...corpus],
    lengthMax: MESSAGE_INPUT_MAX,
    mutate: messageMutator(subjects),
    execute: (input) => {
      const { subject, bytes } = messageOf(subjects, input);
      const { layout } = subject;
      const [first, second] = [0x00, 0xa5].map((noise) =>
        read(layout, new GuardedView(bytes, noise)),
      );
      must(first?.text === second?.text, () => "what lies outside the limit must not matter");
      if (first?.decoded === undefined) return;
      checkReencoding(layout, first.decoded);
    },
  };
}

/** Values whose text is longer are not compared with the printed ones: it would take longer than all else. */
const COMPARED_LENGTH_MAX = 64 * 1024;

/** @returns {{ text: string, decoded?: import("@alerion/schema").DecodedMessage }} */
function read(
  /** @type {SchemaLayout} */ layout,
  /** @type {InstanceType<import("../prepare.mjs").GuardedViewModule["GuardedView"]>} */ view,
) {
  const { start, limit } = view;
  const typed = outcomeOf(() => decodeMessage(layout, view, start, limit, { lossless: true }));
  const plain = outcomeOf(() => decodeMessage(layout, view, start, limit));
  const measured = outcomeOf(() => measureMessage(layout, view, start, limit));
  const printed = outcomeOf(() => {
    let text = "";
    printMessage(layout, view, start, limit, (piece) => void (text += piece), { lossless: true });
    return text;
  });
  if ("code" in typed) {
    for (const other of [plain, printed]) {
      must(
        "code" in other && other.text === typed.text,
        () => `forms must fail alike: ${typed.text}`,
      );
    }
    // Measuring makes nothing of entries without bytes, so it goes on where the others stop counting.
    const isAlike =
      typed.code === "GROUP_COUNT" || ("code" in measured && measured.text === typed.text);
    must(isAlike, () => `measuring must fail alike: ${typed.text}`);
    return { text: typed.text };
  }
  const { length } = typed.value;
  must("value" in measured && measured.value === length, () => `lengths must agree: ${length}`);
  must("value" in plain && plain.value.length === length, () => `forms must agree: ${length}`);
  must("value" in printed, () => "what decodes must print");
  const text = JSON.stringify(typed.value.values);
  if ("value" in printed && text.length < COMPARED_LENGTH_MAX) {
    const document = /** @type {unknown} */ (JSON.parse(printed.value));
    const values = JSON.stringify(typed.value.values);
    must(JSON.stringify(document).includes(values), () => `printed must be decoded: ${values}`);
  }
  return { text, decoded: typed.value };
}

/** Messages of other versions have no way back: an encoder writes its own. */
function checkReencoding(
  /** @type {SchemaLayout} */ layout,
  /** @type {import("@alerion/schema").DecodedMessage} */ { message, version, values },
) {
  if (version !== layout.version) return;
  const bytes = outcomeOf(() => encodeMessage(layout, message, values));
  // A group or data may be longer than a length field's greatest value says an encoder may write.
  if ("code" in bytes) return;
  const again = decodeMessage(layout, new DataView(bytes.value.buffer), 0, bytes.value.length, {
    lossless: true,
  });
  must(
    JSON.stringify(again.values) === JSON.stringify(values),
    () => `decoded must encode to what decodes alike: message=${message}`,
  );
}
