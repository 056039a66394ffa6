import { AtomicBuffer, CountersManager } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { GossipResolver } from "../../../../src/driver/network/media/gossip-resolver.js";
import { TableNameResolver } from "../../../../src/driver/network/media/name-resolver.js";
import {
  readResolutionFrame,
  writeResolutionFrames,
} from "../../../../src/driver/network/media/resolution-frame.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import { resolveDriverConfig } from "../../../../src/driver/driver-properties.js";
import { ManualClock } from "../../../support/manual-clock.js";
import { type SimHost, SimNetwork } from "../../../support/sim-network.js";

const PORT = 8050;

/** Drivers that tell each other their names, on a simulated network. */
class Village {
  readonly clock = new ManualClock();
  readonly network = new SimNetwork(this.clock, 3);
  readonly base = new TableNameResolver([["first", Uint8Array.of(10, 0, 0, 1)]]);
  readonly resolvers: GossipResolver[] = [];
  readonly hosts: SimHost[] = [];
  readonly counters = new CountersManager(
    new AtomicBuffer(new ArrayBuffer(64 * 512)),
    new AtomicBuffer(new ArrayBuffer(64 * 128)),
    this.clock,
    0,
  );
  invalidCount = 0;

  settle(name: string, ip: string, bootstrap: string, bindIp: string = ip): GossipResolver {
    const host = this.network.host(ip);
    const config = resolveDriverConfig({
      defaultDir: "/x",
      options: {
        resolverName: name,
        resolverInterface: `${bindIp}:${PORT}`,
        resolverBootstrapNeighbor: bootstrap,
      },
    });
    const resolver = new GossipResolver({
      config: { ...config, resolverName: name },
      udp: host,
      base: this.base,
      bind: this.base.resolve(`${bindIp}:${PORT}`, "bind"),
      counters: this.counters,
      onInvalidFrame: () => {
        this.invalidCount++;
      },
      clock: this.clock,
    });
    this.hosts.push(host);
    this.resolvers.push(resolver);
    return resolver;
  }

  pass(ms: number, ...asleep: GossipResolver[]): void {
    for (let done = 0; done < ms; done += 100) {
      this.clock.advanceMs(100);
      for (const each of this.resolvers) {
        if (!asleep.includes(each)) each.doWork();
      }
    }
  }

  lookUp(resolver: GossipResolver, name: string): string {
    try {
      return resolver.resolve(`${name}:40`, "endpoint", false).toString();
    } catch {
      return "unknown";
    }
  }
}

describe("names among drivers", () => {
  it("spread from neighbour to neighbour", () => {
    const village = new Village();
    const alpha = village.settle("alpha", "10.0.0.1", "");
    const beta = village.settle("beta", "10.0.0.2", `first:${PORT}`);
    const gamma = village.settle("gamma", "10.0.0.3", `10.0.0.2:${PORT}`);
    expect(village.lookUp(alpha, "gamma")).toBe("unknown");
    expect(village.lookUp(alpha, "alpha")).toBe("10.0.0.1:40");
    village.pass(6000);
    for (const resolver of [alpha, beta, gamma]) {
      expect(village.lookUp(resolver, "alpha")).toBe("10.0.0.1:40");
      expect(village.lookUp(resolver, "beta")).toBe("10.0.0.2:40");
      expect(village.lookUp(resolver, "gamma")).toBe("10.0.0.3:40");
    }
    expect(village.lookUp(alpha, "first")).toBe("10.0.0.1:40");
    // Two neighbours each, and two names beside the own.
    expect([0, 1, 2, 3].map((id) => village.counters.value(id))).toEqual([2, 2, 2, 2]);
  });

  it("are forgotten when their driver falls silent, and heard again", () => {
    const village = new Village();
    const alpha = village.settle("alpha", "10.0.0.1", "");
    const beta = village.settle("beta", "10.0.0.2", `10.0.0.1:${PORT}`);
    village.pass(3000);
    expect(village.lookUp(alpha, "beta")).toBe("10.0.0.2:40");
    village.pass(12_000, beta);
    expect(village.lookUp(alpha, "beta")).toBe("unknown");
    village.pass(2000);
    expect(village.lookUp(alpha, "beta")).toBe("10.0.0.2:40");
  });

  it("follow a driver that moves; one that listens everywhere is known by where it sends from", () => {
    const village = new Village();
    const alpha = village.settle("alpha", "10.0.0.1", "");
    village.settle("beta", "10.0.0.2", `10.0.0.1:${PORT}`, "0.0.0.0");
    village.pass(2000);
    expect(village.lookUp(alpha, "beta")).toBe("10.0.0.2:40");
    village.hosts[1]?.setAddresses("10.0.0.9");
    village.pass(2000);
    expect(village.lookUp(alpha, "beta")).toBe("10.0.0.9:40");
  });

  it("are counted, and bootstrap neighbours shown with address and whether they are heard", () => {
    const village = new Village();
    const alpha = village.settle("alpha", "10.0.0.1", "");
    village.settle("beta", "10.0.0.2", `first:${PORT}, 10.0.0.7:${PORT},`);
    const { counters } = village;
    expect(counters.label(4)).toBe(`Bootstrap neighbor: name=first:${PORT} resolved=`);
    village.pass(3000);
    const shown = [2, 3, 4, 5].map((id) => [
      counters.typeId(id),
      counters.label(id),
      new DataView(counters.key(id).slice().buffer).getInt32(0, true),
      counters.value(id),
    ]);
    const first = `Bootstrap neighbor: name=first:${PORT} resolved=10.0.0.1:${PORT}`;
    const second = `Bootstrap neighbor: name=10.0.0.7:${PORT} resolved=10.0.0.7:${PORT}`;
    expect(shown).toEqual([
      [15, `Resolver neighbors: bound 10.0.0.2:${PORT}`, 0, 1],
      [16, "Resolver cache entries: name=beta", 0, 1],
      [21, first, 0, 1],
      [21, second, 1, 0],
    ]);
    village.pass(12_000, alpha);
    expect(counters.value(4)).toBe(0);
  });

  it("survive loss, and anything that is no frame", () => {
    const village = new Village();
    village.network.faults = { ...village.network.faults, loss: 0.3, corrupt: 0.2 };
    const alpha = village.settle("alpha", "10.0.0.1", "");
    village.settle("beta", "10.0.0.2", `10.0.0.1:${PORT}`);
    village.pass(10_000);
    expect(village.lookUp(alpha, "beta")).not.toBe("unknown");
    expect(village.invalidCount).toBeGreaterThan(0);
  });
});

