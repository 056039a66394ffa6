export { BackToBackFramer } from "./back-to-back-framer.js";
export type { BackToBackFramerOptions, MessageMeasure } from "./back-to-back-framer.js";
export { DatagramFramer } from "./datagram-framer.js";
export type { DatagramFramerOptions } from "./datagram-framer.js";
export { FrameError } from "./frame-error.js";
export type { FrameErrorCode } from "./frame-error.js";
export {
  FRAME_INCOMPLETE,
  FRAME_LENGTH_MAX,
  FRAME_MARKER_UNKNOWN,
  FRAME_TOO_LONG,
  FRAME_TOO_SHORT,
  FrameFormat,
} from "./frame-format.js";
export type { FrameFormatOptions, FrameMarker } from "./frame-format.js";
export {
  B3_FRAME,
  DERIBIT_PACKET,
  DERIBIT_PACKET_HEADER_LENGTH,
  ILINK3_FRAME,
  lengthPrefix,
  MDP3_MESSAGE,
  MDP3_PACKET_HEADER_LENGTH,
  MDP3_TCP_FRAME,
  SOFH,
  sofh,
  SOFH_SBE_BIG_ENDIAN,
  SOFH_SBE_LITTLE_ENDIAN,
} from "./formats.js";
export type { LengthPrefixOptions, SofhOptions } from "./formats.js";
export { LineArbiter, LineHandler } from "./line-arbiter.js";
export type { LineArbiterOptions } from "./line-arbiter.js";
export {
  DERIBIT_SEQUENCE,
  deribitChannel,
  deribitSequenceNumber,
  MDP3_SEQUENCE,
  mdp3SendingTime,
  mdp3SendingTimeHigh,
  mdp3SendingTimeLow,
  mdp3SequenceNumber,
} from "./packet-headers.js";
export type { SequenceField } from "./packet-headers.js";
export { StreamFramer } from "./stream-framer.js";
export type { StreamFramerOptions } from "./stream-framer.js";
