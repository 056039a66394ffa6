/**
 * Messages of the stream peers, the same as in interop/java/StreamPeer.java: little-endian int32 words,
 *
 *   | publisher id | sequence | pattern … |
 *
 * and word k of the pattern follows from both, so that checking a message costs a few nanoseconds.
 */
export const SHORT_LENGTH = 32;

const SEQUENCE_FACTOR = 0x9e3779b1 | 0;
const WORD_FACTOR = 0x85ebca6b | 0;

/**
 * Bytes of message `sequence`: most are short, every `longEvery`-th takes fragments, and every fourth of those as
 * many as a message can have.
 */
export function lengthOf(
  /** @type {number} */ sequence,
  /** @type {number} */ longEvery,
  /** @type {number} */ lengthMax,
) {
  if (longEvery === 0 || sequence % longEvery !== longEvery - 1) return SHORT_LENGTH;
  const number = Math.floor(sequence / longEvery);
  if (number % 4 === 3) return lengthMax & ~3;
  return Math.min(lengthMax & ~3, (1408 + ((number * 4099) % 60_000)) & ~3);
}

/** Writes a message into `words` from `index` on. */
export function fill(
  /** @type {Int32Array} */ words,
  /** @type {number} */ index,
  /** @type {number} */ id,
  /** @type {number} */ sequence,
  /** @type {number} */ length,
) {
  words[index] = id;
  words[index + 1] = sequence;
  const seed = (Math.imul(sequence, SEQUENCE_FACTOR) + id) | 0;
  const count = length >> 2;
  for (let k = 2; k < count; k++) words[index + k] = (seed + Math.imul(k, WORD_FACTOR)) | 0;
}

/** Whether every word of the pattern is as it was written. */
export function isWhole(
  /** @type {Int32Array} */ words,
  /** @type {number} */ index,
  /** @type {number} */ length,
) {
  const seed =
    (Math.imul(/** @type {number} */ (words[index + 1]), SEQUENCE_FACTOR) +
      /** @type {number} */ (words[index])) |
    0;
  const count = length >> 2;
  for (let k = 2; k < count; k++) {
    if (words[index + k] !== ((seed + Math.imul(k, WORD_FACTOR)) | 0)) return false;
  }
  return true;
}
