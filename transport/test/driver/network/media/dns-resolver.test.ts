import { lookup } from "node:dns/promises";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import {
  DnsResolver,
  type Lookups,
  ThreadLookups,
} from "../../../../src/driver/network/media/dns-resolver.js";
import {
  parseIpAddress,
  ResolutionPending,
} from "../../../../src/driver/network/media/name-resolver.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import { systemClock } from "../../../../src/os/system-clock.js";
import { ManualClock } from "../../../support/manual-clock.js";

/** Answers when the test says. */
class ManualLookups implements Lookups {
  readonly asked: string[] = [];
  readonly #answers: { host: string; addresses: string[] }[] = [];

  ask(host: string): void {
    this.asked.push(host);
  }

  answer(host: string, ...addresses: string[]): void {
    this.#answers.push({ host, addresses });
  }

  take(): { host: string; addresses: string[] } | undefined {
    return this.#answers.shift();
  }

  close(): void {
    this.#answers.length = 0;
  }
}

class Fixture {
  readonly clock = new ManualClock();
  readonly lookups = new ManualLookups();
  readonly durations: number[] = [];
  readonly resolver = new DnsResolver(this.clock, this.lookups, (ns) => this.durations.push(ns));

  resolve(name: string, isReResolution = false): string {
    try {
      return this.resolver.resolve(name, "endpoint", isReResolution).toString();
    } catch (error) {
      if (error instanceof ResolutionPending) return "pending";
      return (error as Error).message;
    }
  }

  work(): number {
    return this.resolver.doWork();
  }
}

describe("names by DNS", () => {
  it("ask nobody for literals and localhost", () => {
    const { resolver, lookups } = new Fixture();
    expect(String(resolver.resolve("10.1.2.3:4", "endpoint", true))).toBe("10.1.2.3:4");
    expect(String(resolver.resolve("[::1]:4", "endpoint", true))).toBe("[0:0:0:0:0:0:0:1]:4");
    expect(String(resolver.resolve("LocalHost:4", "endpoint", true))).toBe("127.0.0.1:4");
    expect(lookups.asked).toEqual([]);
  });

  it("are pending until they are answered, IPv4 first", () => {
    const fixture = new Fixture();
    expect(fixture.resolve("venue:40")).toBe("pending");
    expect(fixture.resolve("venue:41")).toBe("pending");
    expect(fixture.work()).toBe(0);
    expect(fixture.lookups.asked).toEqual(["venue"]);
    fixture.clock.advanceMs(30);
    fixture.lookups.answer("venue", "fd00::1", "10.0.0.7", "10.0.0.8");
    expect(fixture.work()).toBe(1);
    expect(fixture.resolve("venue:40")).toBe("10.0.0.7:40");
    expect(fixture.resolve("venue:41")).toBe("10.0.0.7:41");
    expect(fixture.durations).toEqual([30_000_000]);
    fixture.lookups.answer("six", "fd00::1");
    expect(fixture.resolve("six:1")).toBe("pending");
    fixture.work();
    expect(fixture.resolve("six:1")).toBe("[fd00:0:0:0:0:0:0:1]:1");
  });

  it("are refused when nobody knows them, and asked for again", () => {
    const fixture = new Fixture();
    expect(fixture.resolve("nowhere:1")).toBe("pending");
    fixture.lookups.answer("nowhere");
    fixture.work();
    expect(fixture.resolve("nowhere:1")).toContain("host must be known");
    expect(fixture.resolve("nowhere:1")).toBe("pending");
    expect(fixture.lookups.asked).toHaveLength(2);
  });

  it("are asked for anew for a re-resolution, and when an answer is old", () => {
    const fixture = new Fixture();
    fixture.resolve("venue:40");
    fixture.lookups.answer("venue", "10.0.0.1");
    fixture.work();
    expect(fixture.resolve("venue:40")).toBe("10.0.0.1:40");
    expect(fixture.resolve("venue:40", true)).toBe("pending");
    fixture.lookups.answer("venue", "10.0.0.2");
    fixture.work();
    expect(fixture.resolve("venue:40", true)).toBe("10.0.0.2:40");
    fixture.clock.advanceMs(5001);
    expect(fixture.resolve("venue:40")).toBe("pending");
  });

  it("of two slow names are there together in the end", () => {
    const fixture = new Fixture();
    const both = (): string => {
      const first = fixture.resolve("a:1");
      return first === "pending" ? first : fixture.resolve("b:1");
    };
    for (let second = 0; second < 40; second++) {
      const before = fixture.lookups.asked.length;
      if (both() !== "pending") return;
      const asked = fixture.lookups.asked[before];
      if (asked === undefined) continue;
      fixture.clock.advanceMs(8000);
      fixture.lookups.answer(asked, "10.0.0.1");
      fixture.work();
    }
    expect.fail("never together");
  });

  it("come from the system, in a thread of their own", async () => {
    const name = hostname();
    const known = await lookup(name, { all: true }).catch(() => []);
    const expected = known.find(({ family }) => family === 4) ?? known[0];
    const resolver = new DnsResolver(systemClock(), new ThreadLookups());
    const outcome = (): string => {
      try {
        return String(resolver.resolve(`${name}:7`, "endpoint", false));
      } catch (error) {
        return error instanceof ResolutionPending ? "pending" : (error as Error).message;
      }
    };
    const deadline = performance.now() + 20_000;
    let last = outcome();
    for (; last === "pending" && performance.now() < deadline; last = outcome()) {
      resolver.doWork();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    const address = parseIpAddress(expected?.address ?? "");
    if (address === undefined) expect(last).toContain("host must be known");
    else expect(last).toBe(String(UdpAddress.of({ address, port: 7 })));
    resolver.close();
  });
});
