/**
 * Memory that driver and client share, changed by somebody who does not keep to the protocol: results and typed
 * errors, or errors that the driver counts. An input is a list of changes, see hostile-memory.ts.
 */
import { mutateBytes } from "../mutate-bytes.mjs";
import { loadHostileMemory } from "../prepare.mjs";

/** Longest input, in bytes: 40 changes of 8. */
const LENGTH_MAX = 320;

/**
 * @param {readonly string[]} watched
 * @param {readonly Uint8Array[]} corpus
 * @param {readonly ((script: Uint8Array) => void)[]} readings
 * @returns {import("../loop.mjs").Target}
 */
function target(watched, corpus, readings) {
  const seeds = Array.from({ length: 16 }, (_, seed) =>
    Uint8Array.from({ length: 8 * (1 + seed) }, (__, at) => (seed * 37 + at * 101) & 0xff),
  );
  return {
    watched,
    seeds: [...seeds, ...corpus],
    lengthMax: LENGTH_MAX,
    mutate: (random, input, other) => mutateBytes(random, input, other, [], LENGTH_MAX),
    execute: (input) => {
      for (const read of readings) read(input);
    },
  };
}

/**
 * Commands, rings, counters and logs under our driver.
 *
 * @param {readonly import("../prepare.mjs").Subject[]} _subjects
 * @param {readonly Uint8Array[]} corpus
 */
export async function driverTarget(_subjects, corpus) {
  const { hostileCommands, hostileMemoryOfDriver } = await loadHostileMemory();
  return target(["/transport/src/driver/"], corpus, [hostileCommands, hostileMemoryOfDriver]);
}

/**
 * CnC files, events and logs under our client.
 *
 * @param {readonly import("../prepare.mjs").Subject[]} _subjects
 * @param {readonly Uint8Array[]} corpus
 */
export async function clientTarget(_subjects, corpus) {
  const { hostileCnc, hostileMemoryOfClient } = await loadHostileMemory();
  return target(["/transport/src/client/"], corpus, [hostileCnc, hostileMemoryOfClient]);
}
