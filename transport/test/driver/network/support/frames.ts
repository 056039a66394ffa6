import {
  AtomicBuffer,
  FrameType,
  NAK_LENGTH,
  RSP_SETUP_LENGTH,
  RTTM_LENGTH,
  SM_LENGTH,
  SM_LENGTH_WITH_GROUP_TAG,
} from "@alerion/runtime/concurrent";

/** A frame as a test looks at it: its type, and the fields of its kind. */
export type Frame = Readonly<Record<string, bigint | number | string>> & { readonly type: string };

const typeNames = new Map<number, string>(
  Object.entries(FrameType).map(([name, value]) => [value, name]),
);

/** All frames of a datagram, taken apart by the offsets of driver-protocol §9. */
export function decodeDatagram(bytes: Uint8Array): Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const frameLength = view.getInt32(offset, true);
    const type = typeNames.get(view.getUint16(offset + 6, true)) ?? "?";
    const isHeartbeat = type === "DATA" && frameLength === 0;
    frames.push({
      type: isHeartbeat ? "HEARTBEAT" : type,
      flags: view.getUint8(offset + 5),
      ...decodeBody(type, view, offset, frameLength),
    });
    const length = type === "PAD" || isHeartbeat ? 32 : (frameLength + 31) & ~31;
    offset += Math.max(length, 32);
  }
  return frames;
}

function decodeBody(
  type: string,
  view: DataView,
  offset: number,
  frameLength: number,
): Record<string, bigint | number | string> {
  const int = (at: number): number => view.getInt32(offset + at, true);
  switch (type) {
    case "DATA":
    case "PAD":
      return {
        frameLength,
        termOffset: int(8),
        sessionId: int(12),
        streamId: int(16),
        termId: int(20),
        reserved: view.getBigInt64(offset + 24, true),
      };
    case "SETUP":
      return {
        termOffset: int(8),
        sessionId: int(12),
        streamId: int(16),
        initialTermId: int(20),
        activeTermId: int(24),
        termLength: int(28),
        mtu: int(32),
        ttl: int(36),
      };
    case "RTTM":
      return {
        sessionId: int(8),
        streamId: int(12),
        echo: view.getBigInt64(offset + 16, true),
        delta: view.getBigInt64(offset + 24, true),
        receiverId: view.getBigInt64(offset + 32, true),
      };
    default:
      return { frameLength };
  }
}

/** What a status message shall say; the rest is 0. */
export interface StatusFields {
  readonly sessionId: number;
  readonly streamId: number;
  readonly termId?: number;
  readonly termOffset?: number;
  readonly window?: number;
  readonly receiverId?: bigint;
  readonly groupTag?: bigint;
  readonly flags?: number;
}

/** A status message. */
export function statusMessage(fields: StatusFields): Uint8Array {
  const { groupTag } = fields;
  const length = groupTag === undefined ? SM_LENGTH : SM_LENGTH_WITH_GROUP_TAG;
  const view = frame(FrameType.SM, length, fields.flags ?? 0);
  view.setInt32(8, fields.sessionId, true);
  view.setInt32(12, fields.streamId, true);
  view.setInt32(16, fields.termId ?? 0, true);
  view.setInt32(20, fields.termOffset ?? 0, true);
  view.setInt32(24, fields.window ?? 0, true);
  view.setBigInt64(28, fields.receiverId ?? 1n, true);
  if (groupTag !== undefined) view.setBigInt64(36, groupTag, true);
  return new Uint8Array(view.buffer);
}

/** A negative acknowledgement. */
export function nak(
  sessionId: number,
  streamId: number,
  termId: number,
  termOffset: number,
  length: number,
): Uint8Array {
  const view = frame(FrameType.NAK, NAK_LENGTH, 0);
  for (const [i, value] of [sessionId, streamId, termId, termOffset, length].entries()) {
    view.setInt32(8 + i * 4, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** A measurement of the round trip. */
export function rttm(
  sessionId: number,
  streamId: number,
  echo: bigint,
  receiverId: bigint,
): Uint8Array {
  const view = frame(FrameType.RTTM, RTTM_LENGTH, 0x80);
  view.setInt32(8, sessionId, true);
  view.setInt32(12, streamId, true);
  view.setBigInt64(16, echo, true);
  view.setBigInt64(32, receiverId, true);
  return new Uint8Array(view.buffer);
}

/** An error of a receiver. */
export function errorFrame(
  sessionId: number,
  streamId: number,
  receiverId: bigint,
  text: string,
  groupTag?: bigint,
): Uint8Array {
  const view = frame(FrameType.ERR, 40 + text.length, groupTag === undefined ? 0 : 8);
  view.setInt32(8, sessionId, true);
  view.setInt32(12, streamId, true);
  view.setBigInt64(16, receiverId, true);
  view.setBigInt64(24, groupTag ?? 0n, true);
  view.setInt32(32, 13, true);
  view.setInt32(36, text.length, true);
  for (let i = 0; i < text.length; i++) view.setUint8(40 + i, text.charCodeAt(i));
  return new Uint8Array(view.buffer);
}

/** The session of a response. */
export function responseSetup(
  sessionId: number,
  streamId: number,
  responseSessionId: number,
): Uint8Array {
  const view = frame(FrameType.RSP_SETUP, RSP_SETUP_LENGTH, 0);
  view.setInt32(8, sessionId, true);
  view.setInt32(12, streamId, true);
  view.setInt32(16, responseSessionId, true);
  return new Uint8Array(view.buffer);
}

function frame(type: number, length: number, flags: number): DataView {
  const view = new DataView(new ArrayBuffer(length));
  view.setInt32(0, length, true);
  view.setUint8(5, flags);
  view.setUint16(6, type, true);
  return view;
}

/** Bytes as the memory a transport sends from. */
export function bufferOf(bytes: Uint8Array): AtomicBuffer {
  const copy = new AtomicBuffer(new ArrayBuffer((bytes.length + 7) & ~7));
  copy.putBytes(0, bytes, 0, bytes.length);
  return copy;
}
