/**
 * One feed from several lines. Exchanges send every packet on two multicast groups (A and B); this puts
 * them back into one sequence, each packet once.
 *
 *   handed on          held, in slots by sequence
 *   … 41 42 | 43 (missing) 44 45 · 47
 *           ^ expected
 *
 * A packet that comes early waits in a slot until the missing ones arrive. They are given up, and told as
 * a gap, as soon as one of these holds:
 *   - every line has gone past them (a line keeps its own order, unless `linesKeepOrder` is false);
 *   - a packet arrives so far ahead that the window cannot hold it;
 *   - `poll` finds the gap open for `gapTimeoutMs`.
 *
 * Sequence numbers are uint32 and wrap; kept as int32, so that no arithmetic makes a heap number.
 */
import type { MessageHandler } from "../codegen/seams.js";
import { copyBytes } from "./copy-bytes.js";
import { checkOption, checkRange, FrameError } from "./frame-error.js";
import type { SequenceField } from "./packet-headers.js";

/** Options of a {@link LineArbiter}. */
export interface LineArbiterOptions {
  /** Lines, 1..16. Default 2. */
  readonly lineCount?: number;
  /** Packets that can wait for earlier ones, a power of two in 2..65536. Default 256. */
  readonly windowLength?: number;
  /** Longest packet that can wait, in bytes, 1..65536. Default 2048. The window takes `windowLength` times this. */
  readonly packetLengthMax?: number;
  /** How long a gap may stay open, in ms, counted from the first `poll` that sees it. Default 100. */
  readonly gapTimeoutMs?: number;
  /** A line never delivers an older packet after a newer one. Default true. */
  readonly linesKeepOrder?: boolean;
  /** First sequence number to hand on. Default: that of the first packet on any line. */
  readonly initialSequence?: number;
  /**
   * Packets were given up: `count` of them from `sequence` (uint32) on. Called before the next packet is
   * handed on; ask the venue's recovery feed for them.
   */
  readonly onGap?: (sequence: number, count: number) => void;
  /**
   * A packet more than a window behind the feed arrived and was dropped. A venue that restarts its
   * sequence shows so: call `reset` when that is what it is.
   */
  readonly onStale?: (line: number, sequence: number) => void;
}

const EMPTY = -1;

/** See the head of this file. Allocates nothing after its construction. */
export class LineArbiter {
  readonly #handler: MessageHandler;
  readonly #onGap: LineArbiterOptions["onGap"];
  readonly #onStale: LineArbiterOptions["onStale"];
  readonly #windowLength: number;
  readonly #packetLengthMax: number;
  readonly #gapTimeoutMs: number;
  readonly #linesKeepOrder: boolean;
  /** Greatest sequence of each line, int32; meaningful where `#lineSeen` is 1. */
  readonly #lineHighest: Int32Array;
  readonly #lineSeen: Uint8Array;
  /** Length of the packet in each slot, or EMPTY. */
  readonly #slotLength: Int32Array;
  readonly #slots: DataView;
  /** Next sequence to hand on, int32. */
  #expected = 0;
  #isStarted = false;
  #heldCount = 0;
  /** When an open gap is given up, in ms; NaN until a `poll` has seen it. */
  #gapDeadlineMs = Number.NaN;
  #packetCount = 0;
  #duplicateCount = 0;
  #staleCount = 0;
  #gapCount = 0;
  #lostCount = 0;
  #oversizeCount = 0;

  /**
   * @param handler  gets each packet once, in sequence; the view is valid until it returns
   * @throws {FrameError} FRAMING_OPTION_INVALID
   */
  constructor(handler: MessageHandler, options: LineArbiterOptions = {}) {
    const { windowLength = 256, packetLengthMax = 2048, lineCount = 2, initialSequence } = options;
    checkOption("lineCount", lineCount, 1, 16);
    checkOption("windowLength", windowLength, 2, 65_536);
    checkOption("packetLengthMax", packetLengthMax, 1, 65_536);
    if ((windowLength & (windowLength - 1)) !== 0) {
      throw new FrameError(
        "FRAMING_OPTION_INVALID",
        `windowLength must be a power of two: windowLength=${windowLength}`,
      );
    }
    this.#handler = handler;
    this.#onGap = options.onGap;
    this.#onStale = options.onStale;
    this.#windowLength = windowLength;
    this.#packetLengthMax = packetLengthMax;
    this.#gapTimeoutMs = checkOption("gapTimeoutMs", options.gapTimeoutMs ?? 100, 0, 3_600_000);
    this.#linesKeepOrder = options.linesKeepOrder ?? true;
    this.#lineHighest = new Int32Array(lineCount);
    this.#lineSeen = new Uint8Array(lineCount);
    this.#slotLength = new Int32Array(windowLength).fill(EMPTY);
    this.#slots = new DataView(new ArrayBuffer(windowLength * packetLengthMax));
    if (initialSequence !== undefined) this.reset(initialSequence);
  }

