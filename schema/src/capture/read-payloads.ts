import { CaptureError } from "./capture-error.js";
import { dissect, type Endpoint, type SkipReason } from "./dissect.js";
import { readCapture } from "./read-capture.js";
import {
  TcpReassembler,
  type PacketOrigin,
  type TcpFlow,
  type TcpReassemblerOptions,
} from "./tcp-reassembler.js";

/** Bytes that an application sent: a UDP datagram, or the next piece of a TCP stream. */
export interface CapturedPayload {
  readonly kind: "udp" | "tcp";
  /** The packet that they came with, and its time. */
  readonly packetNumber: number;
  readonly timestampNs: bigint | undefined;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** A view of the file's bytes. */
  readonly bytes: Uint8Array;
  /**
   * The same for pieces of one TCP stream that follow each other without a gap; another after a gap and for
   * each datagram.
   */
  readonly streamId: number;
  /** True when the capture cut a datagram before its end. */
  readonly isCut: boolean;
}

/** What a capture holds besides payloads. */
export interface CaptureSummary {
  readonly packetCount: number;
  /** Packets that were not looked into, by reason. */
  readonly skipped: { readonly [reason in SkipReason]: number };
  /** Bytes of TCP streams that are missing in the capture. */
  readonly missingLength: number;
}

/**
 * The UDP and TCP payloads of a capture file, streams in their own order; empty ones are left out.
 *
 * @param bytes  the whole file, pcap or pcapng
 * @returns when it is done: what else was there
 * @throws {CaptureError} as {@link readCapture}, after the payloads before the fault
 */
export function* readPayloads(
  bytes: Uint8Array,
  options: TcpReassemblerOptions = {},
): Generator<CapturedPayload, CaptureSummary, undefined> {
  const skipped = { "link-type": 0, "not-ip": 0, fragment: 0, protocol: 0, malformed: 0 };
  const streams = new Streams();
  const reassembler = new TcpReassembler(streams, options);
  let packetCount = 0;
  let fault: CaptureError | undefined;
  try {
    for (const packet of readCapture(bytes)) {
      packetCount++;
      const dissected = dissect(packet);
      switch (dissected.kind) {
        case "skipped":
          skipped[dissected.reason]++;
          break;
        case "udp":
          if (dissected.payload.length > 0) {
            const { kind, source, destination, payload, isCut } = dissected;
            const origin = originOf(packet);
            const streamId = streams.nextId();
            yield { kind, ...origin, source, destination, bytes: payload, streamId, isCut };
          }
          break;
        case "tcp":
          reassembler.onPacket(dissected, packet);
          yield* streams.take();
          break;
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    fault = error;
  }
  reassembler.finish();
  yield* streams.take();
  if (fault !== undefined) throw fault;
  return { packetCount, skipped, missingLength: streams.missingLength };
}

/** Gathers what the reassembler hands on while a packet is taken. */
class Streams {
  missingLength = 0;
  #ready: CapturedPayload[] = [];
  #idCount = 0;
  readonly #ids = new Map<TcpFlow, number>();

  nextId(): number {
    return this.#idCount++;
  }

  take(): readonly CapturedPayload[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  onBytes(flow: TcpFlow, bytes: Uint8Array, origin: PacketOrigin): void {
    let streamId = this.#ids.get(flow);
    if (streamId === undefined) {
      streamId = this.nextId();
      this.#ids.set(flow, streamId);
    }
    const { source, destination } = flow;
    this.#ready.push({
      kind: "tcp",
      ...originOf(origin),
      source,
      destination,
      bytes,
      streamId,
      isCut: false,
    });
  }

  onGap(flow: TcpFlow, length: number): void {
    this.missingLength += length;
    this.#ids.delete(flow);
  }

  onEnd(flow: TcpFlow): void {
    this.#ids.delete(flow);
  }
}

function originOf({
  number,
  timestampNs,
}: PacketOrigin): Pick<CapturedPayload, "packetNumber" | "timestampNs"> {
  return { packetNumber: number, timestampNs };
}
