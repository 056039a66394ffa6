import {
  type AtomicCounter,
  computeLogLength,
  END_OF_STREAM_NOT_SET,
  LOG_CORRELATION_ID_OFFSET,
  LOG_ENTITY_TAG_OFFSET,
  LOG_GROUP_OFFSET,
  LOG_IS_RESPONSE_OFFSET,
  LOG_LINGER_TIMEOUT_NS_OFFSET,
  LOG_MAX_RESEND_OFFSET,
  LOG_METADATA_LENGTH,
  LOG_RECEIVER_WINDOW_OFFSET,
  LOG_REJOIN_OFFSET,
  LOG_RELIABLE_OFFSET,
  LOG_SOCKET_RCVBUF_OFFSET,
  LOG_SOCKET_SNDBUF_OFFSET,
  LOG_TETHER_OFFSET,
  LOG_RESPONSE_CORRELATION_ID_OFFSET,
  LOG_SIGNAL_EOS_OFFSET,
  LOG_SPARSE_OFFSET,
  LOG_SPIES_SIMULATE_CONNECTION_OFFSET,
  LOG_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET,
  LOG_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET,
  LOG_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET,
  LogBufferMetadata,
  LogBuffers,
  LogType,
} from "@alerion/runtime/concurrent";
import { type SharedFile, type SharedFiles, StorageSpaceError } from "../os/shared-files.js";
import type { DriverConfig } from "./driver-config.js";
import type { PublicationParams, StartPosition } from "./publication-params.js";
import type { SubscriptionParams } from "./subscription-params.js";

/** A log buffer file that the driver has made. */
export interface RawLog {
  readonly path: string;
  readonly length: number;
  readonly buffers: LogBuffers;
  readonly file: SharedFile;
}

/** What is needed to fill the metadata of a new publication's log. */
export interface PublicationLogRequest {
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly start: StartPosition;
  readonly type: LogType;
  readonly params: PublicationParams;
  /** Of a network publication. */
  readonly network?: NetworkLogFacts;
}

/** What the log of a network publication says of its network. */
interface NetworkLogFacts {
  readonly isGroup: boolean;
  /** Bytes that its sockets were asked to buffer; 0 is the system's choice. */
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
}

/** What is needed to fill the metadata of a new image's log. Lengths in bytes. */
export interface ImageLogRequest {
  readonly imageId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly initialTermId: number;
  readonly termOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly receiverWindowLength: number;
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
  readonly isGroup: boolean;
  /** Settings of the first subscription. */
  readonly params: SubscriptionParams;
}

/** Makes and removes log buffer files, and keeps the account of mapped bytes. */
export class LogFactory {
  readonly #files: SharedFiles;
  readonly #config: DriverConfig;
  readonly #bytesMapped: AtomicCounter;
  readonly #warn: (text: string) => void;
  /** Files whose removal failed: tried again until it works. */
  readonly #unremoved: string[] = [];

  constructor(
    files: SharedFiles,
    config: DriverConfig,
    bytesMapped: AtomicCounter,
    warn: (text: string) => void,
  ) {
    this.#files = files;
    this.#config = config;
    this.#bytesMapped = bytesMapped;
    this.#warn = warn;
  }

