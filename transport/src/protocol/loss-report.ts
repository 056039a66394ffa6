import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import { getAscii } from "./ascii.js";

/**
 * Loss report: what was lost, by stream and source.
 *
 *   0                  8                 16                   24                  32          36
 *   | observationCount | totalBytesLost  | firstObservationMs | lastObservationMs | sessionId | streamId |
 *   40              44
 *   | channelLength | channel, padded to 4 … | sourceLength | source … | padding to 64
 *
 * observationCount is the last store of a new entry: an entry with 0 is the end.
 * Source: Aeron `LossReport`, `LossReportReader`.
 */

/** Name of the file in the Aeron directory. */
export const LOSS_REPORT_FILE_NAME = "loss-report.dat";

/** Entries begin at multiples of this. */
export const LOSS_REPORT_ENTRY_ALIGNMENT = 64;

const TOTAL_BYTES_LOST = 8;
const FIRST_OBSERVATION = 16;
const LAST_OBSERVATION = 24;
const SESSION_ID = 32;
const STREAM_ID = 36;
const CHANNEL = 40;

/** Loss of one stream from one source. */
interface LossReportEntry {
  readonly observationCount: bigint;
  readonly totalBytesLost: bigint;
  /** Epoch ms. */
  readonly firstObservationMs: number;
  /** Epoch ms. */
  readonly lastObservationMs: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** `host:port` that the stream came from. */
  readonly source: string;
}

/** What a loss report holds. */
export interface LossReport {
  readonly entries: readonly LossReportEntry[];
  /** Whether reading stopped at an entry whose lengths leave the file. */
  readonly isDamaged: boolean;
}

/** Reads a loss report up to its end or to the first entry that is damaged; never beyond the view. */
export function readLossReport(view: DataView): LossReport {
  const entries: LossReportEntry[] = [];
  let offset = 0;
  while (offset + CHANNEL + 8 <= view.byteLength) {
    const observationCount = view.getBigInt64(offset, true);
    if (observationCount <= 0n) return { entries, isDamaged: observationCount < 0n };
    const channel = readString(view, offset + CHANNEL);
    if (channel === undefined) return { entries, isDamaged: true };
    const sourceOffset = offset + CHANNEL + 4 + ((channel.length + 3) & ~3);
    const source = readString(view, sourceOffset);
    if (source === undefined) return { entries, isDamaged: true };
    entries.push({
      observationCount,
      totalBytesLost: view.getBigInt64(offset + TOTAL_BYTES_LOST, true),
      firstObservationMs: Number(view.getBigInt64(offset + FIRST_OBSERVATION, true)),
      lastObservationMs: Number(view.getBigInt64(offset + LAST_OBSERVATION, true)),
      sessionId: view.getInt32(offset + SESSION_ID, true),
      streamId: view.getInt32(offset + STREAM_ID, true),
      channel,
      source,
    });
    const end = sourceOffset + 4 + source.length;
    offset = Math.ceil(end / LOSS_REPORT_ENTRY_ALIGNMENT) * LOSS_REPORT_ENTRY_ALIGNMENT;
  }
  return { entries, isDamaged: false };
}

function readString(view: DataView, offset: number): string | undefined {
  if (offset + 4 > view.byteLength) return undefined;
  const length = view.getInt32(offset, true);
  if (length < 0 || length > view.byteLength - offset - 4) return undefined;
  return getAscii(view, offset + 4, length);
}

/** A stream as the loss report names it. */
export interface LossReportStream {
  readonly sessionId: number;
  readonly streamId: number;
  readonly channel: string;
  /** `host:port` that the stream comes from. */
  readonly source: string;
}

/** Writes a loss report, entry by entry. One writer. */
export class LossReportWriter {
  readonly #buffer: AtomicBuffer;
  #length: number = 0;

  /** @param buffer the whole report, zero at first */
  constructor(buffer: AtomicBuffer) {
    this.#buffer = buffer;
  }

  /**
   * Begins an entry with its first loss.
   *
   * @returns where it lies, for `recordObservation`; -1 if the report is full
   */
  createEntry(bytesLost: number, nowMs: number, stream: LossReportStream): number {
    const { channel, source } = stream;
    const offset = this.#length;
    const sourceOffset = CHANNEL + 4 + ((channel.length + 3) & ~3);
    const length = sourceOffset + 4 + source.length;
    if (offset + length > this.#buffer.capacity) return -1;
    const { view } = this.#buffer;
    view.setBigInt64(offset + TOTAL_BYTES_LOST, BigInt(bytesLost), true);
    view.setBigInt64(offset + FIRST_OBSERVATION, BigInt(nowMs), true);
    view.setBigInt64(offset + LAST_OBSERVATION, BigInt(nowMs), true);
    view.setInt32(offset + SESSION_ID, stream.sessionId, true);
    view.setInt32(offset + STREAM_ID, stream.streamId, true);
    this.#buffer.putStringAscii(offset + CHANNEL, channel);
    this.#buffer.putStringAscii(offset + sourceOffset, source);
    this.#buffer.putInt64Release(offset, 1);
    this.#length =
      offset + Math.ceil(length / LOSS_REPORT_ENTRY_ALIGNMENT) * LOSS_REPORT_ENTRY_ALIGNMENT;
    return offset;
  }

  /** Adds a loss to an entry. */
  recordObservation(offset: number, bytesLost: number, nowMs: number): void {
    const buffer = this.#buffer;
    const total = buffer.getInt64(offset + TOTAL_BYTES_LOST) + bytesLost;
    buffer.putInt64Release(offset + LAST_OBSERVATION, nowMs);
    buffer.putInt64Release(offset + TOTAL_BYTES_LOST, total);
    buffer.putInt64Release(offset, buffer.getInt64(offset) + 1);
  }
}
