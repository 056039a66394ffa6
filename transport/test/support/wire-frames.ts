import { FrameType } from "@alerion/runtime/concurrent";

/** A frame as the captures of conformance/aeron/udp describe it. */
export type WireFrame = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly frameLength: number;
  readonly flags: number;
};

/** Takes the frames of a datagram apart, without judging them. */
export function decodeDatagram(bytes: Uint8Array): WireFrame[] {
  const frames: WireFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length;) {
    const decoded = decodeFrame(view, offset);
    frames.push(decoded);
    if (decoded.type !== "DATA" && decoded.type !== "PAD") break;
    offset += Math.max(32, (decoded.frameLength + 31) & ~31);
  }
  return frames;
}

function decodeFrame(view: DataView, offset: number): WireFrame {
  const i32 = (at: number): number => view.getInt32(offset + at, true);
  const i64 = (at: number): string => view.getBigInt64(offset + at, true).toString();
  const typeId = view.getUint16(offset + 6, true);
  const common = {
    typeId,
    frameLength: i32(0),
    version: view.getUint8(offset + 4),
    flags: view.getUint8(offset + 5),
  };
  switch (typeId) {
    case FrameType.DATA:
    case FrameType.PAD:
      return {
        type: typeId === FrameType.DATA ? "DATA" : "PAD",
        ...common,
        termOffset: i32(8),
        sessionId: i32(12),
        streamId: i32(16),
        termId: i32(20),
        reservedValue: i64(24),
        ...(common.frameLength === 0 ? { heartbeat: true } : {}),
      };
    case FrameType.SETUP:
      return {
        type: "SETUP",
        ...common,
        termOffset: i32(8),
        sessionId: i32(12),
        streamId: i32(16),
        initialTermId: i32(20),
        activeTermId: i32(24),
        termLength: i32(28),
        mtu: i32(32),
        ttl: i32(36),
      };
    case FrameType.SM:
      return {
        type: "SM",
        ...common,
        sessionId: i32(8),
        streamId: i32(12),
        consumptionTermId: i32(16),
        consumptionTermOffset: i32(20),
        receiverWindow: i32(24),
        receiverId: i64(28),
        ...(common.frameLength >= 44 ? { groupTag: i64(36) } : {}),
      };
    case FrameType.NAK:
      return {
        type: "NAK",
        ...common,
        sessionId: i32(8),
        streamId: i32(12),
        termId: i32(16),
        termOffset: i32(20),
        length: i32(24),
      };
    case FrameType.RTTM:
      return {
        type: "RTTM",
        ...common,
        sessionId: i32(8),
        streamId: i32(12),
        echoTimestampNs: i64(16),
        receptionDelta: i64(24),
        receiverId: i64(32),
      };
    case FrameType.ERR: {
      const length = i32(36);
      return {
        type: "ERR",
        ...common,
        sessionId: i32(8),
        streamId: i32(12),
        receiverId: i64(16),
        groupTag: i64(24),
        errorCode: i32(32),
        errorLength: length,
        error: Buffer.from(view.buffer, view.byteOffset + offset + 40, length).toString("latin1"),
      };
    }
    case FrameType.RSP_SETUP:
      return {
        type: "RSP_SETUP",
        ...common,
        sessionId: i32(8),
        streamId: i32(12),
        responseSessionId: i32(16),
      };
    default:
      return { type: `type ${typeId}`, ...common };
  }
}

/** Where a stream is on the wire. */
export interface StreamFacts {
  readonly sessionId: number;
  readonly streamId: number;
  readonly initialTermId: number;
  readonly termLength: number;
  readonly mtu: number;
}

export const STREAM: StreamFacts = {
  sessionId: 4711,
  streamId: 1001,
  initialTermId: 7,
  termLength: 64 * 1024,
  mtu: 1408,
};

const BEGIN_END = 0xc0;

function frame(length: number, frameLength: number, flags: number, type: number): DataView {
  const view = new DataView(new ArrayBuffer(length));
  view.setInt32(0, frameLength, true);
  view.setUint8(5, flags);
  view.setUint16(6, type, true);
  return view;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer);
}

/** A SETUP at a position of the stream. */
export function setupFrame(
  stream: StreamFacts,
  position: number = 0,
  flags: number = 0,
): Uint8Array {
  const view = frame(40, 40, flags, FrameType.SETUP);
  const termCount = Math.floor(position / stream.termLength);
  view.setInt32(8, position % stream.termLength, true);
  view.setInt32(12, stream.sessionId, true);
  view.setInt32(16, stream.streamId, true);
  view.setInt32(20, stream.initialTermId, true);
  view.setInt32(24, stream.initialTermId + termCount, true);
  view.setInt32(28, stream.termLength, true);
  view.setInt32(32, stream.mtu, true);
  return bytesOf(view);
}

/** One DATA frame, padded to its place in the term. */
export function dataFrame(
  stream: StreamFacts,
  position: number,
  payload: Uint8Array,
  flags: number = BEGIN_END,
): Uint8Array {
  const length = (32 + payload.length + 31) & ~31;
  const view = dataHeader(stream, position, length, 32 + payload.length, flags, FrameType.DATA);
  const bytes = bytesOf(view);
  bytes.set(payload, 32);
  return bytes;
}

/** A PAD as it travels: its header alone. */
export function padFrame(stream: StreamFacts, position: number, length: number): Uint8Array {
  return bytesOf(dataHeader(stream, position, 32, length, BEGIN_END, FrameType.PAD));
}

/** A heartbeat. Flags 0x20 end of stream, 0x10 revoked. */
export function heartbeatFrame(
  stream: StreamFacts,
  position: number,
  flags: number = 0,
): Uint8Array {
  return bytesOf(dataHeader(stream, position, 32, 0, BEGIN_END | flags, FrameType.DATA));
}

/** The answer to a request for the round trip. */
export function rttReplyFrame(request: WireFrame): Uint8Array {
  const view = frame(40, 40, 0, FrameType.RTTM);
  view.setInt32(8, Number(request["sessionId"]), true);
  view.setInt32(12, Number(request["streamId"]), true);
  view.setBigInt64(16, BigInt(String(request["echoTimestampNs"])), true);
  view.setBigInt64(32, BigInt(String(request["receiverId"])), true);
  return bytesOf(view);
}

/** Frames one after the other, as in one datagram. */
export function together(...frames: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(frames));
}

function dataHeader(
  stream: StreamFacts,
  position: number,
  length: number,
  frameLength: number,
  flags: number,
  type: number,
): DataView {
  const view = frame(length, frameLength, flags, type);
  view.setInt32(8, position % stream.termLength, true);
  view.setInt32(12, stream.sessionId, true);
  view.setInt32(16, stream.streamId, true);
  view.setInt32(20, stream.initialTermId + Math.floor(position / stream.termLength), true);
  return view;
}