  /**
   * Makes the log of a publication, ready to be published to.
   *
   * @throws {StorageSpaceError} if there is no room
   * @throws {SharedFileError} if the file cannot be made
   */
  createPublicationLog(request: PublicationLogRequest): RawLog {
    const { params, registrationId } = request;
    const path = `${this.#config.dir}/publications/${registrationId}.logbuffer`;
    return this.#create(path, params.termLength, params.isSparse, (metadata) => {
      fillMetadata(metadata, request, this.#config.filePageSize);
    });
  }

  /**
   * Makes the log of an image, ready to be received into.
   *
   * @throws {StorageSpaceError} if there is no room
   * @throws {SharedFileError} if the file cannot be made
   */
  createImageLog(request: ImageLogRequest): RawLog {
    const path = `${this.#config.dir}/images/${request.imageId}.logbuffer`;
    return this.#create(path, request.termLength, request.params.isSparse, (metadata) => {
      fillImageMetadata(metadata, request, this.#config.filePageSize);
    });
  }

  #create(
    path: string,
    termLength: number,
    isSparse: boolean,
    fill: (metadata: LogBufferMetadata) => void,
  ): RawLog {
    const length = computeLogLength(termLength, this.#config.filePageSize);
    this.#checkStorage(length);
    const file = this.#files.create(path, length, isSparse);
    try {
      const metadata = new LogBufferMetadata(
        file.map(length - LOG_METADATA_LENGTH, LOG_METADATA_LENGTH),
      );
      fill(metadata);
      const term = (index: number): ReturnType<SharedFile["map"]> =>
        file.map(index * termLength, termLength);
      const buffers = new LogBuffers(term(0), term(1), term(2), metadata.buffer);
      this.#bytesMapped.getAndAdd(length);
      return { path, length, buffers, file };
    } catch (error) {
      file.close();
      this.#files.remove(path);
      throw error;
    }
  }

  /** Lets go of a log and removes its file. False if the file is still there: `retryRemovals` tries again. */
  free(log: RawLog): boolean {
    log.file.close();
    this.#bytesMapped.getAndAdd(-log.length);
    if (this.#files.remove(log.path)) return true;
    this.#unremoved.push(log.path);
    return false;
  }

  /** Tries one removal that failed before. */
  retryRemovals(): void {
    const path = this.#unremoved.shift();
    if (path === undefined || this.#files.length(path) === undefined) return;
    if (!this.#files.remove(path)) this.#unremoved.push(path);
  }

  #checkStorage(length: number): void {
    const { performStorageChecks, lowFileStoreWarningThreshold, dir } = this.#config;
    if (!performStorageChecks) return;
    const available = this.#files.freeSpace(dir);
    // Also for sparse files: writing to a mapped page that finds no room kills the process.
    if (available < length) throw new StorageSpaceError(dir, length, available);
    if (available - length < lowFileStoreWarningThreshold) {
      this.#warn(
        `storage is running low: dir=${dir} available=${available} threshold=${lowFileStoreWarningThreshold}`,
      );
    }
  }
}

function fillMetadata(
  metadata: LogBufferMetadata,
  request: PublicationLogRequest,
  filePageSize: number,
): void {
  const { params, start } = request;
  metadata.setInt64(LOG_CORRELATION_ID_OFFSET, request.registrationId);
  metadata.setInitialTermId(start.initialTermId);
  metadata.setMtuLength(params.mtuLength);
  metadata.setTermLength(params.termLength);
  metadata.setPageSize(filePageSize);
  metadata.setPublicationWindowLength(params.windowLength);
  metadata.setInt32(LOG_MAX_RESEND_OFFSET, params.maxResend);
  // Java's term offset: it is set in every frame anyway.
  metadata.setDefaultFrameHeader(
    request.sessionId,
    request.streamId,
    start.initialTermId,
    start.termOffset,
  );
  metadata.setInt64(LOG_ENTITY_TAG_OFFSET, params.entityTag);
  metadata.setInt64(LOG_RESPONSE_CORRELATION_ID_OFFSET, params.responseCorrelationId);
  metadata.setInt64(LOG_LINGER_TIMEOUT_NS_OFFSET, BigInt(params.lingerTimeoutNs));
  metadata.setInt64(
    LOG_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredWindowLimitTimeoutNs),
  );
  metadata.setInt64(
    LOG_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredLingerTimeoutNs),
  );
  metadata.setInt64(
    LOG_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredRestingTimeoutNs),
  );
  metadata.setFlag(LOG_IS_RESPONSE_OFFSET, params.isResponse);
  metadata.setFlag(LOG_SPARSE_OFFSET, params.isSparse);
  metadata.setFlag(LOG_SIGNAL_EOS_OFFSET, params.signalEos);
  metadata.setFlag(LOG_SPIES_SIMULATE_CONNECTION_OFFSET, params.spiesSimulateConnection);
  if (request.network !== undefined) {
    metadata.setFlag(LOG_GROUP_OFFSET, request.network.isGroup);
    metadata.setInt32(LOG_SOCKET_SNDBUF_OFFSET, request.network.socketSendBufferLength);
    metadata.setInt32(LOG_SOCKET_RCVBUF_OFFSET, request.network.socketReceiveBufferLength);
  }
  metadata.setType(request.type);
  metadata.setEndOfStreamPosition(END_OF_STREAM_NOT_SET);
  metadata.initialiseTails(start.initialTermId, start.termId, start.termOffset);
}

/** Tails and active term count stay 0: how far an image is lies in counters. */
function fillImageMetadata(
  metadata: LogBufferMetadata,
  request: ImageLogRequest,
  filePageSize: number,
): void {
  const { params } = request;
  metadata.setInt64(LOG_CORRELATION_ID_OFFSET, request.imageId);
  metadata.setInitialTermId(request.initialTermId);
  metadata.setMtuLength(request.mtuLength);
  metadata.setTermLength(request.termLength);
  metadata.setPageSize(filePageSize);
  metadata.setInt32(LOG_RECEIVER_WINDOW_OFFSET, request.receiverWindowLength);
  metadata.setInt32(LOG_SOCKET_SNDBUF_OFFSET, request.socketSendBufferLength);
  metadata.setInt32(LOG_SOCKET_RCVBUF_OFFSET, request.socketReceiveBufferLength);
  metadata.setDefaultFrameHeader(
    request.sessionId,
    request.streamId,
    request.initialTermId,
    request.termOffset,
  );
  metadata.setInt64(
    LOG_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredWindowLimitTimeoutNs),
  );
  metadata.setInt64(
    LOG_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredLingerTimeoutNs),
  );
  metadata.setInt64(
    LOG_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET,
    BigInt(params.untetheredRestingTimeoutNs),
  );
  metadata.setFlag(LOG_GROUP_OFFSET, request.isGroup);
  metadata.setFlag(LOG_REJOIN_OFFSET, params.isRejoin);
  metadata.setFlag(LOG_RELIABLE_OFFSET, params.isReliable);
  metadata.setFlag(LOG_SPARSE_OFFSET, params.isSparse);
  metadata.setFlag(LOG_TETHER_OFFSET, params.isTether);
  metadata.setType(LogType.IMAGE);
  metadata.setEndOfStreamPosition(END_OF_STREAM_NOT_SET);
}
