/** Times candidates in turns, so that a change of the machine's load or clock meets all of them. */
import { type Candidate, RING } from "./candidate.js";
import { fresh } from "./fresh.js";
import { median, type Row } from "./results.js";

type Loop = (candidate: Candidate, count: number) => number;

interface Loops {
  readonly encodeLoop: Loop;
  readonly decodeLoop: Loop;
}

interface Timed {
  readonly candidate: Candidate;
  readonly encodeLoop: Loop;
  readonly decodeLoop: Loop;
  encodeCount: number;
  decodeCount: number;
  readonly encodeNs: number[];
  readonly decodeNs: number[];
}

/** A batch takes about this long: a thousand clock reads' worth, and short enough to be run over often. */
const BATCH_NS = 500_000;
const WARM_UP_ROUNDS = 200;
const ROUNDS = 150;

let sink = 0;

function time(loop: Loop, candidate: Candidate, count: number): number {
  const start = process.hrtime.bigint();
  sink = (sink + loop(candidate, count)) | 0;
  return Number(process.hrtime.bigint() - start) / count;
}

function batch(ns: number): number {
  return Math.max(1, Math.round(BATCH_NS / ns / RING)) * RING;
}

/** Bytes in use on V8's heap and in array buffers outside it. */
function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Bytes allocated by one operation; few enough operations that no collection falls in between. */
function garbage(loop: Loop, candidate: Candidate): number {
  const count = 32 * RING;
  const samples: number[] = [];
  for (let i = 0; i < 9; i++) {
    globalThis.gc?.();
    const before = used();
    const own = used() - before;
    const start = used();
    sink = (sink + loop(candidate, count)) | 0;
    samples.push((used() - start - own) / count);
  }
  return Math.max(0, median(samples));
}

/**
 * Every candidate must read the same values; a wrong codec is not timed.
 *
 * @returns the sum over the fields of the ring's messages
 */
function checksumOf(candidates: readonly Candidate[]): number {
  const sums = candidates.map((candidate) => {
    let sum = 0;
    for (let index = 0; index < RING; index++) sum = (sum + candidate.decode(index)) | 0;
    return sum;
  });
  const [first = 0] = sums;
  sums.forEach((sum, i) => {
    if (sum !== first) {
      const name = candidates[i]?.name ?? "";
      throw new Error(`candidates must read the same: name=${name} sum=${sum} expected=${first}`);
    }
  });
  return first;
}

function hexOf({ buffer, byteOffset, byteLength }: DataView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("hex");
}

/** Times all candidates of a message. */
export async function measure(candidates: readonly Candidate[]): Promise<Row[]> {
  const checksum = checksumOf(candidates);
  const all: Timed[] = [];
  for (const candidate of candidates) {
    const { encodeLoop } = await fresh<Loops>("./loops.js");
    const { decodeLoop } = await fresh<Loops>("./loops.js");
    const counts = { encodeCount: RING, decodeCount: RING };
    all.push({ candidate, encodeLoop, decodeLoop, ...counts, encodeNs: [], decodeNs: [] });
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    for (const each of all) {
      const { candidate, encodeLoop, decodeLoop } = each;
      each.encodeCount = batch(time(encodeLoop, candidate, each.encodeCount));
      each.decodeCount = batch(time(decodeLoop, candidate, each.decodeCount));
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < all.length; turn++) {
      const each = all[(round + turn) % all.length] as Timed;
      each.encodeNs.push(time(each.encodeLoop, each.candidate, each.encodeCount));
      each.decodeNs.push(time(each.decodeLoop, each.candidate, each.decodeCount));
    }
  }
  return all.map(({ candidate, encodeLoop, decodeLoop, encodeNs, decodeNs }) => ({
    name: candidate.name,
    text: candidate.text,
    encode: { min: Math.min(...encodeNs), median: median(encodeNs) },
    decode: { min: Math.min(...decodeNs), median: median(decodeNs) },
    encodeGarbage: garbage(encodeLoop, candidate),
    decodeGarbage: garbage(decodeLoop, candidate),
    wire: candidate.encode(0),
    checksum,
    ...(candidate.ring === undefined ? {} : { hex: hexOf(candidate.ring) }),
  }));
}
