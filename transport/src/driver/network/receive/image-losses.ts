import type { Clock } from "@alerion/runtime/concurrent";
import { type SharedFile, type SharedFiles, SharedFileError } from "../../../os/shared-files.js";
import { LOSS_REPORT_FILE_NAME, LossReportWriter } from "../../../protocol/loss-report.js";
import type { NetworkImage } from "./network-image.js";
import type { ReceiveEndpoints } from "./receive-endpoints.js";

/** Writes down what images lose: an entry for each image, every gap once, however often it is asked for again. */
export class ImageLosses {
  readonly #file: SharedFile | undefined;
  readonly #report: LossReportWriter | undefined;
  readonly #clock: Clock;
  readonly #endpoints: ReceiveEndpoints;

  /** A driver without a loss report goes on without. */
  constructor(files: SharedFiles, dir: string, clock: Clock, endpoints: ReceiveEndpoints) {
    this.#clock = clock;
    this.#endpoints = endpoints;
    this.#file = openReport(files, `${dir}/${LOSS_REPORT_FILE_NAME}`);
    this.#report =
      this.#file === undefined
        ? undefined
        : new LossReportWriter(this.#file.map(0, this.#file.length));
  }

  record(image: NetworkImage, length: number): void {
    const report = this.#report;
    if (report === undefined || image.lossReportOffset === -1) return;
    const nowMs = this.#clock.epochMs();
    if (image.lossReportOffset !== undefined) {
      report.recordObservation(image.lossReportOffset, length, nowMs);
      return;
    }
    const { endpointId, sessionId, streamId, sourceIdentity } = image.facts;
    const channel = this.#endpoints.get(endpointId)?.channel.text ?? "";
    const stream = { sessionId, streamId, channel, source: sourceIdentity };
    image.lossReportOffset = report.createEntry(length, nowMs, stream);
  }

  close(): void {
    this.#file?.close();
  }
}

function openReport(files: SharedFiles, path: string): SharedFile | undefined {
  try {
    return files.open(path);
  } catch (error) {
    if (error instanceof SharedFileError) return undefined;
    throw error;
  }
}
