/**
 * Inputs that are messages of the subjects: one byte that picks the schema, then the message. Numbers that decide
 * where things lie are found by measuring the message and noting which numbers that reads.
 */
import { encodeMessage, measureMessage } from "@alerion/schema";
import * as fc from "fast-check";
import { outcomeOf } from "../loop.mjs";
import { concat, mutateBytes } from "../mutate-bytes.mjs";
import { layoutOfXml, loadRandomValues } from "../prepare.mjs";

/** @typedef {import("../mutate-bytes.mjs").Place} Place */
/** @typedef {import("@alerion/schema").SchemaLayout} SchemaLayout */
/** @typedef {{ readonly name: string, readonly layout: SchemaLayout }} MessageSubject */

/** Longest input in bytes. */
export const MESSAGE_INPUT_MAX = 4096;

/** Messages made of each template. */
const SEEDS_PER_MESSAGE = 4;

/**
 * @param {readonly import("../prepare.mjs").Subject[]} subjects
 * @returns {MessageSubject[]}
 */
export function messageSubjects(subjects) {
  return subjects.map(({ name, xml }) => ({ name, layout: layoutOfXml(xml) }));
}

/**
 * Messages with random values of every template.
 *
 * @param {readonly MessageSubject[]} subjects
 * @param {number} seed
 */
export async function messageSeeds(subjects, seed) {
  const { randomValues } = await loadRandomValues();
  return subjects.flatMap(({ layout }, index) =>
    layout.messages.flatMap((message) =>
      fc
        .sample(randomValues(message), { seed, numRuns: SEEDS_PER_MESSAGE })
        .map((values) => concat(Uint8Array.of(index), encodeMessage(layout, message.name, values))),
    ),
  );
}

/**
 * The schema of an input and its message, a copy that begins its buffer.
 *
 * @param {readonly MessageSubject[]} subjects
 * @param {Uint8Array} input
 */
export function messageOf(subjects, input) {
  const subject = subjects[(input[0] ?? 0) % subjects.length];
  if (subject === undefined) throw new Error("there must be a schema");
  return { subject, bytes: Uint8Array.from(input.subarray(1)) };
}

/**
 * @param {readonly MessageSubject[]} subjects
 * @returns {import("../loop.mjs").Target["mutate"]}
 */
export function messageMutator(subjects) {
  return (random, input, other) => {
    const { subject, bytes } = messageOf(subjects, input);
    const view = new NotingView(bytes.buffer);
    outcomeOf(() => measureMessage(subject.layout, view));
    const mutated = mutateBytes(
      random,
      bytes,
      other.subarray(1),
      view.places,
      MESSAGE_INPUT_MAX - 1,
    );
    return concat(input.subarray(0, 1), mutated);
  };
}

/** Places that are noted at most. */
const PLACES_MAX = 64;

/**
 * Notes which numbers are read.
 *
 * @extends {DataView<ArrayBuffer>}
 */
class NotingView extends DataView {
  /** @type {Place[]} */
  places = [];

  #note(/** @type {number} */ at, /** @type {number} */ size, littleEndian = false) {
    if (this.places.length < PLACES_MAX) this.places.push({ at, size, littleEndian });
  }

  /** @override @param {number} at */
  getUint8(at) {
    this.#note(at, 1);
    return super.getUint8(at);
  }

  /** @override @param {number} at @param {boolean} [littleEndian] */
  getUint16(at, littleEndian) {
    this.#note(at, 2, littleEndian);
    return super.getUint16(at, littleEndian);
  }

  /** @override @param {number} at @param {boolean} [littleEndian] */
  getUint32(at, littleEndian) {
    this.#note(at, 4, littleEndian);
    return super.getUint32(at, littleEndian);
  }

  /** @override @param {number} at @param {boolean} [littleEndian] */
  getBigUint64(at, littleEndian) {
    this.#note(at, 8, littleEndian);
    return super.getBigUint64(at, littleEndian);
  }
}
