/** The frame formats that venues and the FIX standards use. */
import { FrameFormat } from "./frame-format.js";

/** SOFH encoding type of SBE 1.0 with a big-endian body. Source: FIX SOFH 1.0, table of encoding types. */
export const SOFH_SBE_BIG_ENDIAN = 0x5be0;
/** SOFH encoding type of SBE 1.0 with a little-endian body. Source: FIX SOFH 1.0, and the samples of the SBE standard. */
export const SOFH_SBE_LITTLE_ENDIAN = 0xeb50;

/** A variant of the Simple Open Framing Header: length, then encoding type. */
export interface SofhOptions {
  /** Bytes of the length. Default 4, as in the standard; venues also use 2. */
  readonly lengthSize?: 2 | 4;
  /** Byte order of the header itself, whatever the body's. Default false, as in the standard. */
  readonly littleEndian?: boolean;
  /** Encoding types that are accepted. Default: SBE 1.0 in either byte order. */
  readonly encodingTypes?: readonly number[];
  /** Longest frame that is believed. Default FRAME_LENGTH_MAX. */
  readonly frameLengthMax?: number;
}

/**
 * Simple Open Framing Header.
 *
 *   | length | encoding type: uint16 | message
 *
 * The length counts the whole frame. Source: FIX Simple Open Framing Header 1.0; samples of the SBE
 * standard.
 *
 * @throws {FrameError} FRAMING_OPTION_INVALID
 */
export function sofh(options: SofhOptions = {}): FrameFormat {
  const { lengthSize = 4, littleEndian = false, encodingTypes, frameLengthMax } = options;
  return new FrameFormat({
    headerLength: lengthSize + 2,
    lengthSize,
    littleEndian,
    marker: {
      offset: lengthSize,
      size: 2,
      littleEndian,
      values: encodingTypes ?? [SOFH_SBE_BIG_ENDIAN, SOFH_SBE_LITTLE_ENDIAN],
    },
    ...(frameLengthMax === undefined ? {} : { frameLengthMax }),
  });
}

/** A stream of messages that each come after their length. */
export interface LengthPrefixOptions {
  /** Bytes of the length. */
  readonly lengthSize: 1 | 2 | 4;
  /** Default false: network byte order. */
  readonly littleEndian?: boolean;
  /** True when the length counts its own bytes too. Default false. */
  readonly countsItself?: boolean;
  /** Longest frame that is believed. Default FRAME_LENGTH_MAX. */
  readonly frameLengthMax?: number;
}

/**
 * Messages after a bare length.
 *
 * @throws {FrameError} FRAMING_OPTION_INVALID
 */
export function lengthPrefix(options: LengthPrefixOptions): FrameFormat {
  const { lengthSize, littleEndian = false, countsItself = false, frameLengthMax } = options;
  return new FrameFormat({
    headerLength: lengthSize,
    lengthSize,
    littleEndian,
    uncountedLength: countsItself ? 0 : lengthSize,
    ...(frameLengthMax === undefined ? {} : { frameLengthMax }),
  });
}

/** The standard's own SOFH: uint32 length and uint16 encoding type, big endian. */
export const SOFH: FrameFormat = /* @__PURE__ */ sofh();

/**
 * CME iLink 3: uint16 length of the frame, uint16 0xCAFE, little endian. Source: captures in
 * conformance/real-world/cme-ilink3.
 */
export const ILINK3_FRAME: FrameFormat = /* @__PURE__ */ sofh({
  lengthSize: 2,
  littleEndian: true,
  encodingTypes: [0xcafe],
});

/**
 * B3 BinaryEntryPoint: uint16 length of the frame, uint16 0xEB50, little endian. Source: captures in
 * conformance/real-world/b3-entrypoint.
 */
export const B3_FRAME: FrameFormat = /* @__PURE__ */ sofh({
  lengthSize: 2,
  littleEndian: true,
  encodingTypes: [SOFH_SBE_LITTLE_ENDIAN],
});

/** Bytes of CME's binary packet header: uint32 sequence number, uint64 sending time in nanoseconds. */
export const MDP3_PACKET_HEADER_LENGTH = 12;

/**
 * One message in a CME MDP 3.0 packet: uint16 size, itself included, little endian. Source: captures
 * in conformance/real-world/cme-mdp3.
 */
export const MDP3_MESSAGE: FrameFormat = /* @__PURE__ */ lengthPrefix({
  lengthSize: 2,
  littleEndian: true,
  countsItself: true,
});

/**
 * CME MDP 3.0 over TCP: uint16 0xCAFE, the packet header, and one message with its size; little
 * endian. Source: captures in conformance/real-world/cme-mdp3, each with one message a packet.
 *
 *   0        2          6             14     16
 *   | marker | sequence | sendingTime | size | message …
 */
export const MDP3_TCP_FRAME: FrameFormat = /* @__PURE__ */ new FrameFormat({
  headerLength: 16,
  lengthOffset: 14,
  lengthSize: 2,
  littleEndian: true,
  uncountedLength: 14,
  marker: { offset: 0, size: 2, littleEndian: true, values: [0xcafe] },
});

/** Bytes of the header of a Deribit multicast datagram. */
export const DERIBIT_PACKET_HEADER_LENGTH = 8;

/**
 * A Deribit multicast datagram: uint16 length of what follows the header, uint16 channel, uint32
 * sequence number, little endian; then messages back to back. Source: captures in
 * conformance/real-world/deribit-multicast.
 */
export const DERIBIT_PACKET: FrameFormat = /* @__PURE__ */ new FrameFormat({
  headerLength: DERIBIT_PACKET_HEADER_LENGTH,
  lengthSize: 2,
  littleEndian: true,
  uncountedLength: DERIBIT_PACKET_HEADER_LENGTH,
});
