import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  BEGIN_FRAG_FLAG,
  DATA_HEADER_LENGTH,
  END_FRAG_FLAG,
  ExclusiveAppender,
  FrameType,
  LogBufferMetadata,
  logBuffersOf,
  LogReader,
  SharedAppender,
  alignFrame,
} from "@alerion/runtime/concurrent";
import type { LogBuffers } from "@alerion/runtime/concurrent";
import { hasConformanceData, readCapture, readCaptureJson } from "./support/conformance-data.js";
import { makeCounter, messageOf } from "./support/log-fixture.js";

interface Frame {
  offset: number;
  frameLength: number;
  flags: number;
  type: number;
  termOffset: number;
  sessionId: number;
  streamId: number;
  termId: number;
  reservedValue: string;
  payloadCrc32?: string;
}

interface Capture {
  metadata: Record<string, unknown> & { defaultFrameHeaderHex: string };
  terms: { partition: number; frames: Frame[] }[];
}

const names = [
  "ipc-shared-early",
  "ipc-shared-rotated",
  "ipc-exclusive-early",
  "ipc-exclusive-rotated",
];
const allNames = [...names, "udp-publication", "udp-image"];

function load(name: string): { capture: Capture; image: AtomicBuffer; log: LogBuffers } {
  const capture = readCaptureJson<Capture>(`logbuffer/${name}.json`);
  const image = readCapture(`logbuffer/${name}.logbuffer.gz`);
  return { capture, image, log: logBuffersOf(image.buffer) };
}

function hex(buffer: AtomicBuffer, offset: number, length: number): string {
  return Buffer.from(buffer.u8.subarray(offset, offset + length)).toString("hex");
}

/** Everything that the metadata holds, under the names of the capture. */
function describeMetadata(metadata: LogBufferMetadata): Record<string, unknown> {
  const tail = (index: number) => ({
    termId: metadata.tailTermId(index),
    termOffset: metadata.tailOffset(index),
  });
  return {
    rawTail0: String(metadata.rawTail(0)),
    tail0: tail(0),
    rawTail1: String(metadata.rawTail(1)),
    tail1: tail(1),
    rawTail2: String(metadata.rawTail(2)),
    tail2: tail(2),
    activeTermCount: metadata.activeTermCount(),
    endOfStreamPosition: String(metadata.buffer.getBigInt64(128)),
    isConnected: metadata.isConnected() ? 1 : 0,
    activeTransportCount: metadata.activeTransportCount(),
    correlationId: String(metadata.correlationId()),
    initialTermId: metadata.initialTermId(),
    mtuLength: metadata.mtuLength(),
    termLength: metadata.termLength(),
    pageSize: metadata.pageSize(),
    publicationWindowLength: metadata.publicationWindowLength(),
    isPublicationRevoked: metadata.isPublicationRevoked() ? 1 : 0,
    type: metadata.type(),
    untetheredLingerTimeoutNs: String(metadata.int64(500)),
  };
}

function readAll(log: LogBuffers, position: number): Frame[] {
  const frames: Frame[] = [];
  const reader = new LogReader(log, makeCounter(position), undefined);
  for (let before = -1; before !== reader.position();) {
    before = reader.position();
    reader.poll((buffer, offset, length, header) => {
      frames.push({
        offset: header.offset,
        frameLength: header.frameLength(),
        flags: header.flags(),
        type: header.type(),
        termOffset: header.termOffset(),
        sessionId: header.sessionId(),
        streamId: header.streamId(),
        termId: header.termId(),
        reservedValue: String(header.reservedValue()),
        ...(length > 0
          ? {
              payloadCrc32: crc32(buffer.u8.subarray(offset, offset + length)).toString(16),
            }
          : {}),
      });
    }, 1000);
  }
  return frames;
}

