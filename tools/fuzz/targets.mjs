/** The targets by name. */
import { captureTarget } from "./targets/capture.mjs";
import { framingTarget } from "./targets/framing.mjs";
import { generatedTarget } from "./targets/generated.mjs";
import { otfTarget } from "./targets/otf.mjs";
import { sbeirTarget } from "./targets/sbeir.mjs";
import { clientTarget, driverTarget } from "./targets/shared-memory.mjs";
import { xmlTarget } from "./targets/xml.mjs";

/** @typedef {import("./loop.mjs").Target} Target */
/** @typedef {import("./prepare.mjs").Subject} Subject */

/**
 * Makes a target from the schemas, the inputs of the corpus, and the seed.
 *
 * @type {Record<string, (subjects: readonly Subject[], corpus: readonly Uint8Array[], seed: number) => Target | Promise<Target>>}
 */
const TARGETS = {
  xml: xmlTarget,
  sbeir: sbeirTarget,
  otf: otfTarget,
  generated: generatedTarget,
  framing: framingTarget,
  capture: captureTarget,
  driver: driverTarget,
  client: clientTarget,
};

export const TARGET_NAMES = Object.keys(TARGETS);

/**
 * @param {string} name
 * @param {readonly Subject[]} subjects
 * @param {readonly Uint8Array[]} corpus
 * @param {number} seed
 * @returns {Promise<Target>}
 */
export async function loadTarget(name, subjects, corpus, seed) {
  const make = TARGETS[name];
  if (make === undefined) throw new Error(`target must be known: target=${name}`);
  return make(subjects, corpus, seed);
}
