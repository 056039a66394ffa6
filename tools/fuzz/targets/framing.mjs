/**
 * Framing: a stream cut into any chunks gives the frames that it gives whole, datagrams and lines A and B never lead
 * outside their bytes. The first bytes of an input choose what is done with the rest.
 */
import {
  B3_FRAME,
  BackToBackFramer,
  DatagramFramer,
  DERIBIT_PACKET,
  ILINK3_FRAME,
  lengthPrefix,
  LineArbiter,
  MDP3_MESSAGE,
  MDP3_SEQUENCE,
  MDP3_TCP_FRAME,
  SOFH,
  sofh,
  StreamFramer,
} from "@alerion/runtime/framing";
import { measureMessage } from "@alerion/schema";
import { must, outcomeOf } from "../loop.mjs";
import { concat, mutateBytes } from "../mutate-bytes.mjs";
import { Random } from "../random.mjs";
import { messageSeeds, messageSubjects } from "./messages.mjs";

/** Longest input, in bytes. */
const LENGTH_MAX = 2048;

/** Bytes around the datagram in its view; none of them may be handed on. */
const MARGIN = 16;

const FORMATS = [
  SOFH,
  sofh({ lengthSize: 2, littleEndian: true, frameLengthMax: 200 }),
  ILINK3_FRAME,
  B3_FRAME,
  MDP3_MESSAGE,
  MDP3_TCP_FRAME,
  DERIBIT_PACKET,
  lengthPrefix({ lengthSize: 1 }),
  lengthPrefix({ lengthSize: 2, littleEndian: true, countsItself: true }),
  lengthPrefix({ lengthSize: 4, frameLengthMax: 300 }),
];

/**
 * @param {readonly import("../prepare.mjs").Subject[]} subjects
 * @param {readonly Uint8Array[]} corpus
 * @param {number} seed
 * @returns {Promise<import("../loop.mjs").Target>}
 */
export async function framingTarget(subjects, corpus, seed) {
  const own = messageSubjects(subjects).slice(0, 2);
  const [layout] = own.map((subject) => subject.layout);
  if (layout === undefined) throw new Error("there must be a schema");
  const messages = (await messageSeeds(own, seed)).map((message) => message.subarray(1, 200));
  return {
    watched: ["/runtime/dist/framing/"],
    seeds: [...FORMATS.flatMap((_, index) => framed(index, messages)), ...corpus],
    lengthMax: LENGTH_MAX,
    mutate: (random, input, other) => mutateBytes(random, input, other, [], LENGTH_MAX),
    execute: (input) => {
      const [kind = 0, salt = 0] = input;
      const bytes = input.subarray(2);
      const format = FORMATS[kind % FORMATS.length];
      if (format === undefined) throw new Error("there must be a format");
      checkStream(format, bytes, salt);
      checkDatagram(format, bytes, salt);
      checkBackToBack(layout, bytes);
      checkLines(bytes, salt);
    },
  };
}

/** Streams of messages in a format, made by trying lengths until the format takes them for frames. */
function framed(/** @type {number} */ index, /** @type {readonly Uint8Array[]} */ messages) {
  const format = FORMATS[index];
  if (format === undefined) return [];
  const frames = messages.slice(0, 4).flatMap((message) => {
    for (const header of headersOf(format.headerLength, message.length)) {
      const frame = concat(header, message);
      const length = format.frameLength(new DataView(frame.buffer), 0, frame.length);
      if (length === frame.length) return [frame];
    }
    return [];
  });
  return [
    concat(Uint8Array.of(index, 7), ...frames),
    ...frames.map((frame) => concat(Uint8Array.of(index, 3), frame)),
  ];
}

function* headersOf(/** @type {number} */ size, /** @type {number} */ payload) {
  for (const length of [payload, payload + size]) {
    for (let at = 0; at < size; at++) {
      for (const marker of [0x0000, 0x5be0, 0xeb50, 0xcafe]) {
        for (const littleEndian of [true, false]) {
          for (const width of /** @type {const} */ ([1, 2, 4])) {
            if (at + width > size) continue;
            const header = new Uint8Array(size);
            const view = new DataView(header.buffer);
            if (size >= at + width + 2) view.setUint16(size - 2, marker, littleEndian);
            if (width === 1) view.setUint8(at, length);
            else if (width === 2) view.setUint16(at, length, littleEndian);
            else view.setUint32(at, length, littleEndian);
            yield header;
          }
        }
      }
    }
  }
}

/** @typedef {import("@alerion/runtime/framing").FrameFormat} FrameFormat */

/** Keeps the payloads as text, and sees that they lie inside. */
class Gatherer {
  /** @type {string[]} */
  payloads = [];