describe.skipIf(!hasConformanceData)("log buffer captured from Aeron", () => {
  for (const driver of ["c", "java"]) {
    for (const name of allNames) {
      it(`has its metadata and its frames read in full (${driver} ${name})`, () => {
        const { capture, log } = load(`${driver}-driver-${name}`);
        expect(capture.metadata).toMatchObject(describeMetadata(log.metadata));
        expect(log.metadata.sessionId()).toBe(
          Buffer.from(capture.metadata.defaultFrameHeaderHex, "hex").readInt32LE(12),
        );

        const expected = capture.terms
          .flatMap((term) => term.frames)
          .filter((frame) => frame.type === FrameType.DATA);
        const first = expected.toSorted(
          (a, b) => (a.termId - b.termId) | 0 || a.offset - b.offset,
        )[0];
        if (first === undefined) throw new Error("a capture without frames");
        const start =
          ((first.termId - log.metadata.initialTermId()) | 0) * log.termLength + first.termOffset;
        const frames = readAll(log, start);
        const byPosition = expected.toSorted(
          (a, b) => (a.termId - b.termId) | 0 || a.offset - b.offset,
        );
        expect(frames).toEqual(
          byPosition.map(
            ({
              offset,
              frameLength,
              flags,
              type,
              termOffset,
              sessionId,
              streamId,
              termId,
              reservedValue,
              payloadCrc32,
            }) => ({
              offset,
              frameLength,
              flags,
              type,
              termOffset,
              sessionId,
              streamId,
              termId,
              reservedValue,
              ...(payloadCrc32 === undefined ? {} : { payloadCrc32 }),
            }),
          ),
        );
      });
    }

    for (const [kind, Appender] of [
      ["shared", SharedAppender],
      ["exclusive", ExclusiveAppender],
    ] as const) {
      it(`comes out byte for byte when the same messages are appended by us (${driver} ipc-${kind}-early)`, () => {
        const { image } = load(`${driver}-driver-ipc-${kind}-early`);
        const ours = new AtomicBuffer(new ArrayBuffer(image.capacity));
        const metadataOffset = image.capacity - 4096;
        // As the driver made it: the same metadata, tails at the start.
        ours.u8.set(image.u8.subarray(metadataOffset), metadataOffset);
        const initialTermId = ours.getInt32(metadataOffset + 264);
        const metadata = new LogBufferMetadata(ours.slice(metadataOffset, 4096));
        metadata.initialiseTails(initialTermId, initialTermId, 0);
        const log = logBuffersOf(ours.buffer);
        appendCapturedMessages(new Appender(log, makeCounter(32768)));
        for (let i = 0; i < 3; i++) {
          expect(hex(log.term(i), 0, 65536)).toBe(hex(image.slice(i * 65536, 65536), 0, 65536));
        }
        expect(hex(metadata.buffer, 0, 4096)).toBe(hex(image, metadataOffset, 4096));
      });

      it(`goes over the end of the term as Aeron does (${driver} ipc-${kind}-rotated)`, () => {
        const early = load(`${driver}-driver-ipc-${kind}-early`).log;
        const { image, log: rotated } = load(`${driver}-driver-ipc-${kind}-rotated`);
        const appender = new Appender(early, makeCounter(2 ** 40));
        const end = rotated.metadata.activeTermCount() * 65536 + rotated.metadata.tailOffset(1);
        for (let i = 13; appender.position() < end;) {
          const isLast = end - appender.position() < 4000 && end - appender.position() !== 1056;
          const length = isLast ? 3000 : 1000;
          if (appender.append(messageOf(i, length), 0, length, undefined) >= 0) i++;
        }
        expect(describeTails(early.metadata)).toEqual(describeTails(rotated.metadata));
        // What had been consumed was cleared by the driver; the rest is equal.
        const consumed = firstFrame(image);
        expect(hex(early.term(0), consumed, 65536 - consumed)).toBe(
          hex(image, consumed, 65536 - consumed),
        );
        expect(hex(early.term(1), 0, 65536)).toBe(hex(image, 65536, 65536));
      });
    }
  }
});

function describeTails(metadata: LogBufferMetadata): unknown {
  const { rawTail0, rawTail1, rawTail2, activeTermCount } = describeMetadata(metadata);
  return { rawTail0, rawTail1, rawTail2, activeTermCount };
}

function firstFrame(image: AtomicBuffer): number {
  let offset = 0;
  while (image.getInt32(offset) === 0) offset += 32;
  return offset;
}

/** See the README of the captures: what was published before anything was consumed. */
function appendCapturedMessages(appender: SharedAppender | ExclusiveAppender): void {
  let index = 0;
  for (const length of [0, 1, 31, 32, 33, 100, 1376, 1377, 5000, 8192]) {
    expect(appender.append(messageOf(index, length), 0, length, undefined)).toBeGreaterThan(0);
    index++;
  }
  appender.append(messageOf(index++, 200), 0, 200, () => 0x1122334455667788n);

  let frame = appender.claim(50) - alignFrame(50 + DATA_HEADER_LENGTH);
  const { term } = appender;
  term.copyFrom(frame + DATA_HEADER_LENGTH, messageOf(index++, 50), 0, 50);
  term.putUint8(frame + 5, BEGIN_FRAG_FLAG | END_FRAG_FLAG | 1);
  term.putInt64(frame + 24, 99);
  term.putInt32Release(frame, 50 + DATA_HEADER_LENGTH);

  frame = appender.claim(60) - alignFrame(60 + DATA_HEADER_LENGTH);
  term.putUint16(frame + 6, FrameType.PAD);
  term.putInt32Release(frame, 60 + DATA_HEADER_LENGTH);
}