describe("resolution frames", () => {
  const entry = {
    isSelf: true,
    ageMs: 0,
    name: "alpha",
    address: Uint8Array.of(127, 0, 0, 1),
    port: 24_430,
  };

  it("lie as a Java driver's do", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(64));
    const lengths: number[] = [];
    writeResolutionFrames([entry], buffer, 1408, (length) => lengths.push(length));
    expect(lengths).toEqual([32]);
    expect(Buffer.from(buffer.u8.slice(0, 32)).toString("hex")).toBe(
      "2000000000000700" +
        "01806e5f" +
        "00000000" +
        "7f000001" +
        "0500" +
        "616c706861" +
        "0000000000",
    );
    expect(readResolutionFrame(buffer, 0, 32)).toEqual([entry]);
  });

  it("are as many as the entries need", () => {
    const buffer = new AtomicBuffer(new ArrayBuffer(2048));
    const entries = Array.from({ length: 60 }, (_, i) => ({
      ...entry,
      isSelf: false,
      name: `driver-${i}`,
      address: i % 2 === 0 ? entry.address : new Uint8Array(16).fill(i),
    }));
    const read: unknown[] = [];
    writeResolutionFrames(entries, buffer, 1408, (length) => {
      expect(length).toBeLessThanOrEqual(1408);
      read.push(...(readResolutionFrame(buffer, 0, length) ?? []));
    });
    expect(read).toEqual(entries);
  });

  it("are refused when anything in them cannot be", () => {
    const frame = (change: (view: DataView) => void): unknown => {
      const buffer = new AtomicBuffer(new ArrayBuffer(64));
      writeResolutionFrames([entry], buffer, 1408, () => {});
      change(buffer.view);
      return readResolutionFrame(buffer, 0, 32);
    };
    expect(frame(() => {})).toBeDefined();
    expect(frame((view) => view.setInt32(0, 40, true))).toBeUndefined();
    expect(frame((view) => view.setInt32(0, -1, true))).toBeUndefined();
    expect(frame((view) => view.setUint8(4, 1))).toBeUndefined();
    expect(frame((view) => view.setUint16(6, 1, true))).toBeUndefined();
    expect(frame((view) => view.setUint8(8, 3))).toBeUndefined();
    expect(frame((view) => view.setUint8(8, 2))).toBeUndefined();
    expect(frame((view) => view.setInt16(20, 0, true))).toBeUndefined();
    expect(frame((view) => view.setInt16(20, 513, true))).toBeUndefined();
    expect(frame((view) => view.setInt16(20, 12, true))).toBeUndefined();
    expect(frame((view) => view.setInt32(12, -1, true))).toBeUndefined();
    expect(readResolutionFrame(new AtomicBuffer(new ArrayBuffer(8)), 0, 3)).toBeUndefined();
    expect(UdpAddress.of(entry).toString()).toBe("127.0.0.1:24430");
  });
});