  onMessage(
    /** @type {DataView} */ view,
    /** @type {number} */ offset,
    /** @type {number} */ length,
  ) {
    const isInside = offset >= 0 && length >= 0 && offset + length <= view.byteLength;
    must(isInside, () => `payload must lie in the view: offset=${offset} length=${length}`);
    this.payloads.push(
      Buffer.from(view.buffer, view.byteOffset + offset, length).toString("latin1"),
    );
  }
}

function checkStream(
  /** @type {FrameFormat} */ format,
  /** @type {Uint8Array} */ bytes,
  /** @type {number} */ salt,
) {
  const random = new Random(salt);
  const cut = (/** @type {(left: number) => number} */ lengthOf) => {
    const gatherer = new Gatherer();
    const framer = new StreamFramer(format, gatherer);
    const outcome = outcomeOf(() => {
      for (let at = 0; at < bytes.length;) {
        const length = Math.min(lengthOf(bytes.length - at), bytes.length - at);
        framer.onBytes(viewOf(bytes), at, length);
        at += length;
      }
      framer.finish();
    });
    const fault = "code" in outcome ? outcome.code : "none";
    must(framer.pendingLength <= format.frameLengthMax, () => "pending must be bounded");
    return { fault, payloads: gatherer.payloads };
  };
  const whole = cut((left) => left);
  for (const pieces of [cut(() => 1), cut(() => 1 + random.below(40))]) {
    must(
      JSON.stringify(pieces) === JSON.stringify(whole),
      () => `chunks must not matter: whole=${whole.fault} pieces=${pieces.fault}`,
    );
  }
}

function checkDatagram(
  /** @type {FrameFormat} */ format,
  /** @type {Uint8Array} */ bytes,
  /** @type {number} */ salt,
) {
  const noisy = new Uint8Array(bytes.length + 2 * MARGIN).fill(salt);
  noisy.set(bytes, MARGIN);
  const gatherer = new Gatherer();
  const framer = new DatagramFramer(format, gatherer, { packetHeaderLength: salt % 13 });
  framer.onMessage(viewOf(noisy), MARGIN, bytes.length);
  const sum = gatherer.payloads.reduce(
    (total, { length }) => total + length + format.headerLength,
    0,
  );
  must(
    sum <= bytes.length,
    () => `frames must lie in the datagram: sum=${sum} length=${bytes.length}`,
  );
  must(
    framer.datagramCount === 1 && framer.messageCount === gatherer.payloads.length,
    () => "counts",
  );
}

function checkBackToBack(
  /** @type {import("@alerion/schema").SchemaLayout} */ layout,
  /** @type {Uint8Array} */ bytes,
) {
  const gatherer = new Gatherer();
  const framer = new BackToBackFramer(
    (view, offset, limit) => measureMessage(layout, view, offset, limit),
    gatherer,
  );
  framer.onMessage(viewOf(bytes), 0, bytes.length);
  const sum = gatherer.payloads.join("").length;
  const { messageCount, malformedCount } = framer;
  const isWhole = malformedCount === 0 ? sum === bytes.length : sum < bytes.length;
  must(
    isWhole && messageCount === gatherer.payloads.length,
    () => `messages must follow: sum=${sum}`,
  );
}

/** Packets of two lines from the bytes: each in sequence at most once, and gaps told where one is missing. */
function checkLines(/** @type {Uint8Array} */ bytes, /** @type {number} */ salt) {
  /** @type {number[]} */
  const seen = [];
  let lost = 0;
  /** @type {LineArbiter} */
  const arbiter = new LineArbiter(
    { onMessage: (view, offset) => void seen.push(view.getUint32(offset, true)) },
    { windowLength: 8, packetLengthMax: 16, onGap: (_sequence, count) => void (lost += count) },
  );
  const lines = [arbiter.line(0, MDP3_SEQUENCE), arbiter.line(1, MDP3_SEQUENCE)];
  const packet = new DataView(new ArrayBuffer(16));
  let sequence = salt;
  for (const byte of bytes.subarray(0, 400)) {
    sequence = (sequence + ((byte >> 1) % 12) - 3) >>> 0;
    packet.setUint32(0, sequence, true);
    lines[byte & 1]?.onMessage(packet, 0, (byte & 0x80) === 0 ? 16 : byte & 7);
    if (byte === 0xff) arbiter.poll(seen.length * 1000);
  }
  let previous = -1;
  for (const each of seen) {
    must(
      previous < 0 || ((each - previous) | 0) > 0,
      () => `packets must be in sequence: ${previous} ${each}`,
    );
    previous = each;
  }
  must(
    arbiter.lostCount === lost && arbiter.packetCount === seen.length,
    () => "counts must agree",
  );
}

function viewOf(/** @type {Uint8Array} */ bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
