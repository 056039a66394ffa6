import { describe, expect, it } from "vitest";
import { hasConformanceData } from "../../support/shared-data.js";
import { scenarios } from "./support/capture-scenarios.js";
import {
  capturedExchange,
  contentOf,
  type Exchange,
  kindOf,
  kindsOf,
  valuesOf,
} from "./support/captures.js";

/** Sessions that channels name; all others are made up by drivers. */
const SESSIONS: ReadonlySet<number> = new Set([-559038737, 77, 55, 56, 4660, 900, -2]);

/** Fields that are the same in every run, by the type of frame that has them. */
const FIXED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  SETUP: ["frameLength", "version", "initialTermId", "termLength", "mtu", "ttl", "streamId"],
  SM: ["version", "frameLength", "groupTag"],
  NAK: ["version", "frameLength", "flags", "sessionId", "streamId", "termId"],
  ERR: ["version", "frameLength", "flags", "sessionId", "streamId", "errorCode", "error"],
  RTTM: ["version", "frameLength", "sessionId", "streamId", "receptionDelta"],
  RSP_SETUP: ["version", "frameLength", "flags", "sessionId", "streamId"],
};

/** Where the two drivers differ from each other, ours may be like either. */
function eitherOf<T>(a: T, b: T, ours: T): T {
  return JSON.stringify(ours) === JSON.stringify(a) ? a : b;
}

/** Kinds that one capture has in an order and the other in another, or not at all, may come in any. */
function orderViolations(ours: readonly string[], ...captured: readonly string[][]): string[] {
  const violations: string[] = [];
  for (const [at, later] of ours.entries()) {
    for (const earlier of ours.slice(at + 1)) {
      const isAlways = captured.every((kinds) => {
        const first = kinds.indexOf(earlier);
        return first >= 0 && kinds.includes(later) && first < kinds.indexOf(later);
      });
      if (isAlways) violations.push(`${later} before ${earlier}`);
    }
  }
  return violations;
}

/** Positions that a frame of a receiver may name: where the stream has been. */
function badConsumption(exchange: Exchange): Exchange {
  const setup = exchange.find(({ type }) => type === "SETUP");
  const termLength = Number(setup?.["termLength"]);
  const reached = new Map<unknown, number>();
  return exchange.filter((frame) => {
    const session = frame["sessionId"];
    if (frame.type === "DATA" || frame.type === "PAD" || frame.type === "SETUP") {
      const end = Number(frame["termOffset"]) + ((frame.frameLength + 31) & ~31);
      const base = frame.type === "SETUP" ? Number(frame["termOffset"]) : end;
      reached.set(session, Math.max(reached.get(session) ?? 0, base));
      return false;
    }
    if (frame.type !== "SM" || (frame.flags & 0x80) !== 0) return false;
    const offset = Number(frame["consumptionTermOffset"]);
    return offset < 0 || offset % 32 !== 0 || offset >= termLength;
  });
}

describe.skipIf(!hasConformanceData)("our frames beside those of the C and the Java driver", () => {
  it.each(Object.keys(scenarios))("%s", async (scenario) => {
    const run = scenarios[scenario];
    if (run === undefined) throw new Error("no such scenario");
    const ours = await run();
    const java = capturedExchange("java", scenario);
    const c = capturedExchange("c", scenario);

    // Kinds: none that neither sends, all that both send.
    const [ourKinds, javaKinds, cKinds] = [ours, java, c].map((each) =>
      kindsOf(each, SESSIONS),
    ) as [string[], string[], string[]];
    expect(ourKinds.filter((kind) => !javaKinds.includes(kind) && !cKinds.includes(kind))).toEqual(
      [],
    );
    const common = javaKinds.filter((kind) => cKinds.includes(kind));
    expect(common.filter((kind) => !ourKinds.includes(kind))).toEqual([]);

    // Order: what comes first in both comes first here.
    expect(orderViolations(ourKinds, javaKinds, cKinds)).toEqual([]);

    // Content: the same frames at the same places, byte for byte.
    expect(contentOf(ours)).toEqual(contentOf(java));
    expect(contentOf(java)).toEqual(contentOf(c));

    // Fields that no run changes.
    for (const [type, fields] of Object.entries(FIXED_FIELDS)) {
      if (!ourKinds.some((kind) => kind.startsWith(type))) continue;
      for (const field of fields) {
        const seen = valuesOf(ours, type, field);
        const expected = eitherOf(valuesOf(java, type, field), valuesOf(c, type, field), seen);
        expect({ type, field, seen }).toEqual({ type, field, seen: expected });
      }
    }

    // CUBIC's window is a matter of time.
    if (scenario !== "rttm") {
      expect(valuesOf(ours, "SM", "receiverWindow")).toEqual(
        valuesOf(java, "SM", "receiverWindow"),
      );
    }
    expect(badConsumption(ours)).toEqual([]);
    expect(new Set(valuesOf(ours, "SM", "receiverId")).size).toBe(
      new Set(valuesOf(java, "SM", "receiverId")).size,
    );
  });

  it("are as many where time is what makes them: heartbeats, status messages, setups", async () => {
    for (const scenario of ["basic", "no-subscriber", "eos", "sub-closes-first"]) {
      const ours = (await scenarios[scenario]?.()) ?? [];
      const count = (exchange: Exchange, kind: string): number =>
        exchange.filter((frame) => kindOf(frame, SESSIONS).startsWith(kind)).length;
      const captures = [capturedExchange("java", scenario), capturedExchange("c", scenario)];
      for (const kind of ["DATA(heartbeat)", "SM", "SETUP"]) {
        const counts = captures.map((exchange) => count(exchange, kind));
        const own = count(ours, kind);
        // A third more or less: the captures come from a busy machine.
        expect({ scenario, kind, isLike: own >= Math.min(...counts) * 0.66 - 1 }).toEqual({
          scenario,
          kind,
          isLike: true,
        });
        expect({ scenario, kind, isLike: own <= Math.max(...counts) * 1.34 + 1 }).toEqual({
          scenario,
          kind,
          isLike: true,
        });
      }
    }
  });
});
