import { describe, expect, it } from "vitest";
import { WildcardPorts } from "../../../../src/driver/network/media/wildcard-ports.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import type { TransportRequest } from "../../../../src/driver/network/udp-network.js";
import { ManualClock } from "../../../support/manual-clock.js";
import { SimNetwork } from "../../../support/sim-network.js";

const host = "10.0.0.1";
const request = (port: number): TransportRequest => ({
  family: 4,
  bind: UdpAddress.of({ address: Uint8Array.of(10, 0, 0, 1), port }),
  reuseAddress: false,
});

describe("ports of wildcard channels", () => {
  it("are the system's without a range, and for sockets that are not to be managed", () => {
    const udp = new SimNetwork(new ManualClock()).host(host);
    const port = (ports: WildcardPorts, isManaged: boolean): number =>
      ports.open(udp, request(0), isManaged).localAddress.port;
    expect(port(new WildcardPorts(undefined), true)).toBeGreaterThan(30_000);
    expect(port(new WildcardPorts({ low: 0, high: 0 }), true)).toBeGreaterThan(30_000);
    expect(port(new WildcardPorts({ low: 100, high: 110 }), false)).toBeGreaterThan(30_000);
  });

  it("go round in the range, past those that are taken", () => {
    const udp = new SimNetwork(new ManualClock()).host(host);
    const ports = new WildcardPorts({ low: 100, high: 102 });
    const open = (port: number) => ports.open(udp, request(port), true);
    open(101);
    const first = open(0);
    expect(first.localAddress.port).toBe(100);
    expect(open(0).localAddress.port).toBe(102);
    expect(() => open(0)).toThrow(/EADDRINUSE/);
    udp.adopt(first).close();
    expect(open(0).localAddress.port).toBe(100);
    expect(open(7).localAddress.port).toBe(7);
  });
});
