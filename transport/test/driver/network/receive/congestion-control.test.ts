import { describe, expect, it } from "vitest";
import { CachedClock } from "../../../../src/driver/network/cached-clock.js";
import {
  CubicWindow,
  StaticWindow,
} from "../../../../src/driver/network/receive/congestion-control.js";
import { RttMeter } from "../../../../src/driver/network/receive/rtt-meter.js";

const MTU = 1408;
const MS = 1_000_000;

/** CUBIC with the time of each call. */
interface CubicAtTimes {
  readonly initialWindowLength: number;
  readonly forcesStatusMessage: () => boolean;
  readonly close: () => void;
  readonly onTrackRebuild: (nowNs: number, hasConsumed: boolean, hasLoss: boolean) => number;
}

function cubic(isTcpMode: boolean = false): { window: CubicAtTimes; shown: number[][] } {
  const shown: number[][] = [];
  const clock = new CachedClock();
  clock.nowNs = 0;
  const cubicWindow = new CubicWindow(
    {
      mtuLength: MTU,
      windowLengthMax: 32 * 1024,
      measuresRtt: true,
      initialRttNs: 100_000,
      isTcpMode,
      roundTripNs: () => 0,
      show: (length, rtt) => shown.push([length, rtt]),
      free: () => shown.push([]),
    },
    clock,
  );
  const window = {
    initialWindowLength: cubicWindow.initialWindowLength,
    forcesStatusMessage: (): boolean => cubicWindow.forcesStatusMessage,
    close: (): void => cubicWindow.close(),
    onTrackRebuild: (nowNs: number, hasConsumed: boolean, hasLoss: boolean): number => {
      clock.nowNs = nowNs;
      return cubicWindow.onTrackRebuild(hasConsumed, hasLoss);
    },
  };
  return { window, shown };
}

describe("the static window", () => {
  it("stays as it is", () => {
    const window = new StaticWindow(4096);
    expect(window.onTrackRebuild()).toBe(4096);
    expect(window.forcesStatusMessage).toBe(false);
  });
});

describe("CUBIC", () => {
  it("begins with one MTU and grows as the Java driver was seen to", () => {
    const { window } = cubic();
    expect(window.initialWindowLength).toBe(MTU);
    // conformance/aeron/udp/java-rttm: 19 MTUs in the first status message, 20 after 119 ms.
    expect(window.onTrackRebuild(1 * MS, false, false)).toBe(19 * MTU);
    expect(window.onTrackRebuild(119 * MS, false, false)).toBe(20 * MTU);
  });

  it("reaches the longest window and stays there", () => {
    const { window } = cubic();
    for (let ms = 1; ms < 5000; ms += 10) window.onTrackRebuild(ms * MS, false, false);
    expect(window.onTrackRebuild(6000 * MS, false, false)).toBe(23 * MTU);
  });

  it("gives up a fifth at loss, says so at once, and comes back slowly", () => {
    const { window } = cubic();
    for (let ms = 1; ms < 5000; ms += 10) window.onTrackRebuild(ms * MS, false, false);
    expect(window.onTrackRebuild(5000 * MS, false, true)).toBe(18 * MTU);
    expect(window.forcesStatusMessage()).toBe(true);
    expect(window.onTrackRebuild(5001 * MS, false, false)).toBe(19 * MTU);
    expect(window.forcesStatusMessage()).toBe(false);
    expect(window.onTrackRebuild(8000 * MS, false, false)).toBe(23 * MTU);
  });

  it("never falls below one MTU, and then tells the sender of every step", () => {
    const { window } = cubic();
    for (let i = 0; i < 10; i++) window.onTrackRebuild(0, false, true);
    expect(window.onTrackRebuild(0, true, false)).toBe(MTU);
    expect(window.forcesStatusMessage()).toBe(true);
    window.onTrackRebuild(0, false, false);
    expect(window.forcesStatusMessage()).toBe(false);
  });

  it("keeps up with TCP where it is told to", () => {
    const slow = cubic(false).window;
    const tcp = cubic(true).window;
    for (const window of [slow, tcp]) {
      for (let ms = 1; ms < 5000; ms += 10) window.onTrackRebuild(ms * MS, false, false);
      window.onTrackRebuild(5000 * MS, false, true);
    }
    expect(tcp.onTrackRebuild(5010 * MS, false, false)).toBe(23 * MTU);
    expect(slow.onTrackRebuild(5010 * MS, false, false)).toBe(19 * MTU);
  });

  it("shows its window, and frees what it shows it with", () => {
    const { window, shown } = cubic();
    window.onTrackRebuild(1 * MS, false, false);
    window.close();
    expect(shown).toEqual([[MTU, 100_000], [19 * MTU, 100_000], []]);
  });
});

describe("the round trip meter", () => {
  it("measures one at a time", () => {
    const meter = new RttMeter();
    expect(meter.shouldMeasure(0)).toBe(true);
    meter.onSent(0);
    expect(meter.shouldMeasure(100_000)).toBe(false);
    expect(meter.onReply(150_000, 0, 50_000)).toBe(100_000);
    expect(meter.shouldMeasure(150_001)).toBe(true);
  });

  it("gives a measurement up after four round trips", () => {
    const meter = new RttMeter();
    meter.onSent(0);
    expect(meter.shouldMeasure(400_000)).toBe(false);
    expect(meter.shouldMeasure(400_001)).toBe(true);
  });

  it("believes no answer that nobody waits for or that cannot be", () => {
    const meter = new RttMeter();
    expect(meter.onReply(100, 0, 0)).toBe(-1);
    meter.onSent(1000);
    expect(meter.onReply(2000, 3000, 0)).toBe(-1);
    expect(meter.onReply(2000, -0x8000000000000000, 0)).toBe(-1);
    expect(meter.onReply(2000, 1000, -5e9)).toBe(-1);
    expect(meter.onReply(2000, 1000, 0)).toBe(1000);
  });
});
