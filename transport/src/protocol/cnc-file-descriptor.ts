import { AlerionError } from "@alerion/runtime";

/**
 * Command and control file `cnc.dat`: where clients and driver find each other.
 *
 *   0         4                    8                     12                       16
 *   | version | toDriverBufferLen  | toClientsBufferLen  | countersMetadataLength |
 *   16                      20               24                        32
 *   | countersValuesLength  | errorLogLength | clientLivenessTimeoutNs |
 *   32                 40    48             52         128
 *   | startTimestampMs | pid | filePageSize | unused … |
 *   128
 *   | to-driver ring | to-clients broadcast | counters metadata | counters values | error log | padding to the page
 *
 * version is the last store of a starting driver: until then it is 0 and nothing else may be trusted.
 * Source: Aeron `CncFileDescriptor`; conformance/aeron/cnc, conformance/aeron/commands/constants.json.
 */

/** Name of the file in the Aeron directory. */
export const CNC_FILE_NAME = "cnc.dat";

/** Version that this implementation writes: 0.2.0. */
export const CNC_VERSION = 0x00_02_00;

/** Length of the metadata in front of the buffers. */
export const CNC_META_DATA_LENGTH = 128;

/** Offset of the version: int32, stored last, 0 while the driver initialises. */
export const CNC_VERSION_OFFSET = 0;

/** Offset of the length of the to-driver buffer: int32. */
export const TO_DRIVER_BUFFER_LENGTH_OFFSET = 4;

/** Offset of the length of the to-clients buffer: int32. */
export const TO_CLIENTS_BUFFER_LENGTH_OFFSET = 8;

/** Offset of the length of the counters metadata: int32. */
export const COUNTERS_METADATA_BUFFER_LENGTH_OFFSET = 12;

/** Offset of the length of the counters values: int32. */
export const COUNTERS_VALUES_BUFFER_LENGTH_OFFSET = 16;

/** Offset of the length of the error log: int32. */
export const ERROR_LOG_BUFFER_LENGTH_OFFSET = 20;

/** Offset of the client liveness timeout in ns: int64. */
export const CLIENT_LIVENESS_TIMEOUT_OFFSET = 24;

/** Offset of the driver's start, epoch ms: int64. */
export const START_TIMESTAMP_OFFSET = 32;

/** Offset of the driver's process id: int64. */
export const PID_OFFSET = 40;

/** Offset of the file page size: int32. */
export const FILE_PAGE_SIZE_OFFSET = 48;

const RING_TRAILER_LENGTH = 768;
const BROADCAST_TRAILER_LENGTH = 128;
const COUNTER_METADATA_LENGTH = 512;
const COUNTER_VALUE_LENGTH = 128;
const PAGE_SIZE_MIN = 4096;
const PAGE_SIZE_MAX = 1024 * 1024 * 1024;

/** A stretch of the file. */
export interface Section {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** Lengths that a driver chooses for its file, all in bytes. */
export interface CncLengths {
  /** A power of two plus 768. */
  readonly toDriverBufferLength: number;
  /** A power of two plus 128. */
  readonly toClientsBufferLength: number;
  /** A multiple of 128; the metadata of the counters takes four times as much. */
  readonly countersValuesBufferLength: number;
  /** A multiple of 8. */
  readonly errorLogBufferLength: number;
  /** A power of two, at least 4096. */
  readonly filePageSize: number;
}

/** Where the buffers of a CnC file lie. */
export interface CncSections {
  readonly toDriver: Section;
  readonly toClients: Section;
  readonly countersMetadata: Section;
  readonly countersValues: Section;
  readonly errorLog: Section;
}

/** What the metadata of a CnC file says, checked. */
export interface CncLayout extends CncSections {
  readonly version: number;
  /** After this many ns without a heartbeat the driver gives a client up. */
  readonly clientLivenessTimeoutNs: number;
  /** Start of the driver, epoch ms. */
  readonly startTimestampMs: number;
  /** Process id of the driver. */
  readonly pid: number;
  /** Multiple of which all files of this driver are. */
  readonly filePageSize: number;
  /** Length of the whole file. */
  readonly fileLength: number;
}

/**
 * The CnC file cannot be used: another major version, or metadata that no driver writes.
 *
 * Code `CNC_FILE`. A file that is merely not ready yet (version 0) is not an error: ask `isCncReady` first.
 */
export class CncFileError extends AlerionError {
  override readonly name: string = "CncFileError";

