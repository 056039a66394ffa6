/**
 * Ways in which messages lie in a datagram, stream or file, by name: what tools can explain. The formats
 * are those of `@alerion/runtime/framing`; here are the names of their header fields.
 */
import {
  B3_FRAME,
  DERIBIT_PACKET,
  ILINK3_FRAME,
  lengthPrefix,
  MDP3_MESSAGE,
  MDP3_PACKET_HEADER_LENGTH,
  MDP3_TCP_FRAME,
  SOFH,
  type FrameFormat,
} from "@alerion/runtime/framing";

/** A number in a packet's or frame's header; `offset` is from its start. */
export interface HeaderField {
  readonly name: string;
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly littleEndian: boolean;
  /** How it is shown. Default: as a decimal number. */
  readonly show?: "hex" | "nanoseconds";
}

/** One way; all parts may be missing, then messages stand back to back. */
export interface Framing {
  readonly name: string;
  /** Before the first frame of a datagram. */
  readonly packetHeaderLength: number;
  readonly packetFields: readonly HeaderField[];
  /** Undefined where messages have no frame. */
  readonly frame: FrameFormat | undefined;
  readonly frameFields: readonly HeaderField[];
  /** True where a frame holds messages back to back; otherwise one. */
  readonly hasManyMessages: boolean;
}

function field(
  name: string,
  offset: number,
  size: HeaderField["size"],
  littleEndian: boolean,
  show?: HeaderField["show"],
): HeaderField {
  return { name, offset, size, littleEndian, ...(show === undefined ? {} : { show }) };
}

function framed(
  name: string,
  frame: FrameFormat,
  frameFields: readonly HeaderField[],
  more: Partial<Framing> = {},
): Framing {
  return {
    name,
    packetHeaderLength: 0,
    packetFields: [],
    frame,
    frameFields,
    hasManyMessages: false,
    ...more,
  };
}

function prefixed(lengthSize: 1 | 2 | 4, littleEndian: boolean, countsItself: boolean): Framing {
  const order = lengthSize === 1 ? "" : littleEndian ? "le" : "be";
  const name = `length${lengthSize * 8}${order}${countsItself ? "-inclusive" : ""}`;
  return framed(name, lengthPrefix({ lengthSize, littleEndian, countsItself }), [
    field("length", 0, lengthSize, littleEndian),
  ]);
}

/** Messages without any frame, back to back. */
export const NO_FRAMING: Framing = {
  name: "none",
  packetHeaderLength: 0,
  packetFields: [],
  frame: undefined,
  frameFields: [],
  hasManyMessages: true,
};

/** All that tools know by name; where several fit, the first one is meant. */
export const FRAMINGS: readonly Framing[] = [
  NO_FRAMING,
  framed("sofh", SOFH, [field("length", 0, 4, false), field("encodingType", 4, 2, false, "hex")]),
  framed("ilink3", ILINK3_FRAME, [
    field("length", 0, 2, true),
    field("encodingType", 2, 2, true, "hex"),
  ]),
  framed("b3", B3_FRAME, [field("length", 0, 2, true), field("encodingType", 2, 2, true, "hex")]),
  framed("mdp3", MDP3_MESSAGE, [field("size", 0, 2, true)], {
    packetHeaderLength: MDP3_PACKET_HEADER_LENGTH,
    packetFields: [field("sequence", 0, 4, true), field("sendingTime", 4, 8, true, "nanoseconds")],
  }),
  framed("mdp3-tcp", MDP3_TCP_FRAME, [
    field("encodingType", 0, 2, true, "hex"),
    field("sequence", 2, 4, true),
    field("sendingTime", 6, 8, true, "nanoseconds"),
    field("size", 14, 2, true),
  ]),
  framed(
    "deribit",
    DERIBIT_PACKET,
    [field("length", 0, 2, true), field("channel", 2, 2, true), field("sequence", 4, 4, true)],
    { hasManyMessages: true },
  ),
  prefixed(2, true, false),
  prefixed(2, false, false),
  prefixed(4, true, false),
  prefixed(4, false, false),
  prefixed(1, true, false),
  prefixed(2, true, true),
  prefixed(2, false, true),
  prefixed(4, true, true),
  prefixed(4, false, true),
  prefixed(1, true, true),
];

/** The framing of that name. */
export function framingNamed(name: string): Framing | undefined {
  return FRAMINGS.find((framing) => framing.name === name);
}
