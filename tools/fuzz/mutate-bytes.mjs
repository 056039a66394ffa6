/** Changes to bytes that hold numbers, lengths and texts. */

/** @typedef {import("./random.mjs").Random} Random */
/**
 * A number in the bytes that decides where something lies or how much of it there is.
 *
 * @typedef {object} Place
 * @property {number} at
 * @property {number} size 1, 2, 4 or 8
 * @property {boolean} littleEndian
 */

const NUMBERS = [0n, 1n, 2n, 3n, 4n, 7n, 8n, 16n, 31n, 64n, 100n, 255n];
const EXTREMES = [0x7fn, 0x80n, 0xfen, 0x7fffn, 0x8000n, 0xfffen, 0xffffn, 0x10000n, 0x7fffffffn];
const HUGE = [0x80000000n, 0xfffffffen, 0xffffffffn, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n];

/**
 * One to four changes of `input`, which is not touched.
 *
 * @param {Random} random
 * @param {Uint8Array} input
 * @param {Uint8Array} other another input, to take pieces from
 * @param {readonly Place[]} places numbers that matter, if they are known
 * @param {number} lengthMax
 * @returns {Uint8Array}
 */
export function mutateBytes(random, input, other, places, lengthMax) {
  let bytes = Uint8Array.from(input);
  for (let left = 1 + random.below(4); left > 0; left--) {
    if (places.length > 0 && random.below(2) === 0) {
      changeNumber(random, bytes, random.pick(places));
    } else {
      bytes = change(random, bytes, other);
    }
  }
  return bytes.subarray(0, lengthMax);
}

/** @returns {Uint8Array<ArrayBuffer>} */
function change(
  /** @type {Random} */ random,
  /** @type {Uint8Array<ArrayBuffer>} */ bytes,
  /** @type {Uint8Array} */ other,
) {
  const at = random.below(bytes.length + 1);
  const length = random.below(4) === 0 ? random.below(64) : random.below(5);
  switch (random.below(9)) {
    case 0:
      if (at < bytes.length) bytes[at] = random.next();
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 2:
    case 3: {
      const size = 1 << random.below(4);
      if (at + size <= bytes.length) {
        changeNumber(random, bytes, { at, size, littleEndian: random.below(2) === 0 });
      }
      return bytes;
    }
    case 4:
      return concat(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return concat(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 6: {
      const from = random.below(other.length + 1);
      return concat(bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at));
    }
    case 7:
      return concat(bytes.subarray(0, at), other.subarray(Math.min(at, other.length)));
    default:
      return random.below(3) === 0 ? bytes.slice(0, at) : bytes;
  }
}

function changeNumber(
  /** @type {Random} */ random,
  /** @type {Uint8Array<ArrayBuffer>} */ bytes,
  /** @type {Place} */ { at, size, littleEndian },
) {
  if (at + size > bytes.length) return;
  const bits = size * 8;
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const byte = bytes[littleEndian ? at + size - 1 - index : at + index] ?? 0;
    value = (value << 8n) | BigInt(byte);
  }
  switch (random.below(4)) {
    case 0:
      value += BigInt(random.below(9)) - 4n;
      break;
    case 1:
      value = random.pick(NUMBERS);
      break;
    case 2:
      value = random.pick(size > 2 ? HUGE : EXTREMES);
      break;
    default:
      value = random.pick(EXTREMES);
  }
  value = BigInt.asUintN(bits, value);
  for (let index = 0; index < size; index++) {
    bytes[littleEndian ? at + index : at + size - 1 - index] = Number(value & 0xffn);
    value >>= 8n;
  }
}

/**
 * @param {readonly Uint8Array[]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
