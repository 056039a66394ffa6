import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AtomicBuffer,
  BufferLayoutError,
  CorruptBufferError,
  ExclusiveAppender,
  insertFrames,
  LOG_DEFAULT_FRAME_HEADER_OFFSET,
  LOG_METADATA_LENGTH,
  LogBufferMetadata,
  LogLengthError,
  logBuffersOf,
  LogReader,
  measureGap,
  scanBlock,
  scanForGap,
  TermScanner,
  tryFillGap,
  unblockLog,
} from "@alerion/runtime/concurrent";
import type { LogBuffers } from "@alerion/runtime/concurrent";
import { makeCounter, makeLog, messageOf } from "./support/log-fixture.js";

/** A sender's term with messages of these lengths. */
function makeSender(lengths: readonly number[]): { log: LogBuffers; end: number } {
  const log = makeLog();
  const appender = new ExclusiveAppender(log, makeCounter(2 ** 30));
  let end = 0;
  lengths.forEach((length, i) => {
    end = Math.max(end, appender.append(messageOf(i, length), 0, length, undefined));
  });
  return { log, end };
}

/** Cuts a term into datagrams as a sender does. */
function datagrams(
  term: AtomicBuffer,
  end: number,
  mtu: number,
): { offset: number; length: number }[] {
  const scanner = new TermScanner();
  const list: { offset: number; length: number }[] = [];
  for (let offset = 0; offset < end;) {
    scanner.scan(term, offset, mtu);
    if (scanner.available <= 0) throw new Error(`nothing to send at ${offset}`);
    list.push({ offset, length: scanner.available });
    offset += scanner.available + scanner.padding;
  }
  return list;
}

const lengths = fc.array(fc.nat(3000), { minLength: 1, maxLength: 12 });

