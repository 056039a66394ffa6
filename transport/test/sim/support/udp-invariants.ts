import { AtomicBuffer, CountersReader, type LogBuffers } from "@alerion/runtime/concurrent";
import type { BufferFiles } from "../../../src/os/buffer-files.js";
import { readCncLayout } from "../../../src/protocol/cnc-file-descriptor.js";
import { CounterTypeId } from "../../../src/protocol/counters/counter-type-id.js";
import { mapLog } from "../../support/raw-client.js";
import { claimedPosition } from "./claimed-position.js";
import { InvariantError } from "./ledger.js";
import { checkZeroAhead } from "./zero-ahead.js";

const MTU_LENGTH = 1408;

/** The counters of one stream, as far as it has them. */
interface StreamPositions {
  channel: string;
  publisherLimit: number | undefined;
  senderPosition: number | undefined;
  senderLimit: number | undefined;
  receiverHighWaterMark: number | undefined;
  receiverPosition: number | undefined;
}

function none(channel: string): StreamPositions {
  return {
    channel,
    publisherLimit: undefined,
    senderPosition: undefined,
    senderLimit: undefined,
    receiverHighWaterMark: undefined,
    receiverPosition: undefined,
  };
}

/**
 * What must hold in the memory of one driver after each of its steps, recounted from its counters and logs alone.
 *
 * D2: nothing is sent beyond the limit, the publisher's limit leads what was sent by a window at most, and the log
 * ahead of the tail is zero. D3: what was received reaches from what is complete to half a term beyond the slowest
 * subscriber.
 */
export class UdpInvariants {
  readonly #files: BufferFiles;
  readonly #dir: string;
  readonly #termLength: number;
  readonly counters: CountersReader;
  readonly #logs = new Map<string, LogBuffers>();
  #checkCount = 0;

  constructor(files: BufferFiles, dir: string, termLength: number) {
    this.#files = files;
    this.#dir = dir;
    this.#termLength = termLength;
    const buffer = files.buffer(`${dir}/cnc.dat`);
    if (buffer === undefined) throw new Error("cnc file must exist");
    const layout = readCncLayout(new DataView(buffer), buffer.byteLength);
    this.counters = new CountersReader(
      new AtomicBuffer(buffer, layout.countersMetadata.offset, layout.countersMetadata.length),
      new AtomicBuffer(buffer, layout.countersValues.offset, layout.countersValues.length),
    );
  }

  check(): void {
    this.#checkCount++;
    const { counters } = this;
    const streams = new Map<number, StreamPositions>();
    /** Slowest tethered subscriber of each image or publication. */
    const slowest = new Map<number, number>();
    const of = (id: number): StreamPositions => {
      const key = counters.registrationId(id);
      const known = streams.get(key);
      if (known !== undefined) return known;
      const made = none(counters.label(id));
      streams.set(key, made);
      return made;
    };
    counters.forEach((id) => {
      const value = counters.value(id);
      switch (counters.typeId(id)) {
        case CounterTypeId.PUBLISHER_LIMIT:
          of(id).publisherLimit = value;
          break;
        case CounterTypeId.SENDER_POSITION:
          of(id).senderPosition = value;
          break;
        case CounterTypeId.SENDER_LIMIT:
          of(id).senderLimit = value;
          break;
        case CounterTypeId.RECEIVER_HWM:
          of(id).receiverHighWaterMark = value;
          break;
        case CounterTypeId.RECEIVER_POSITION:
          of(id).receiverPosition = value;
          break;
        case CounterTypeId.SUBSCRIBER_POSITION: {
          // Who rests holds nobody back.
          if (counters.label(id).includes("tether=false")) break;
          const stream = counters.referenceId(id);
          slowest.set(stream, Math.min(value, slowest.get(stream) ?? Number.MAX_SAFE_INTEGER));
          break;
        }
        default:
          break;
      }
    });
    for (const [registrationId, stream] of streams) {
      this.#checkSent(registrationId, stream);
      this.#checkReceived(registrationId, stream, slowest.get(registrationId));
    }
  }

