/**
 * Puts the segments of TCP connections back in order, well enough for captures: retransmissions are
 * dropped, early segments wait, and what the capture lost is told as a gap.
 *
 *   handed on … | missing | held | held …
 *               ^ next
 */
import type { CapturedPacket } from "./captured-packet.js";
import type { Endpoint, TcpPacket } from "./dissect.js";

/** One direction of a connection. */
export interface TcpFlow {
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

/** The packet that bytes came with. */
export type PacketOrigin = Pick<CapturedPacket, "number" | "timestampNs">;

/** What happens to the bytes of flows, in order. */
export interface TcpHandler {
  /** @param bytes  a view of the segment's payload */
  onBytes(flow: TcpFlow, bytes: Uint8Array, origin: PacketOrigin): void;
  /** `length` bytes are not in the capture; what comes next is behind them. */
  onGap(flow: TcpFlow, length: number): void;
  /** The connection started anew, or was given up to make room. */
  onEnd(flow: TcpFlow): void;
}

/** Limits of a {@link TcpReassembler}. */
export interface TcpReassemblerOptions {
  /** Flows followed at a time; the one that was quiet longest gives way. Default 4096. */
  readonly flowCountMax?: number;
  /** Bytes of a flow that may wait for missing ones. Default 1 MiB. */
  readonly heldLengthMax?: number;
  /** Segments of a flow that may wait for missing ones. Default 1024. */
  readonly heldCountMax?: number;
}

interface Segment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly origin: PacketOrigin;
}

interface FlowState extends TcpFlow {
  readonly name: string;
  /** Sequence number of the next byte to hand on, int32. */
  next: number;
  /** By sequence, earliest first. */
  held: Segment[];
  heldLength: number;
}

/** See the head of this file. Segments are kept as views of the capture. */
export class TcpReassembler {
  readonly #handler: TcpHandler;
  readonly #flowCountMax: number;
  readonly #heldLengthMax: number;
  readonly #heldCountMax: number;
  /** By name; the one that was quiet longest is first. */
  readonly #flows = new Map<string, FlowState>();

  constructor(handler: TcpHandler, options: TcpReassemblerOptions = {}) {
    this.#handler = handler;
    this.#flowCountMax = options.flowCountMax ?? 4096;
    this.#heldLengthMax = options.heldLengthMax ?? 1 << 20;
    this.#heldCountMax = options.heldCountMax ?? 1024;
  }

  /** Takes the next segment of the capture. */
  onPacket(packet: TcpPacket, origin: PacketOrigin): void {
    const { source, destination } = packet;
    const name = `${hostPort(source)} > ${hostPort(destination)}`;
    // A SYN takes one number before the first byte.
    const sequence = (packet.sequence + (packet.isSyn ? 1 : 0)) | 0;
    let flow = this.#flows.get(name);
    if (flow !== undefined && packet.isSyn && flow.next !== sequence) {
      this.#end(flow);
      flow = undefined;
    }
    flow ??= { name, source, destination, next: sequence, held: [], heldLength: 0 };
    this.#flows.delete(name);
    this.#flows.set(name, flow);
    if (packet.payload.length > 0) {
      this.#take(flow, { sequence, bytes: packet.payload, origin });
    }
    if (packet.isReset) this.#end(flow);
    this.#makeRoom();
  }

  /** Hands on what still waits, gaps and all. Call it once, at the end of the capture. */
  finish(): void {
    for (const flow of this.#flows.values()) this.#end(flow);
  }

  #take(flow: FlowState, segment: Segment): void {
    const distance = (segment.sequence - flow.next) | 0;
    if (distance <= 0) {
      this.#hand(flow, segment);
      this.#handHeld(flow);
      return;
    }
    insert(flow, segment);
    while (flow.heldLength > this.#heldLengthMax || flow.held.length > this.#heldCountMax) {
      this.#skipGap(flow);
    }
  }

  /** Hands on the part of a segment that is new. */
  #hand(flow: FlowState, { sequence, bytes, origin }: Segment): void {
    const known = (flow.next - sequence) | 0;
    if (known >= bytes.length) return;
    const fresh = bytes.subarray(known);
    flow.next = (flow.next + fresh.length) | 0;
    this.#handler.onBytes(flow, fresh, origin);
  }

  #handHeld(flow: FlowState): void {
    let count = 0;
    for (const segment of flow.held) {
      if (((segment.sequence - flow.next) | 0) > 0) break;
      this.#hand(flow, segment);
      flow.heldLength -= segment.bytes.length;
      count++;
    }
    if (count > 0) flow.held.splice(0, count);
  }

  /** Gives up what is missing before the first held segment. */
  #skipGap(flow: FlowState): void {
    const first = flow.held[0];
    if (first === undefined) return;
    const length = (first.sequence - flow.next) | 0;
    flow.next = first.sequence;
    this.#handler.onGap(flow, length);
    this.#handHeld(flow);
  }

  #end(flow: FlowState): void {
    while (flow.held.length > 0) this.#skipGap(flow);
    this.#handler.onEnd(flow);
    this.#flows.delete(flow.name);
  }

  #makeRoom(): void {
    for (const flow of this.#flows.values()) {
      if (this.#flows.size <= this.#flowCountMax) return;
      this.#end(flow);
    }
  }
}

/** Early segments come nearly in order, so the search starts at the end. */
function insert(flow: FlowState, segment: Segment): void {
  let at = flow.held.length;
  for (; at > 0; at--) {
    const before = flow.held[at - 1];
    if (before !== undefined && ((before.sequence - segment.sequence) | 0) <= 0) break;
  }
  flow.held.splice(at, 0, segment);
  flow.heldLength += segment.bytes.length;
}

function hostPort({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
