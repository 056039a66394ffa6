import { readConformanceJson } from "../../../support/shared-data.js";
import { decodeDatagram, type WireFrame } from "../../../support/wire-frames.js";

/** What a scenario put on the wire, in order, as the captures of conformance/aeron/udp tell it. */
export type Exchange = readonly WireFrame[];

/** The exchange that was captured between two drivers of a kind. */
export function capturedExchange(driver: "c" | "java", scenario: string): Exchange {
  const datagrams = readConformanceJson<{ frames: WireFrame[] }[]>(
    `udp/${driver}-${scenario}.json`,
  );
  return datagrams.flatMap(({ frames }) => frames);
}

/** The frames of a datagram of ours, in the form of the captures. */
export function describeDatagram(bytes: Uint8Array): WireFrame[] {
  let offset = 0;
  return decodeDatagram(bytes).map((frame) => {
    const start = offset + 32;
    offset += Math.max(32, (frame.frameLength + 31) & ~31);
    if (frame.type !== "DATA" || frame.frameLength === 0) return frame;
    const payload = bytes.subarray(start, start + frame.frameLength - 32);
    return { ...frame, payloadCrc32: crc32(payload).toString(16) };
  });
}

const FLAG_NAMES: Readonly<Record<string, readonly (readonly [mask: number, name: string])[]>> = {
  SETUP: [
    [0x80, "SEND_RESPONSE_SETUP"],
    [0x40, "GROUP"],
  ],
  SM: [
    [0x80, "SEND_SETUP"],
    [0x40, "EOS"],
  ],
  DATA: [
    [0x20, "EOS"],
    [0x10, "REVOKED"],
  ],
  RTTM: [[0x80, "REPLY"]],
};

/** What a frame is for: its type, its flags, and of which stream. Session ids that were made up are one. */
export function kindOf(frame: WireFrame, knownSessions: ReadonlySet<number>): string {
  const flags = (FLAG_NAMES[frame.type] ?? [])
    .filter(([mask]) => (frame.flags & mask) !== 0)
    .map(([, name]) => `+${name}`);
  const session = Number(frame["sessionId"]);
  const alias = session === 0 || knownSessions.has(session) ? String(session) : "made-up";
  const heartbeat = frame.type === "DATA" && frame.frameLength === 0 ? "(heartbeat)" : "";
  return `${frame.type}${heartbeat}${flags.join("")} ${Number(frame["streamId"])}/${alias}`;
}

/** Kinds in the order of their first frame. */
export function kindsOf(exchange: Exchange, knownSessions: ReadonlySet<number>): string[] {
  return [...new Set(exchange.map((frame) => kindOf(frame, knownSessions)))];
}

/** Everything that a DATA or PAD frame says, each place in the stream once. */
export function contentOf(exchange: Exchange): string[] {
  const frames = exchange.filter(
    ({ type, frameLength }) => (type === "DATA" || type === "PAD") && frameLength > 0,
  );
  const described = frames.map((frame) =>
    ["streamId", "termId", "termOffset", "type", "frameLength", "version", "flags", "reservedValue"]
      .map((field) => `${field}=${String(frame[field])}`)
      // The captures leave leading zeros of checksums out.
      .concat(`crc=${Number.parseInt(checksumOf(frame), 16)}`)
      .join(" "),
  );
  return [...new Set(described)].sort();
}

function checksumOf(frame: WireFrame): string {
  const checksum = frame["payloadCrc32"];
  return typeof checksum === "string" ? checksum : "0";
}

/** Different values of a field over all frames of a type. */
export function valuesOf(exchange: Exchange, type: string, field: string): unknown[] {
  const values = exchange.filter((frame) => frame.type === type).map((frame) => frame[field]);
  return [...new Set(values)].sort((a, b) => String(a).localeCompare(String(b)));
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