  #checkSent(registrationId: number, stream: StreamPositions): void {
    const { senderPosition, senderLimit, publisherLimit, channel } = stream;
    if (senderPosition === undefined || senderLimit === undefined || publisherLimit === undefined) {
      return;
    }
    // Padding counts as its header alone. And the slowest receiver of `min` may take back what was used already.
    const reach = Math.ceil(senderLimit / this.#termLength) * this.#termLength;
    const isPadding =
      senderPosition <= Math.min(reach, senderLimit + MTU_LENGTH) || senderPosition === reach;
    if (senderPosition > senderLimit && !isPadding && !channel.includes("fc=")) {
      throw new InvariantError(
        "D2",
        `nothing may be sent beyond the limit: position=${senderPosition} limit=${senderLimit} ${channel}`,
      );
    }
    const path = `${this.#dir}/publications/${registrationId}.logbuffer`;
    const log = this.#log(path);
    // At its end the limit is where the publisher came to.
    if (log === undefined || log.metadata.endOfStreamPosition() < 2 ** 62) return;
    if (publisherLimit > senderPosition + this.#termLength / 2) {
      throw new InvariantError(
        "D2",
        `publisher's limit must lead what was sent by a window at most: limit=${publisherLimit} sent=${senderPosition} ${channel}`,
      );
    }
    // The scan of a whole window costs more than the step.
    if (this.#checkCount % 16 === 0)
      checkZeroAhead(log, path, claimedPosition(log), publisherLimit);
  }

  #checkReceived(id: number, stream: StreamPositions, slowest: number | undefined): void {
    const { receiverHighWaterMark: hwm, receiverPosition, channel } = stream;
    if (hwm === undefined || receiverPosition === undefined) return;
    // Padding comes as a header alone: what it fills counts as complete, not as received, to the term's end at most.
    const reach = (Math.floor(hwm / this.#termLength) + 1) * this.#termLength;
    if (receiverPosition > reach) {
      throw new InvariantError(
        "D3",
        `complete must not be more than was received: rcv-pos=${receiverPosition} rcv-hwm=${hwm} image=${id} ${channel}`,
      );
    }
    if (slowest === undefined) return;
    // Subscribers may be ahead of the count of what is complete, never of what came.
    if (slowest > reach) {
      throw new InvariantError(
        "D3",
        `subscribers must not pass what was received: sub-pos=${slowest} rcv-hwm=${hwm} image=${id} ${channel}`,
      );
    }
    if (hwm > slowest + this.#termLength / 2) {
      throw new InvariantError(
        "D3",
        `nothing may be taken beyond the over-run bound: rcv-hwm=${hwm} sub-pos=${slowest} image=${id} ${channel}`,
      );
    }
  }

  #log(path: string): LogBuffers | undefined {
    if (this.#files.length(path) === undefined) {
      this.#logs.delete(path);
      return undefined;
    }
    let log = this.#logs.get(path);
    if (log === undefined) {
      log = mapLog(this.#files, path);
      this.#logs.set(path, log);
    }
    return log;
  }

  /** D4: once all clients are gone and every timeout has passed. */
  checkAllFreed(socketCount: number): void {
    const logs = this.#files.paths().filter((path) => path.endsWith(".logbuffer"));
    if (logs.length > 0) throw new InvariantError("D4", `logs must be freed: ${logs.join(" ")}`);
    const labels: string[] = [];
    this.counters.forEach((id) => {
      if (this.counters.typeId(id) !== CounterTypeId.SYSTEM) labels.push(this.counters.label(id));
    });
    if (labels.length > 0) {
      throw new InvariantError("D4", `counters must be freed: ${labels.join("; ")}`);
    }
    if (socketCount > 0) {
      throw new InvariantError("D4", `sockets must be closed: count=${socketCount}`);
    }
  }
}
