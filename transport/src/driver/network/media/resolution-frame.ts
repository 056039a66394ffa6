import type { AtomicBuffer } from "@alerion/runtime/concurrent";

/**
 * Frame in which drivers tell each other names: a header, then entries, each padded to 8 bytes.
 *
 *   0              4         5       6      8
 *   | frame length | version | flags | type | entries …
 *
 *   0      1       2      4        8
 *   | type | flags | port | age ms | address (4 or 16) | name length i16 | name … |
 *
 * type 1 is IPv4, 2 IPv6. flags 0x80: the sender speaks of itself. Source: driver-protocol §9 (RES), §21.
 */
const HEADER_LENGTH = 8;
const FRAME_TYPE_RES = 7;
const TYPE_IPV4 = 1;
const TYPE_IPV6 = 2;
const SELF_FLAG = 0x80;
const ADDRESS_OFFSET = 8;
/** Longest name, in bytes. */
export const DRIVER_NAME_LENGTH_MAX = 512;

/** What one driver says of itself or another. */
export interface ResolutionEntry {
  readonly isSelf: boolean;
  /** How long ago the driver was heard of. */
  readonly ageMs: number;
  readonly name: string;
  readonly address: Uint8Array;
  readonly port: number;
}

/** Bytes that an entry takes in a frame. */
function resolutionEntryLength({ name, address }: ResolutionEntry): number {
  return align8(ADDRESS_OFFSET + address.length + 2 + name.length);
}

/** Puts entries into frames of at most `mtu` bytes and hands out each frame's length, the frame at 0. */
export function writeResolutionFrames(
  entries: readonly ResolutionEntry[],
  buffer: AtomicBuffer,
  mtu: number,
  onFrame: (length: number) => void,
): void {
  let length = HEADER_LENGTH;
  const end = (): void => {
    if (length === HEADER_LENGTH) return;
    const { view } = buffer;
    view.setInt32(0, length, true);
    view.setUint8(4, 0);
    view.setUint8(5, 0);
    view.setUint16(6, FRAME_TYPE_RES, true);
    onFrame(length);
    length = HEADER_LENGTH;
  };
  for (const entry of entries) {
    const entryLength = resolutionEntryLength(entry);
    if (length + entryLength > mtu) end();
    writeEntry(entry, buffer, length, entryLength);
    length += entryLength;
  }
  end();
}

function writeEntry(
  { isSelf, ageMs, name, address, port }: ResolutionEntry,
  buffer: AtomicBuffer,
  offset: number,
  entryLength: number,
): void {
  const { view, u8 } = buffer;
  u8.fill(0, offset, offset + entryLength);
  view.setUint8(offset, address.length === 4 ? TYPE_IPV4 : TYPE_IPV6);
  view.setUint8(offset + 1, isSelf ? SELF_FLAG : 0);
  view.setUint16(offset + 2, port, true);
  view.setInt32(offset + 4, Math.min(ageMs, 0x7fff_ffff), true);
  u8.set(address, offset + ADDRESS_OFFSET);
  const nameOffset = offset + ADDRESS_OFFSET + address.length;
  view.setInt16(nameOffset, name.length, true);
  for (let i = 0; i < name.length; i++) u8[nameOffset + 2 + i] = name.charCodeAt(i);
}

/**
 * Takes a datagram apart. Nothing of it has been checked before.
 *
 * @returns its entries, or `undefined` if it is no resolution frame or one of its entries cannot be
 */
export function readResolutionFrame(
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): ResolutionEntry[] | undefined {
  const { view } = buffer;
  if (length < HEADER_LENGTH || view.getUint8(offset + 4) !== 0) return undefined;
  if (view.getUint16(offset + 6, true) !== FRAME_TYPE_RES) return undefined;
  const frameLength = view.getInt32(offset, true);
  if (frameLength < HEADER_LENGTH || frameLength > length) return undefined;
  const entries: ResolutionEntry[] = [];
  let at = HEADER_LENGTH;
  while (at < frameLength) {
    const entry = readEntry(buffer, offset + at, frameLength - at);
    if (entry === undefined) return undefined;
    entries.push(entry);
    at += resolutionEntryLength(entry);
  }
  return entries;
}

function readEntry(
  { view, u8 }: AtomicBuffer,
  offset: number,
  length: number,
): ResolutionEntry | undefined {
  if (length < ADDRESS_OFFSET) return undefined;
  const type = view.getUint8(offset);
  const addressLength = type === TYPE_IPV4 ? 4 : type === TYPE_IPV6 ? 16 : 0;
  const nameOffset = ADDRESS_OFFSET + addressLength;
  if (addressLength === 0 || nameOffset + 2 > length) return undefined;
  const nameLength = view.getInt16(offset + nameOffset, true);
  const isPossible =
    nameLength > 0 &&
    nameLength <= DRIVER_NAME_LENGTH_MAX &&
    nameOffset + 2 + nameLength <= length &&
    view.getInt32(offset + 4, true) >= 0;
  if (!isPossible) return undefined;
  const nameStart = offset + nameOffset + 2;
  return {
    isSelf: view.getUint8(offset + 1) === SELF_FLAG,
    ageMs: view.getInt32(offset + 4, true),
    name: String.fromCharCode(...u8.subarray(nameStart, nameStart + nameLength)),
    address: u8.slice(offset + ADDRESS_OFFSET, offset + nameOffset),
    port: view.getUint16(offset + 2, true),
  };
}

function align8(length: number): number {
  return (length + 7) & ~7;
}