  /** Packets handed on. */
  get packetCount(): number {
    return this.#packetCount;
  }

  /** Packets dropped because theirs was handed on, given up or held already. */
  get duplicateCount(): number {
    return this.#duplicateCount;
  }

  /** Packets dropped because they were more than a window behind. */
  get staleCount(): number {
    return this.#staleCount;
  }

  /** Gaps told. */
  get gapCount(): number {
    return this.#gapCount;
  }

  /** Packets in all gaps told. */
  get lostCount(): number {
    return this.#lostCount;
  }

  /** Early packets dropped because they were longer than `packetLengthMax`. */
  get oversizeCount(): number {
    return this.#oversizeCount;
  }

  /** Packets waiting for earlier ones; a gap is open when it is not 0. */
  get heldCount(): number {
    return this.#heldCount;
  }

  /** Next sequence number to hand on, uint32; 0 before the first packet unless it was given. */
  get expectedSequence(): number {
    return this.#expected >>> 0;
  }

  /**
   * Takes a packet from a line.
   *
   * @param line  0..lineCount - 1
   * @param sequence  uint32, or the same bits as int32
   * @param view  borrowed: not kept beyond the call
   * @throws {FrameError} FRAMING_OPTION_INVALID for an unknown line, FRAMING_RANGE_INVALID
   */
  onPacket(line: number, sequence: number, view: DataView, offset: number, length: number): void {
    checkRange(view, offset, length);
    if (!(line >= 0 && line < this.#lineSeen.length)) {
      checkOption("line", line, 0, this.#lineSeen.length - 1);
    }
    const bits = sequence | 0;
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#expected = bits;
    }
    const distance = (bits - this.#expected) | 0;
    if (distance < -this.#windowLength) {
      // Its line does not count as being there: after a restart it would give everything up.
      this.#staleCount++;
      this.#onStale?.(line, sequence >>> 0);
      return;
    }
    this.#noteLine(line, bits);
    if (distance === 0) {
      this.#expected = (bits + 1) | 0;
      this.#packetCount++;
      this.#handler.onMessage(view, offset, length);
      if (this.#heldCount > 0) this.#handHeld();
    } else if (distance < 0) {
      this.#duplicateCount++;
    } else {
      this.#hold(bits, distance, view, offset, length);
    }
    if (this.#heldCount > 0 && this.#linesKeepOrder) this.#giveUpPassed();
  }

  /**
   * A handler for the datagrams of one line that reads the sequence number itself; datagrams too short to
   * have one are dropped and counted as `malformedCount` of the handler.
   *
   * @throws {FrameError} FRAMING_OPTION_INVALID for an unknown line
   */
  line(line: number, field: SequenceField): LineHandler {
    checkOption("line", line, 0, this.#lineSeen.length - 1);
    return new LineHandler(this, line, field);
  }

  /**
   * Gives up a gap that has been open for `gapTimeoutMs`. Call it now and then, e.g. every 10 ms.
   *
   * @param nowMs  of a clock that never goes back
   * @returns packets given up
   */
  poll(nowMs: number): number {
    if (this.#heldCount === 0) return 0;
    if (Number.isNaN(this.#gapDeadlineMs)) this.#gapDeadlineMs = nowMs + this.#gapTimeoutMs;
    if (nowMs < this.#gapDeadlineMs) return 0;
    const before = this.#lostCount;
    this.#giveUpToHeld();
    return this.#lostCount - before;
  }

  /**
   * Starts a new sequence: forgets what is held and which lines were there.
   *
   * @param sequence  the next to hand on; default: that of the next packet
   */
  reset(sequence?: number): void {
    this.#slotLength.fill(EMPTY);
    this.#heldCount = 0;
    this.#gapDeadlineMs = Number.NaN;
    this.#lineSeen.fill(0);
    this.#isStarted = sequence !== undefined;
    this.#expected = (sequence ?? 0) | 0;
  }

  #noteLine(line: number, bits: number): void {
    const highest = this.#lineHighest[line] ?? 0;
    if (this.#lineSeen[line] === 0 || ((bits - highest) | 0) > 0) {
      this.#lineSeen[line] = 1;
      this.#lineHighest[line] = bits;
    }
  }

  #hold(bits: number, distance: number, view: DataView, offset: number, length: number): void {
    // One slot less than there are: that of the packet being handed on is not written to, even if the
    // handler brings in further packets.
    const distanceMax = this.#windowLength - 2;
    if (distance > distanceMax) {
      this.#advanceTo((bits - distanceMax) | 0);
      this.#handHeld();
    }
    // The handler may have brought in more, or reset the feed.
    const left = (bits - this.#expected) | 0;
    if (left < 0 || left > distanceMax || !this.#isStarted) {
      this.#duplicateCount++;
      return;
    }
    const slot = bits & (this.#windowLength - 1);
    if (this.#slotLength[slot] !== EMPTY) {
      this.#duplicateCount++;
      return;
    }
    if (length > this.#packetLengthMax) {
      this.#oversizeCount++;
      return;
    }
    copyBytes(view, offset, this.#slots, slot * this.#packetLengthMax, length);
    this.#slotLength[slot] = length;
    this.#heldCount++;
  }

  /** Hands on held packets as long as there is no gap. */
  #handHeld(): void {
    while (this.#heldCount > 0 && this.#isHeld(this.#expected)) this.#handOne();
    this.#gapDeadlineMs = Number.NaN;
  }

  #isHeld(bits: number): boolean {
    return this.#slotLength[bits & (this.#windowLength - 1)] !== EMPTY;
  }

  /** Hands on the held packet that is expected. */
  #handOne(): void {
    const slot = this.#expected & (this.#windowLength - 1);
    const length = this.#slotLength[slot] ?? 0;
    this.#slotLength[slot] = EMPTY;
    this.#heldCount--;
    this.#expected = (this.#expected + 1) | 0;
    this.#packetCount++;
    this.#handler.onMessage(this.#slots, slot * this.#packetLengthMax, length);
  }

  /** Gives up what every line has gone past. */
  #giveUpPassed(): void {
    let least = 0x7fff_ffff;
    for (let line = 0; line < this.#lineSeen.length; line++) {
      if (this.#lineSeen[line] === 0) return;
      const distance = ((this.#lineHighest[line] ?? 0) - this.#expected) | 0;
      if (distance <= 0) return;
      if (distance < least) least = distance;
    }
    this.#advanceTo((this.#expected + least) | 0);
    this.#handHeld();
  }

  #giveUpToHeld(): void {
    let next = this.#expected;
    while (!this.#isHeld(next)) next = (next + 1) | 0;
    this.#advanceTo(next);
    this.#handHeld();
  }

  /** Moves on to `target`: held packets before it are handed on, missing ones told as gaps. */
  #advanceTo(target: number): void {
    while (((target - this.#expected) | 0) > 0) {
      if (this.#heldCount > 0 && this.#isHeld(this.#expected)) {
        this.#handOne();
        continue;
      }
      const start = this.#expected;
      let count = (target - start) | 0;
      if (this.#heldCount > 0) {
        // What is held lies within a window, so this is bounded by it.
        let run = 1;
        while (run < count && !this.#isHeld((start + run) | 0)) run++;
        count = run;
      }
      this.#expected = (start + count) | 0;
      this.#gapCount++;
      this.#lostCount += count;
      this.#onGap?.(start >>> 0, count);
    }
  }
}

/** The datagrams of one line; made by {@link LineArbiter.line}. */
export class LineHandler implements MessageHandler {
  readonly #arbiter: LineArbiter;
  readonly #line: number;
  readonly #offset: number;
  readonly #littleEndian: boolean;
  #malformedCount = 0;

  /** @param line  0..lineCount - 1 */
  constructor(arbiter: LineArbiter, line: number, field: SequenceField) {
    this.#arbiter = arbiter;
    this.#line = line;
    this.#offset = checkOption("field.offset", field.offset, 0, 0xffff);
    this.#littleEndian = field.littleEndian;
  }

  /** Datagrams dropped because they were too short to have a sequence number. */
  get malformedCount(): number {
    return this.#malformedCount;
  }

  /**
   * Takes one datagram; allocates nothing.
   *
   * @throws {FrameError} FRAMING_RANGE_INVALID if it does not lie in the view
   */
  onMessage(view: DataView, offset: number, length: number): void {
    checkRange(view, offset, length);
    if (length < this.#offset + 4) {
      this.#malformedCount++;
      return;
    }
    const sequence = view.getInt32(offset + this.#offset, this.#littleEndian);
    this.#arbiter.onPacket(this.#line, sequence, view, offset, length);
  }
}
