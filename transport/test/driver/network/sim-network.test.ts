import { describe, expect, it } from "vitest";
import { UdpAddress } from "../../../src/driver/network/udp-address.js";
import type { TransportRequest, UdpTransport } from "../../../src/driver/network/udp-network.js";
import { ManualClock } from "../../support/manual-clock.js";
import { type SimHost, SimNetwork } from "../../support/sim-network.js";

/** Two hosts, a receiver on the second, what it has received, and a sender on the first. */
class Pair {
  readonly clock = new ManualClock();
  readonly network: SimNetwork;
  readonly alpha: SimHost;
  readonly beta: SimHost;
  readonly received: number[] = [];
  readonly senders: string[] = [];
  readonly #poller;

  constructor(seed = 1) {
    this.network = new SimNetwork(this.clock, seed);
    this.alpha = this.network.host("10.0.0.1");
    this.beta = this.network.host("10.0.0.2");
    this.#poller = this.beta.createPoller();
  }

  open(host: SimHost, bind: string, more: Partial<TransportRequest> = {}): UdpTransport {
    return host.adopt(host.open({ family: 4, bind: address(bind), reuseAddress: false, ...more }));
  }

  listen(bind: string, more: Partial<TransportRequest> = {}): UdpTransport {
    const transport = this.open(this.beta, bind, more);
    this.#poller.add(transport, {
      onDatagram: (buffer, offset, length, from) => {
        if (length !== 64) throw new Error(`length=${length}`);
        this.received.push(buffer.getInt32(offset));
        this.senders.push(String(from));
      },
    });
    return transport;
  }

  send(transport: UdpTransport, value: number, to?: string): number {
    const source = this.alpha.source(this.alpha.allocate(128));
    source.buffer.putInt32(32, value);
    return transport.send(source, 32, 64, to === undefined ? undefined : address(to));
  }

  poll(): number[] {
    while (this.#poller.poll() > 0);
    return this.received.splice(0);
  }
}

function address(text: string): UdpAddress {
  const [ip = "", port = ""] = text.split(":");
  return UdpAddress.of({ address: Uint8Array.from(ip.split("."), Number), port: Number(port) });
}

describe("the simulated network", () => {
  it("carries datagrams in order, with the sender's address", () => {
    const pair = new Pair();
    pair.listen("10.0.0.2:5000");
    const sender = pair.open(pair.alpha, "0.0.0.0:0", { connect: address("10.0.0.2:5000") });
    expect([1, 2, 3].map((value) => pair.send(sender, value))).toEqual([64, 64, 64]);
    expect(pair.poll()).toEqual([1, 2, 3]);
    expect(pair.senders[0]).toBe(String(UdpAddress.of(sender.handle.localAddress)));
    expect(pair.senders[0]).toMatch(/^10\.0\.0\.1:/);
  });

  it("gives a connected socket only what its peer sends", () => {
    const pair = new Pair();
    const sender = pair.open(pair.alpha, "10.0.0.1:100");
    const other = pair.open(pair.alpha, "10.0.0.1:101");
    pair.listen("10.0.0.2:5000", { connect: address("10.0.0.1:100") });
    pair.send(sender, 1, "10.0.0.2:5000");
    pair.send(other, 2, "10.0.0.2:5000");
    expect(pair.poll()).toEqual([1]);
  });

  it("carries a group's datagrams to all its members", () => {
    const pair = new Pair();
    const iface = { address: Uint8Array.of(10, 0, 0, 2) };
    const group = { address: Uint8Array.of(224, 0, 1, 1), iface };
    pair.listen("0.0.0.0:5000", { group, reuseAddress: true });
    pair.listen("0.0.0.0:5000", { group, reuseAddress: true });
    const sender = pair.open(pair.alpha, "0.0.0.0:0");
    pair.send(sender, 7, "224.0.1.1:5000");
    pair.send(sender, 8, "224.0.1.3:5000");
    expect(pair.poll()).toEqual([7, 7]);
  });

  it("refuses an address that is taken or not the host's", () => {
    const pair = new Pair();
    const first = pair.listen("10.0.0.2:5000");
    expect(() => pair.listen("0.0.0.0:5000")).toThrow(/EADDRINUSE/);
    expect(() => pair.listen("10.0.0.1:5001")).toThrow(/EADDRNOTAVAIL/);
    first.close();
    pair.listen("10.0.0.2:5000");
    expect(pair.beta.socketCount).toBe(1);
  });

  it("delays, loses, duplicates, reorders and corrupts, the same for the same seed", () => {
    const run = (): number[] => {
      const pair = new Pair(9);
      pair.listen("10.0.0.2:5000");
      const sender = pair.open(pair.alpha, "0.0.0.0:0");
      pair.network.faults = {
        ...pair.network.faults,
        delayNs: 5_000_000,
        loss: 0.1,
        duplicate: 0.1,
        reorder: 0.2,
        reorderNs: 2_000_000,
      };
      for (let i = 0; i < 200; i++) {
        pair.send(sender, i, "10.0.0.2:5000");
        pair.clock.advanceMs(1);
        if (i < 4) expect(pair.poll()).toEqual([]);
      }
      pair.clock.advanceMs(10);
      return pair.poll();
    };
    const received = run();
    expect(run()).toEqual(received);
    const distinct = new Set(received);
    expect(distinct.size).toBeGreaterThan(160);
    expect(distinct.size).toBeLessThan(199);
    expect(received.length).toBeGreaterThan(distinct.size);
    expect(received).not.toEqual(received.slice().sort((a, b) => a - b));
  });

  it("partitions and heals, and moves hosts", () => {
    const pair = new Pair();
    pair.listen("0.0.0.0:5000");
    const sender = pair.open(pair.alpha, "0.0.0.0:0");
    pair.network.partition(pair.beta, pair.alpha);
    pair.send(sender, 1, "10.0.0.2:5000");
    pair.network.heal();
    pair.send(sender, 2, "10.0.0.2:5000");
    pair.beta.setAddresses("10.0.0.77");
    pair.send(sender, 3, "10.0.0.2:5000");
    pair.send(sender, 4, "10.0.0.77:5000");
    expect(pair.poll()).toEqual([2, 4]);
  });

  it("drops what does not fit a receive buffer, and what a filter takes", () => {
    const pair = new Pair();
    pair.listen("0.0.0.0:5000", { receiveBufferLength: 128 });
    const sender = pair.open(pair.alpha, "0.0.0.0:0");
    for (const value of [1, 2, 3]) pair.send(sender, value, "10.0.0.2:5000");
    expect(pair.poll()).toEqual([1, 2]);
    expect(pair.network.overflowCount).toBe(1);
    pair.network.filter = (bytes) => bytes[0] !== 5;
    for (const value of [4, 5]) pair.send(sender, value, "10.0.0.2:5000");
    expect(pair.poll()).toEqual([4]);
    pair.network.faults = { ...pair.network.faults, refuse: 1 };
    expect(pair.send(sender, 6, "10.0.0.2:5000")).toBe(0);
  });
});
