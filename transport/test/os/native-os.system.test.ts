import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadOs } from "../../src/os/load-os.js";
import { OsCallError } from "../../src/os/os-error.js";
import type { Os, SocketAddress } from "../../src/os/os.js";

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const PAGE = 4096;

describe.skipIf(process.platform !== "linux")("operating system through koffi", () => {
  let os: Os;
  let folder: string;

  beforeEach(async () => {
    os = await loadOs();
    folder = mkdtempSync(join(tmpdir(), "alerion-os-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function withFile(length: number, use: (fd: number, path: string) => void): void {
    const path = join(folder, "file");
    writeFileSync(path, "");
    const fd = openSync(path, "r+");
    try {
      os.truncate(fd, length);
      use(fd, path);
    } finally {
      closeSync(fd);
    }
  }

  it("maps a part of a file that others see through the file", () => {
    withFile(4 * PAGE, (fd, path) => {
      const memory = os.map(fd, 2 * PAGE, PAGE, "read-write");
      new Uint8Array(memory.buffer)[7] = 42;
      memory.sync(0, PAGE);
      expect(readFileSync(path)[2 * PAGE + 7]).toBe(42);
      memory.unmap();
    });
  });

  it("leaves stale views that read zero and can be written to after unmapping", () => {
    withFile(PAGE, (fd, path) => {
      const memory = os.map(fd, 0, PAGE, "read-write");
      const words = new Int32Array(memory.buffer);
      const view = new DataView(memory.buffer);
      words[3] = 99;
      memory.unmap();
      memory.unmap();
      expect(words[3]).toBe(0);
      expect(Atomics.load(words, 3)).toBe(0);
      view.setInt32(12, 7, true);
      expect(readFileSync(path).readInt32LE(12)).toBe(99);
    });
  });

  it("maps a file for reading", () => {
    withFile(PAGE, (fd, path) => {
      writeFileSync(path, Uint8Array.of(1, 2, 3), { flag: "r+" });
      const memory = os.map(fd, 0, PAGE, "read");
      expect([...new Uint8Array(memory.buffer, 0, 3)]).toEqual([1, 2, 3]);
      memory.unmap();
    });
  });

  it("takes the room of a file when asked to", () => {
    withFile(0, (fd, path) => {
      os.allocate(fd, 0, 64 * PAGE);
      expect(statSync(path).size).toBe(64 * PAGE);
      expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(64 * PAGE);
    });
  });

  it("reports the name of a failed call and its error", () => {
    try {
      os.map(-1, 0, PAGE, "read");
      expect.fail("did not throw");
    } catch (error) {
      expect(error).toBeInstanceOf(OsCallError);
      expect(error).toMatchObject({ code: "OS_CALL", call: "mmap", errnoName: "EBADF" });
    }
  });

  it("tells the time as Node does", () => {
    const before = process.hrtime.bigint();
    const now = os.monoNs();
    const after = process.hrtime.bigint();
    expect(now).toBeGreaterThanOrEqual(Number(before) - 2);
    expect(now).toBeLessThanOrEqual(Number(after) + 2);
    expect(Math.abs(os.epochMs() - Date.now())).toBeLessThan(1000);
  });

  it("sleeps at least as long as it should", () => {
    os.setTimerSlackNs(50_000);
    const start = os.monoNs();
    os.sleepNs(2_000_000);
    os.yield();
    expect(os.monoNs() - start).toBeGreaterThanOrEqual(2_000_000);
  });

  it("asks for shorter slices, and leaves the rest of the thread's scheduling alone", ({
    skip,
  }) => {
    const scheduling = (): Map<string, string> =>
      new Map(
        readFileSync("/proc/thread-self/sched", "utf8")
          .split("\n")
          .map((line) => line.split(":").map((each) => each.trim()) as [string, string]),
      );
    const before = scheduling();
    if (!before.has("se.slice")) skip("this kernel does not show slices");
    os.setSliceNs(300_000);
    const after = scheduling();
    expect(after.get("se.slice")).toBe("300000");
    expect(after.get("policy")).toBe(before.get("policy"));
    expect(after.get("prio")).toBe(before.get("prio"));
    os.setSliceNs(Number(before.get("se.slice")));
  });

  it("binds a thread to a cpu and refuses one that cannot be", () => {
    expect(() => os.setAffinity([5000])).toThrow(RangeError);
    expect(() => os.setAffinity([])).toThrow(/EINVAL/);
  });

  /** Bytes that a call takes: the middle one of five looks, for one in which a collection came in between is negative. */
  function bytesPerCall(call: () => number): number {
    const CALLS = 2500;
    const WARM_UP_MS = 200;
    let sum = 0;
    const round = (): void => {
      for (let i = 0; i < CALLS; i++) sum += call();
    };
    // Until it is optimised code that runs, which newer versions of V8 take longer to get to.
    const end = performance.now() + WARM_UP_MS;
    for (let i = 0; i < 4 || performance.now() < end; i++) round();
    const taken = Array.from({ length: 5 }, () => {
      const start = process.memoryUsage().heapUsed;
      round();
      return (process.memoryUsage().heapUsed - start) / CALLS;
    });
    expect(sum).not.toBeNaN();
    return taken.sort((a, b) => a - b)[2] ?? Number.NaN;
  }

  it("calls the hot functions without allocating", () => {
    const receiver = os.openUdp(4);
    const sender = os.openUdp(4);
    receiver.bind({ address: LOOPBACK, port: 0 });
    sender.connect({ address: LOOPBACK, port: receiver.localAddress().port });
    const into = os.allocateDatagrams(4, 2048);
    const out = os.allocateDatagrams(4, 2048);
    const poller = os.openPoller();
    poller.add(receiver, 7);
    const ready = new Int32Array(1);
    for (let slot = 0; slot < 4; slot++) out.setLength(slot, 100);
    const source = os.addressOf(new Uint8Array(out.buffer));
    // What returns a double compares it here: the test's own loop must not box it.
    const calls: Record<string, () => number> = {
      monoNs: () => (os.monoNs() > 0 ? 1 : 0),
      epochMs: () => (os.epochMs() > 0 ? 1 : 0),
      sleepNs: () => (os.sleepNs(1), 1),
      yield: () => (os.yield(), 1),
      send: () => sender.send(out, 0, 2, true),
      sendOne: () => sender.sendOne(out, true),
      sendSegments: () => sender.sendSegments(out, 50, true),
      receive: () => receiver.receive(into),
      receiveOne: () => receiver.receiveOne(into),
      wait: () => poller.wait(ready, 0),
      park: () => (poller.park(1), 1),
      setSource: () => (out.setSource(0, source, 100), 1),
      slots: () => (into.copyAddress(1, into, 0), into.length(0) + into.segmentLength(0)),
    };
    // One boxed number per call would be 16 bytes.
    const greedy = Object.entries(calls)
      .map(([name, call]) => [name, bytesPerCall(call)] as const)
      .filter(([, bytes]) => bytes >= 4);
    expect(greedy).toEqual([]);
    poller.close();
    sender.close();
    receiver.close();
    into.free();
    out.free();
  });

  describe("udp", () => {
    const port = (address: SocketAddress): SocketAddress => ({
      address: LOOPBACK,
      port: address.port,
    });

    it("sends and receives in batches, with addresses", () => {
      const receiver = os.openUdp(4);
      receiver.bind({ address: LOOPBACK, port: 0 });
      const sender = os.openUdp(4);
      sender.bind({ address: LOOPBACK, port: 0 });
      const out = os.allocateDatagrams(8, 2048);
      const into = os.allocateDatagrams(8, 2048);
      const bytes = new Uint8Array(out.buffer);
      for (let slot = 0; slot < 5; slot++) {
        bytes.fill(slot + 1, slot * 2048, slot * 2048 + 100 + slot);
        out.setLength(slot, 100 + slot);
        out.setAddress(slot, receiver.localAddress());
      }
      expect(sender.send(out, 1, 4, false)).toBe(4);
      expect(receiver.receive(into)).toBe(4);
      const received = new Uint8Array(into.buffer);
      for (let slot = 0; slot < 4; slot++) {
        expect(into.length(slot)).toBe(101 + slot);
        expect(received[slot * 2048]).toBe(slot + 2);
        expect(into.address(slot)).toEqual(sender.localAddress());
      }
      expect(receiver.receive(into)).toBe(0);

      // An answer goes back to where a datagram came from.
      out.copyAddress(0, into, 2);
      expect(receiver.send(out, 0, 1, false)).toBe(1);
      expect(sender.receive(into)).toBe(1);
      for (const each of [receiver, sender]) each.close();
      for (const each of [out, into]) each.free();
    });

    it("sends other native memory without a copy, on a connected socket", () => {
      const receiver = os.openUdp(4);
      receiver.bind({ address: LOOPBACK, port: 0 });
      const sender = os.openUdp(4);
      sender.connect(port(receiver.localAddress()));
      const log = os.mapAnonymous(PAGE);
      new Uint8Array(log.buffer).fill(9, 64, 128);
      const out = os.allocateDatagrams(1, 64);
      out.setSource(0, log.address + 64, 64);
      expect(sender.send(out, 0, 1, true)).toBe(1);
      const into = os.allocateDatagrams(2, 2048);
      expect(receiver.receive(into)).toBe(1);
      expect(new Uint8Array(into.buffer).subarray(0, 64)).toEqual(new Uint8Array(64).fill(9));
      receiver.close();
      sender.close();
    });

    it.skipIf(process.platform !== "linux")("receives at once what was sent in segments", () => {
      const receiver = os.openUdp(4);
      expect(receiver.receiveSegments()).toBe(true);
      receiver.bind({ address: LOOPBACK, port: 0 });
      const sender = os.openUdp(4);
      sender.connect(port(receiver.localAddress()));
      const out = os.allocateDatagrams(1, 2048);
      const into = os.allocateDatagrams(2, 2048);
      for (const receive of [
        () => receiver.receiveOne(into),
        () => receiver.receive(into),
        () => receiver.receiveOne(into),
      ]) {
        out.setLength(0, 250);
        expect(sender.sendSegments(out, 100, true)).toBe(1);
        expect(receive()).toBe(1);
        expect(into.length(0)).toBe(250);
        expect(into.segmentLength(0)).toBe(100);
        // One that comes alone is one.
        out.setLength(0, 64);
        expect(sender.sendOne(out, true)).toBe(1);
        expect(receive()).toBe(1);
        expect(into.length(0)).toBe(64);
        expect(into.segmentLength(0)).toBe(0);
      }
      for (const each of [receiver, sender]) each.close();
      for (const each of [out, into]) each.free();
    });

    it("goes on after a peer without a socket refused a datagram", () => {
      const gone = os.openUdp(4);
      gone.bind({ address: LOOPBACK, port: 0 });
      const address = gone.localAddress();
      gone.close();
      const sender = os.openUdp(4);
      sender.connect(address);
      const out = os.allocateDatagrams(1, 64);
      out.setLength(0, 8);
      for (let i = 0; i < 4; i++) expect(sender.send(out, 0, 1, true)).toBeGreaterThanOrEqual(0);
      const into = os.allocateDatagrams(1, 64);
      expect(sender.receive(into)).toBe(0);
      sender.close();
    });

    it("waits for a socket that can be read", () => {
      const receiver = os.openUdp(4);
      receiver.bind({ address: LOOPBACK, port: 0 });
      const poller = os.openPoller();
      poller.add(receiver, 77);
      const ready = new Int32Array(4);
      expect(poller.wait(ready, 0)).toBe(0);
      const sender = os.openUdp(4);
      sender.connect(receiver.localAddress());
      const out = os.allocateDatagrams(1, 64);
      out.setLength(0, 8);
      sender.send(out, 0, 1, true);
      expect(poller.wait(ready, 1000)).toBe(1);
      expect(ready[0]).toBe(77);
      poller.remove(receiver);
      expect(poller.wait(ready, 0)).toBe(0);
      poller.close();
      receiver.close();
      sender.close();
    });

    it("sets socket options and joins groups", () => {
      const socket = os.openUdp(4);
      socket.setOption({ kind: "receive-buffer", value: 64 * 1024 });
      expect(socket.getOption("receive-buffer")).toBe(128 * 1024);
      socket.setOption({ kind: "reuse-address", value: 1 });
      socket.setOption({ kind: "multicast-ttl", value: 3 });
      expect(socket.getOption("multicast-ttl")).toBe(3);
      const group = Uint8Array.of(224, 0, 1, 1);
      socket.setMulticastInterface({ address: LOOPBACK });
      socket.join(group, { address: LOOPBACK });
      socket.leave(group, { address: LOOPBACK });
      socket.close();
      expect(() => socket.bind({ address: LOOPBACK, port: 0 })).toThrow(/EBADF/);
      socket.close();
    });
  });
});