describe("a term rebuilt from datagrams", () => {
  it("equals the sender's, whatever their order and repetition, and every gap on the way is found", () => {
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.nat()), (list, dice) => {
        const { log, end } = makeSender(list);
        const source = log.term(0);
        const target = new AtomicBuffer(new ArrayBuffer(65536));
        const open = datagrams(source, end, 1408);
        const arrived = new Set<number>();
        let highest = 0;
        while (open.length > 0) {
          const index = (dice.next().value ?? 0) % open.length;
          const packet = open[index];
          if (packet === undefined) throw new Error("no packet");
          const isNew = !arrived.has(packet.offset);
          expect(insertFrames(target, packet.offset, source, packet.offset, packet.length)).toBe(
            isNew,
          );
          arrived.add(packet.offset);
          if ((dice.next().value ?? 0) % 3 > 0) open.splice(index, 1);
          highest = Math.max(highest, packet.offset + packet.length);

          // The naive gap: from the first byte that did not arrive to the next one that did.
          const sent = datagrams(source, end, 1408);
          const missing = sent.find(({ offset }) => !arrived.has(offset))?.offset ?? end;
          const gap = scanForGap(target, 0, highest);
          expect(gap).toBe(Math.min(missing, highest));
          if (gap < highest) {
            const next = sent.find(({ offset }) => offset > gap && arrived.has(offset))?.offset;
            expect(measureGap(target, gap, highest)).toBe((next ?? highest) - gap);
          }
        }
        expect(Buffer.from(target.u8).equals(Buffer.from(source.u8))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("takes padding for a gap that stays empty, and readers skip it", () => {
    const { log } = makeSender([100, 100, 100]);
    const source = log.term(0);
    const receiver = makeLog();
    const term = receiver.term(0);
    insertFrames(term, 0, source, 0, 160);
    insertFrames(term, 320, source, 320, 160);
    const { buffer } = receiver.metadata;
    expect(tryFillGap(buffer, LOG_DEFAULT_FRAME_HEADER_OFFSET, term, 7, 160, 160)).toBe(true);
    expect(tryFillGap(buffer, LOG_DEFAULT_FRAME_HEADER_OFFSET, term, 7, 160, 160)).toBe(false);
    expect(insertFrames(term, 160, source, 160, 160)).toBe(false);
    const reader = new LogReader(receiver, makeCounter(0), undefined);
    expect(reader.poll(() => {}, 10)).toBe(2);
    expect(reader.position()).toBe(480);
  });
});

describe("term scanner", () => {
  it("sends whole frames up to the limit, of padding the header only, and names a frame that is too long", () => {
    const log = makeLog({ termOffset: 65536 - 256 });
    const appender = new ExclusiveAppender(log, makeCounter(2 ** 30));
    const start = 65536 - 256;
    const scanner = new TermScanner();
    scanner.scan(log.term(0), start, 1408);
    expect(scanner).toEqual({ available: 0, padding: 0 });
    appender.append(messageOf(1, 32), 0, 32, undefined);
    appender.append(messageOf(1, 32), 0, 32, undefined);
    // Does not fit: 128 bytes of padding.
    appender.append(messageOf(1, 500), 0, 500, undefined);
    scanner.scan(log.term(0), start, 64);
    expect(scanner).toEqual({ available: 64, padding: 0 });
    scanner.scan(log.term(0), start, 1408);
    expect(scanner).toEqual({ available: 160, padding: 96 });
    scanner.scan(log.term(0), start, 32);
    expect(scanner).toEqual({ available: -64, padding: 0 });
  });
});

describe("hostile bytes in a log", () => {
  const words = fc.array(fc.oneof(fc.integer(), fc.integer({ min: -4096, max: 8192 })), {
    minLength: 64,
    maxLength: 64,
  });

  it("are read, scanned and unblocked without an overrun or an endless loop", () => {
    fc.assert(
      fc.property(words, fc.nat(65535), (list, at) => {
        const log = makeLog();
        const start = at & ~31;
        const term = log.term(0);
        for (let i = 0; i < 64 && start + i * 32 < 65536; i++) {
          const word = list[i] ?? 0;
          term.putInt32(start + i * 32, word);
          term.putInt32(start + i * 32 + 4, word >> 3);
        }
        const reader = new LogReader(log, makeCounter(start), undefined);
        for (let i = 0; i < 70; i++) {
          const before = reader.position();
          bounded(() => reader.poll(inside, 1));
          bounded(() => reader.blockPoll(inside, 4096));
          expect(reader.position()).toBeGreaterThanOrEqual(before);
          unblockLog(log, reader.position());
        }
        const gap = scanForGap(term, start, 65536);
        expect(gap).toBeLessThanOrEqual(65536);
        if (gap < 65536) expect(gap + measureGap(term, gap, 65536)).toBeLessThanOrEqual(65536);
        bounded(() => expect(scanBlock(term, start, 65536)).toBeLessThanOrEqual(65536));
        const scanner = new TermScanner();
        scanner.scan(term, start, 1408);
        expect(scanner.available + scanner.padding).toBeLessThanOrEqual(65536 - start);
      }),
      { numRuns: 200 },
    );
  });

  function inside(_term: AtomicBuffer, offset: number, length: number): void {
    expect(length).toBeGreaterThanOrEqual(0);
    expect(offset + length).toBeLessThanOrEqual(65536);
  }

  function bounded(act: () => void): void {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(CorruptBufferError);
    }
  }

  it("in the metadata are refused when the log is opened", () => {
    const make = (
      mutate: (metadata: LogBufferMetadata) => void,
      length = 3 * 65536 + LOG_METADATA_LENGTH,
    ) => {
      const buffer = new ArrayBuffer(length);
      const metadata = new LogBufferMetadata(
        new AtomicBuffer(buffer, length - LOG_METADATA_LENGTH),
      );
      metadata.setTermLength(65536);
      metadata.setMtuLength(1408);
      metadata.setPageSize(4096);
      mutate(metadata);
      return () => logBuffersOf(buffer);
    };
    expect(make(() => {})).not.toThrow();
    for (const value of [0, 1, -1, 65535, 2147483647, -2147483648]) {
      expect(make((metadata) => metadata.setTermLength(value))).toThrow(LogLengthError);
      expect(make((metadata) => metadata.setMtuLength(value))).toThrow(LogLengthError);
      expect(make((metadata) => metadata.setPageSize(value))).toThrow(LogLengthError);
    }
    expect(make((metadata) => metadata.setTermLength(131072))).toThrow(BufferLayoutError);
    expect(() => logBuffersOf(new ArrayBuffer(4088))).toThrow(BufferLayoutError);
  });
});
