import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DgramUdpNetwork } from "../../../../src/driver/network/media/dgram-udp-network.js";
import { NativeUdpNetwork } from "../../../../src/driver/network/media/native-udp-network.js";
import { parseIpAddress } from "../../../../src/driver/network/media/name-resolver.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import type {
  DatagramSource,
  TransportPoller,
  TransportRequest,
  UdpNetwork,
  UdpTransport,
} from "../../../../src/driver/network/udp-network.js";
import { loadOs } from "../../../../src/os/load-os.js";

const LENGTH = 64;

function address(host: string, port: number): UdpAddress {
  return UdpAddress.of({ address: parseIpAddress(host) ?? new Uint8Array(4), port });
}

/** Gives the event loop a turn: sockets of Node deliver through it. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const networks: { name: string; make: () => Promise<UdpNetwork> }[] = [
  { name: "the kernel's sockets", make: async () => new NativeUdpNetwork(await loadOs()) },
  { name: "sockets of Node", make: () => Promise.resolve(new DgramUdpNetwork()) },
];

describe.skipIf(process.platform !== "linux").each(networks)("UDP over $name", ({ make }) => {
  let network: UdpNetwork;
  let poller: TransportPoller;
  let source: DatagramSource;
  const open: UdpTransport[] = [];
  const received: { value: number; length: number; from: UdpAddress; at: UdpTransport }[] = [];

  beforeEach(async () => {
    network = await make();
    poller = network.createPoller();
    source = network.source(network.allocate(8 * LENGTH));
    received.length = 0;
  });

  afterEach(() => {
    for (const transport of open.splice(0)) transport.close();
    poller.close();
    source.free();
    network.close();
  });

  function openTransport(bind: UdpAddress, more: Partial<TransportRequest> = {}): UdpTransport {
    const handle = network.open({ family: bind.family, bind, reuseAddress: false, ...more });
    const result = network.adopt(handle);
    open.push(result);
    return result;
  }

  function listen(bind: UdpAddress, more: Partial<TransportRequest> = {}): UdpTransport {
    const result = openTransport(bind, more);
    poller.add(result, {
      onDatagram: (buffer, offset, length, from) => {
        received.push({ value: buffer.getInt32(offset), length, from: from.clone(), at: result });
      },
    });
    return result;
  }

  function send(from: UdpTransport, value: number, to?: UdpAddress): number {
    source.buffer.putInt32(LENGTH, value);
    return from.send(source, LENGTH, LENGTH, to);
  }

  async function poll(count: number): Promise<number[]> {
    const deadline = performance.now() + 10_000;
    while (received.length < count && performance.now() < deadline) {
      poller.poll();
      await turn();
    }
    poller.poll();
    return received.map(({ value }) => value);
  }

  const local = (of: UdpTransport): UdpAddress => UdpAddress.of(of.handle.localAddress);

  it.each([
    ["IPv4", "127.0.0.1"],
    ["IPv6", "::1"],
  ])("goes there and back, %s", async (_family, host) => {
    const receiver = listen(address(host, 0));
    const sender = listen(address(host, 0), { connect: local(receiver) });
    expect(send(sender, 7)).toBe(LENGTH);
    expect(await poll(1)).toEqual([7]);
    expect(received[0]?.length).toBe(LENGTH);
    expect(String(received[0]?.from)).toBe(String(local(sender)));
    expect(send(receiver, 8, received[0]?.from)).toBe(LENGTH);
    expect(await poll(2)).toEqual([7, 8]);
    expect(String(received[1]?.from)).toBe(String(local(receiver)));
  });

  it("gets another peer and keeps its port", async () => {
    const [first, second] = [listen(address("127.0.0.1", 0)), listen(address("127.0.0.1", 0))];
    const sender = listen(address("127.0.0.1", 0), { connect: local(first) });
    send(sender, 1);
    sender.reconnect(local(second));
    send(sender, 2);
    expect((await poll(2)).sort((a, b) => a - b)).toEqual([1, 2]);
    expect(received.map(({ from }) => String(from))).toEqual([
      String(local(sender)),
      String(local(sender)),
    ]);
    send(first, 3, local(sender));
    send(second, 4, local(sender));
    expect(await poll(3)).toContain(4);
  });

  it("sends many datagrams at once, from memory of any kind", async () => {
    const receiver = listen(address("127.0.0.1", 0), { receiveBufferLength: 256 * 1024 });
    const sender = openTransport(address("127.0.0.1", 0));
    const count = 40;
    for (const memory of [new ArrayBuffer(64 * 1024), new SharedArrayBuffer(64 * 1024)]) {
      const many = network.source(new AtomicBuffer(memory, 1024));
      const offsets = new Int32Array(count);
      const lengths = new Int32Array(count).fill(LENGTH);
      for (let i = 0; i < count; i++) {
        offsets[i] = i * 96;
        many.buffer.putInt32(i * 96, i);
      }
      expect(sender.sendMany(many, offsets, lengths, count, local(receiver))).toBe(count);
      expect(await poll(count)).toEqual(Array.from({ length: count }, (_, i) => i));
      received.length = 0;
      many.free();
    }
  });

  it("gets on with a send buffer that does not hold them all", async () => {
    const receiver = listen(address("127.0.0.1", 0), { receiveBufferLength: 256 * 1024 });
    const sender = openTransport(address("127.0.0.1", 0), {
      connect: local(receiver),
      sendBufferLength: 2048,
    });
    const count = 16;
    const many = network.source(network.allocate(count * 1408));
    for (let i = 0; i < count; i++) many.buffer.putInt32(i * 1408, i);
    let sent = 0;
    for (let turns = 0; sent < count && turns < 10_000; turns++) {
      const offsets = Int32Array.from({ length: count - sent }, (_, i) => (sent + i) * 1408);
      const lengths = new Int32Array(count - sent).fill(1408);
      sent += sender.sendMany(many, offsets, lengths, count - sent, undefined);
      await turn();
    }
    expect(await poll(count)).toEqual(Array.from({ length: count }, (_, i) => i));
    many.free();
  });

  it.each([
    ["of one length", [1408, 1408, 1408, 1408]],
    ["with a shorter last", [1056, 1056, 1056, 64]],
    ["with a longer last", [64, 64, 1056]],
    ["off the alignment of words", [44, 44, 44, 44, 28]],
    ["of different lengths", [64, 1408, 64, 96]],
  ])("sends datagrams that lie one after the other, %s", async (_what, wanted) => {
    const receiver = listen(address("127.0.0.1", 0));
    const many = network.source(network.allocate(8192));
    const lengths = Int32Array.from(wanted);
    const offsets = new Int32Array(wanted.length);
    for (let i = 0, offset = 64; i < wanted.length; offset += lengths[i] ?? 0, i++) {
      offsets[i] = offset;
      many.buffer.putInt32(offset, i);
    }
    const connected = openTransport(address("127.0.0.1", 0), { connect: local(receiver) });
    for (const [sender, to] of [
      [connected, undefined],
      [openTransport(address("127.0.0.1", 0)), local(receiver)],
    ] as const) {
      received.length = 0;
      expect(sender.sendMany(many, offsets, lengths, wanted.length, to)).toBe(wanted.length);
      expect(await poll(wanted.length)).toEqual(wanted.map((_, i) => i));
      expect(received.map(({ length }) => length)).toEqual(wanted);
    }
    many.free();
  });

  it("carries the longest datagram", async () => {
    const receiver = listen(address("127.0.0.1", 0));
    const sender = openTransport(address("127.0.0.1", 0), { sendBufferLength: 128 * 1024 });
    const large = network.source(network.allocate(65_504));
    large.buffer.putInt32(0, 99);
    expect(sender.send(large, 0, 65_504, local(receiver))).toBe(65_504);
    expect(await poll(1)).toEqual([99]);
    expect(received[0]?.length).toBe(65_504);
  });

  it("reads many sockets and forgets those that are closed", async () => {
    const receivers = Array.from({ length: 9 }, () => listen(address("127.0.0.1", 0)));
    const sender = openTransport(address("127.0.0.1", 0));
    for (const [i, receiver] of receivers.entries()) send(sender, i, local(receiver));
    expect((await poll(9)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const receiver of receivers.slice(1)) {
      poller.remove(receiver);
      receiver.close();
      receiver.close();
    }
    received.length = 0;
    for (const [i, receiver] of receivers.entries()) send(sender, i, local(receiver));
    expect(await poll(1)).toEqual([0]);
  });

  it("takes a socket out in the middle of its datagrams", async () => {
    const receiver = openTransport(address("127.0.0.1", 0));
    let count = 0;
    poller.add(receiver, {
      onDatagram: () => {
        count++;
        poller.remove(receiver);
        receiver.close();
      },
    });
    const sender = openTransport(address("127.0.0.1", 0));
    send(sender, 1, local(receiver));
    const deadline = performance.now() + 10_000;
    for (let bytes = 0; bytes === 0 && performance.now() < deadline; await turn()) {
      bytes = poller.poll();
    }
    expect(poller.poll()).toBe(0);
    expect(count).toBe(1);
  });

  it("carries a group's datagrams to its members on the loopback", async () => {
    const lo = { address: parseIpAddress("127.0.0.1") ?? new Uint8Array(4) };
    const group = address("224.20.30.39", 0);
    const probe = openTransport(address("0.0.0.0", 0));
    const { port } = probe.handle.localAddress;
    probe.close();
    const member = { group: { address: group.address, iface: lo }, reuseAddress: true };
    const members = [1, 2].map(() => listen(address("0.0.0.0", port), member));
    // Joined another group on the same port: hears nothing of this one.
    listen(address("0.0.0.0", port), {
      group: { address: address("224.20.30.41", 0).address, iface: lo },
      reuseAddress: true,
    });
    const sender = openTransport(address("0.0.0.0", 0), {
      connect: address("224.20.30.39", port),
      multicastInterface: lo,
      multicastTtl: 2,
    });
    expect(send(sender, 5)).toBe(LENGTH);
    await poll(2);
    await turn();
    await poll(2);
    // Node's sockets cannot be told to hear only their own group.
    const isExact = network instanceof NativeUdpNetwork;
    const heard = received.filter(({ at }) => isExact || members.includes(at));
    expect(heard.map(({ value }) => value)).toEqual([5, 5]);
    expect(heard[0]?.at).not.toBe(heard[1]?.at);
  });

  it("carries IPv6 multicast on the loopback", async ({ skip }) => {
    const lo = { index: network.interfaces().find(({ isLoopback }) => isLoopback)?.index ?? 1 };
    const group = parseIpAddress("ff02::11") ?? new Uint8Array(16);
    const receiver = listen(address("::", 0), { group: { address: group, iface: lo } });
    const { port } = receiver.handle.localAddress;
    const request: TransportRequest = {
      family: 6,
      bind: address("::", 0),
      connect: UdpAddress.of({ address: group, port }),
      multicastInterface: lo,
      reuseAddress: false,
    };
    const kernel = new NativeUdpNetwork(await loadOs());
    try {
      kernel.adopt(kernel.open(request)).close();
    } catch (error) {
      // Not every machine routes IPv6 groups to its loopback.
      expect(error).toMatchObject({ errnoName: "ENETUNREACH" });
      return skip("no route for IPv6 groups on the loopback");
    } finally {
      kernel.close();
    }
    const sender = openTransport(address("::", 0), request);
    send(sender, 6);
    expect(await poll(1)).toEqual([6]);
  });

  it("fails with the system's error where an address is taken", () => {
    const first = openTransport(address("127.0.0.1", 0));
    expect(() => openTransport(local(first))).toThrow(
      expect.objectContaining({ code: "OS_CALL", errnoName: "EADDRINUSE" }),
    );
    expect(() => openTransport(address("192.0.2.1", 0))).toThrow(/EADDRNOTAVAIL/);
  });

  it("tells what the system made of the buffers", () => {
    const { handle } = openTransport(address("127.0.0.1", 0), { receiveBufferLength: 65_536 });
    expect(handle.receiveBufferLength).toBe(65_536);
    expect(handle.sendBufferLength).toBeGreaterThan(4096);
    expect(handle.isConnected).toBe(false);
  });

  it("goes on after nobody listened", async () => {
    const gone = openTransport(address("127.0.0.1", 0));
    const nowhere = local(gone);
    gone.close();
    const sender = listen(address("127.0.0.1", 0), { connect: nowhere });
    expect(sender.handle.isConnected).toBe(true);
    for (let i = 0; i < 4; i++) {
      expect(send(sender, i)).toBeGreaterThanOrEqual(0);
      await poll(0);
    }
    const receiver = listen(nowhere);
    let sent = 0;
    while (sent === 0) sent = send(sender, 9);
    expect(await poll(1)).toEqual([9]);
    expect(received[0]?.at).toBe(receiver);
  });

  it("lists the loopback among its interfaces", () => {
    const lo = network.interfaces().find(({ isLoopback }) => isLoopback);
    expect(lo?.addresses.some(({ address: bytes }) => bytes.join(".") === "127.0.0.1")).toBe(true);
    expect(lo?.index).toBeGreaterThan(0);
  });
});

describe.skipIf(process.platform !== "linux")("a thread parked on the kernel's sockets", () => {
  it("wakes when a datagram comes and sleeps otherwise", async () => {
    const network = new NativeUdpNetwork(await loadOs());
    const poller = network.createPoller();
    const bind = address("127.0.0.1", 0);
    const open = (): UdpTransport =>
      network.adopt(network.open({ family: 4, bind, reuseAddress: false }));
    const receiver = open();
    const sender = open();
    poller.add(receiver, { onDatagram: () => {} });
    const source = network.source(network.allocate(LENGTH));

    let start = performance.now();
    expect(network.park(5_000_000)).toBe(true);
    expect(performance.now() - start).toBeGreaterThanOrEqual(5);

    sender.send(source, 0, LENGTH, UdpAddress.of(receiver.handle.localAddress));
    start = performance.now();
    network.park(60_000_000_000);
    expect(performance.now() - start).toBeLessThan(30_000);
    expect(poller.poll()).toBe(LENGTH);
    receiver.close();
    sender.close();
    poller.close();
    network.close();
  });

  it("sends and receives without garbage", async () => {
    const network = new NativeUdpNetwork(await loadOs());
    const poller = network.createPoller();
    const bind = address("127.0.0.1", 0);
    const receiver = network.adopt(network.open({ family: 4, bind, reuseAddress: false }));
    const to = UdpAddress.of(receiver.handle.localAddress);
    const connected = network.adopt(
      network.open({ family: 4, bind, connect: to, reuseAddress: false }),
    );
    const other = network.adopt(network.open({ family: 4, bind, reuseAddress: false }));
    let count = 0;
    poller.add(receiver, {
      onDatagram: (_buffer, _offset, length) => {
        if (length === LENGTH) count++;
      },
    });
    const source = network.source(network.allocate(8 * LENGTH));
    const offsets = Int32Array.of(0, 64, 128);
    const lengths = new Int32Array(3).fill(LENGTH);
    const round = (): void => {
      for (let i = 0; i < 500; i++) {
        connected.send(source, (i & 3) * LENGTH, LENGTH, undefined);
        other.send(source, (i & 3) * LENGTH, LENGTH, to);
        connected.sendMany(source, offsets, lengths, 3, undefined);
        while (poller.poll() > 0);
      }
    };
    for (let i = 0; i < 40; i++) round();
    count = 0;
    const start = process.memoryUsage().heapUsed;
    for (let i = 0; i < 10; i++) round();
    const perDatagram = (process.memoryUsage().heapUsed - start) / 25_000;
    expect(count).toBe(25_000);
    // A collection in between makes the figure negative; one number per datagram would be 16 bytes.
    expect(perDatagram).toBeLessThan(4);
    for (const each of [receiver, connected, other]) each.close();
    poller.close();
    network.close();
  });
});
