import { AtomicBuffer, AtomicCounter } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { TableNameResolver } from "../../../src/driver/network/media/name-resolver.js";
import { OneThreadNetwork } from "../../../src/driver/network/one-thread-network.js";
import { UdpAddress } from "../../../src/driver/network/udp-address.js";
import type {
  DatagramHandler,
  TransportHandle,
  UdpNetwork,
  UdpTransport,
} from "../../../src/driver/network/udp-network.js";
import { DriverHarness } from "../../support/driver-harness.js";
import { offer } from "../../support/messages.js";
import { statusMessage } from "./support/frames.js";

const PEER = UdpAddress.of({ address: Uint8Array.of(10, 0, 0, 2), port: 4000 });

/** Takes everything, keeps nothing; what shall come in is put into `status`. */
class Sink implements UdpNetwork {
  byteCount = 0;
  status: AtomicBuffer | undefined;
  #handler: DatagramHandler | undefined;

  open(): TransportHandle {
    return {
      id: 1,
      family: 4,
      localAddress: { address: Uint8Array.of(10, 0, 0, 1), port: 1 },
      isConnected: true,
      receiveBufferLength: 65_536,
      sendBufferLength: 65_536,
    };
  }

  adopt(handle: TransportHandle): UdpTransport {
    return {
      handle,
      send: (_source, _offset, length) => {
        this.byteCount += length;
        return length;
      },
      sendMany: (_source, _offsets, lengths, count) => {
        for (let i = 0; i < count; i++) this.byteCount += lengths[i] as number;
        return count;
      },
      reconnect: () => {},
      close: () => {},
    };
  }

  createPoller(): ReturnType<UdpNetwork["createPoller"]> {
    return {
      add: (_transport, handler) => {
        this.#handler = handler;
      },
      remove: () => {},
      poll: () => {
        const { status } = this;
        if (status === undefined) return 0;
        this.status = undefined;
        this.#handler?.onDatagram(status, 0, 36, PEER);
        return 36;
      },
      close: () => {},
    };
  }

  source(buffer: AtomicBuffer): ReturnType<UdpNetwork["source"]> {
    return { buffer, free: () => {} };
  }

  allocate(length: number): AtomicBuffer {
    return new AtomicBuffer(new ArrayBuffer(length));
  }

  interfaces(): [] {
    return [];
  }

  park(): boolean {
    return false;
  }

  close(): void {
    // Nothing is open.
  }
}

describe("a driver that sends", () => {
  it("makes no garbage per message, status message or idle cycle", () => {
    const sink = new Sink();
    const driver = new DriverHarness(
      {},
      { network: () => new OneThreadNetwork(sink, new TableNameResolver()) },
    );
    const client = driver.client();
    const id = client.addPublication(
      "aeron:udp?endpoint=10.0.0.2:4000|session-id=7|init-term-id=0|term-id=0|term-offset=0",
      1001,
      true,
    );
    driver.run();
    client.receive();
    const publication = client.publication(id);
    const appender = client.exclusive(publication);
    const status = new AtomicBuffer(new ArrayBuffer(40));
    const bytes = statusMessage({ sessionId: 7, streamId: 1001, window: 32_768 });
    status.putBytes(0, bytes, 0, bytes.length);
    const sent = client.counters.find((each) => client.counters.label(each).startsWith("snd-pos"));
    const senderPosition = new AtomicCounter(client.counters, sent);
    let count = 0;
    const round = (): void => {
      for (let i = 0; i < 1000; i++) {
        const position = senderPosition.get();
        status.putInt32(16, Math.floor(position / 65_536));
        status.putInt32(20, position % 65_536);
        sink.status = status;
        driver.driver.doWork();
        if (offer(appender, 0, 32) > 0) count++;
        driver.driver.doWork();
      }
    };
    for (let i = 0; i < 30; i++) round();
    const before = count;
    const start = process.memoryUsage().heapUsed;
    for (let i = 0; i < 20; i++) round();
    const perRound = (process.memoryUsage().heapUsed - start) / 20_000;
    expect(count - before).toBeGreaterThan(19_000);
    expect(sink.byteCount).toBeGreaterThan(count * 64);
    // A collection in between makes the figure negative; one number per message would be 16 bytes.
    expect(perRound).toBeLessThan(8);
  });
});
