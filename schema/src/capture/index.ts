export { CaptureError } from "./capture-error.js";
export type { CaptureErrorCode } from "./capture-error.js";
export type { CapturedPacket } from "./captured-packet.js";
export { dissect } from "./dissect.js";
export type {
  Dissected,
  Endpoint,
  SkippedPacket,
  SkipReason,
  TcpPacket,
  UdpPacket,
} from "./dissect.js";
export { isCapture, readCapture } from "./read-capture.js";
export { readPayloads } from "./read-payloads.js";
export type { CapturedPayload, CaptureSummary } from "./read-payloads.js";
export { TcpReassembler } from "./tcp-reassembler.js";
export type {
  PacketOrigin,
  TcpFlow,
  TcpHandler,
  TcpReassemblerOptions,
} from "./tcp-reassembler.js";