  constructor(text: string, options?: ErrorOptions) {
    super("CNC_FILE", text, options);
  }
}

/** `major.minor.patch` of a packed version. */
export function formatVersion(version: number): string {
  return `${(version >>> 16) & 0xff}.${(version >>> 8) & 0xff}.${version & 0xff}`;
}

/** Where the buffers of a file with these lengths lie. */
export function computeCncSections(lengths: CncLengths): CncSections {
  let offset = CNC_META_DATA_LENGTH;
  const next = (length: number): Section => {
    const section = { offset, length };
    offset += length;
    return section;
  };
  return {
    toDriver: next(lengths.toDriverBufferLength),
    toClients: next(lengths.toClientsBufferLength),
    countersMetadata: next(4 * lengths.countersValuesBufferLength),
    countersValues: next(lengths.countersValuesBufferLength),
    errorLog: next(lengths.errorLogBufferLength),
  };
}

/** Length of a CnC file with these buffers. */
export function computeCncFileLength(lengths: CncLengths): number {
  const { errorLog } = computeCncSections(lengths);
  const sum = errorLog.offset + errorLog.length;
  return Math.ceil(sum / lengths.filePageSize) * lengths.filePageSize;
}

/**
 * Fills the metadata, all but the version: `signalCncReady` stores that when every buffer is in place.
 *
 * @param view over the file, at least `CNC_META_DATA_LENGTH` bytes, zero
 */
export function fillCncMetadata(
  view: DataView,
  lengths: CncLengths,
  driver: { clientLivenessTimeoutNs: number; startTimestampMs: number; pid: number },
): void {
  view.setInt32(TO_DRIVER_BUFFER_LENGTH_OFFSET, lengths.toDriverBufferLength, true);
  view.setInt32(TO_CLIENTS_BUFFER_LENGTH_OFFSET, lengths.toClientsBufferLength, true);
  view.setInt32(
    COUNTERS_METADATA_BUFFER_LENGTH_OFFSET,
    4 * lengths.countersValuesBufferLength,
    true,
  );
  view.setInt32(COUNTERS_VALUES_BUFFER_LENGTH_OFFSET, lengths.countersValuesBufferLength, true);
  view.setInt32(ERROR_LOG_BUFFER_LENGTH_OFFSET, lengths.errorLogBufferLength, true);
  view.setBigInt64(CLIENT_LIVENESS_TIMEOUT_OFFSET, BigInt(driver.clientLivenessTimeoutNs), true);
  view.setBigInt64(START_TIMESTAMP_OFFSET, BigInt(driver.startTimestampMs), true);
  view.setBigInt64(PID_OFFSET, BigInt(driver.pid), true);
  view.setInt32(FILE_PAGE_SIZE_OFFSET, lengths.filePageSize, true);
}

/** Stores the version, which makes the file usable; every other store comes before it. */
export function signalCncReady(file: Int32Array): void {
  Atomics.store(file, CNC_VERSION_OFFSET / 4, CNC_VERSION);
}

/** Whether the driver has finished the file. */
export function isCncReady(file: Int32Array): boolean {
  return Atomics.load(file, CNC_VERSION_OFFSET / 4) !== 0;
}

/**
 * Reads the metadata of a finished file and checks that everything it claims lies inside the file.
 *
 * @param view over the start of the file, at least `CNC_META_DATA_LENGTH` bytes
 * @param fileLength bytes that the file has
 * @throws {CncFileError} for another major version or impossible lengths
 */
export function readCncLayout(view: DataView, fileLength: number): CncLayout {
  if (view.byteLength < CNC_META_DATA_LENGTH || fileLength < CNC_META_DATA_LENGTH) {
    throw new CncFileError(
      `cnc file must hold its metadata: fileLength=${Math.min(view.byteLength, fileLength)}`,
    );
  }
  const version = view.getInt32(CNC_VERSION_OFFSET, true);
  if (version >>> 16 !== CNC_VERSION >>> 16) {
    throw new CncFileError(
      `cnc file must have the same major version: expected=${formatVersion(CNC_VERSION)} actual=${formatVersion(version)}`,
    );
  }
  const sections: Section[] = [];
  let offset = CNC_META_DATA_LENGTH;
  for (const [field, check] of LENGTH_FIELDS) {
    const length = view.getInt32(field, true);
    check(length);
    sections.push({ offset, length });
    offset += length;
  }
  const [toDriver, toClients, countersMetadata, countersValues, errorLog] = sections;
  if (
    toDriver === undefined ||
    toClients === undefined ||
    countersMetadata === undefined ||
    countersValues === undefined ||
    errorLog === undefined
  ) {
    throw new CncFileError(`cnc file must have five buffers: count=${sections.length}`);
  }
  if (
    countersMetadata.length / COUNTER_METADATA_LENGTH <
    countersValues.length / COUNTER_VALUE_LENGTH
  ) {
    throw new CncFileError(
      `counters metadata must be four times the values: metadata=${countersMetadata.length} values=${countersValues.length}`,
    );
  }
  if (offset > fileLength) {
    throw new CncFileError(
      `cnc file must be as long as its buffers: required=${offset} fileLength=${fileLength}`,
    );
  }
  return {
    version,
    toDriver,
    toClients,
    countersMetadata,
    countersValues,
    errorLog,
    clientLivenessTimeoutNs: readSafe(
      view,
      CLIENT_LIVENESS_TIMEOUT_OFFSET,
      "clientLivenessTimeoutNs",
    ),
    startTimestampMs: readSafe(view, START_TIMESTAMP_OFFSET, "startTimestampMs"),
    pid: readSafe(view, PID_OFFSET, "pid"),
    filePageSize: readPageSize(view),
    fileLength,
  };
}

const LENGTH_FIELDS: readonly (readonly [number, (length: number) => void])[] = [
  [TO_DRIVER_BUFFER_LENGTH_OFFSET, powerOfTwoAfter("toDriverBufferLength", RING_TRAILER_LENGTH)],
  [
    TO_CLIENTS_BUFFER_LENGTH_OFFSET,
    powerOfTwoAfter("toClientsBufferLength", BROADCAST_TRAILER_LENGTH),
  ],
  [
    COUNTERS_METADATA_BUFFER_LENGTH_OFFSET,
    multipleOf("countersMetadataBufferLength", COUNTER_METADATA_LENGTH),
  ],
  [
    COUNTERS_VALUES_BUFFER_LENGTH_OFFSET,
    multipleOf("countersValuesBufferLength", COUNTER_VALUE_LENGTH),
  ],
  [ERROR_LOG_BUFFER_LENGTH_OFFSET, multipleOf("errorLogBufferLength", 8)],
];

function powerOfTwoAfter(name: string, trailerLength: number): (length: number) => void {
  return (length) => {
    const capacity = length - trailerLength;
    if (capacity < 8 || (capacity & (capacity - 1)) !== 0) {
      throw new CncFileError(
        `${name} must be a power of two plus its trailer: trailer=${trailerLength} length=${length}`,
      );
    }
  };
}

function multipleOf(name: string, unit: number): (length: number) => void {
  return (length) => {
    if (length <= 0 || length % unit !== 0) {
      throw new CncFileError(`${name} must be a positive multiple of ${unit}: length=${length}`);
    }
  };
}

function readSafe(view: DataView, offset: number, name: string): number {
  const value = view.getBigInt64(offset, true);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new CncFileError(`${name} must lie in 0..2^53-1: value=${value}`);
  }
  return Number(value);
}

function readPageSize(view: DataView): number {
  const pageSize = view.getInt32(FILE_PAGE_SIZE_OFFSET, true);
  // Drivers of file version 0.2.0 before the field existed leave it 0: they used the smallest page.
  if (pageSize === 0) return PAGE_SIZE_MIN;
  if (pageSize < PAGE_SIZE_MIN || pageSize > PAGE_SIZE_MAX || (pageSize & (pageSize - 1)) !== 0) {
    throw new CncFileError(
      `file page size must be a power of two in ${PAGE_SIZE_MIN}..${PAGE_SIZE_MAX}: filePageSize=${pageSize}`,
    );
  }
  return pageSize;
}
