/**
 * Run by the allocation test, bundled, on the built packages: a driver receives datagrams that never saw a socket,
 * one subscriber reads them, and the scavenges that made are printed. A process of its own, because what else ran in
 * it changes what is optimised.
 *
 * Argument: messages in a datagram.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { AtomicBuffer, AtomicCounter } from "@alerion/runtime/concurrent";
import { resolveDriverConfig } from "../../../../src/driver/driver-properties.js";
import { MediaDriver } from "../../../../src/driver/media-driver.js";
import { TableNameResolver } from "../../../../src/driver/network/media/name-resolver.js";
import { OneThreadNetwork } from "../../../../src/driver/network/one-thread-network.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import type { DatagramHandler, UdpNetwork } from "../../../../src/driver/network/udp-network.js";
import { BufferFiles } from "../../../../src/os/buffer-files.js";
import { DIR, SMALL } from "../../../support/driver-harness.js";
import { SeededRandom } from "../../../support/manual-clock.js";
import { RawClient } from "../../../support/raw-client.js";
import { SimNetwork } from "../../../support/sim-network.js";
import { dataFrame, setupFrame, STREAM, together } from "../../../support/wire-frames.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.1:40123";
/** Far beyond what 32 bits hold: positions are doubles from here on. */
const START = 200_000 * STREAM.termLength;

/** A driver whose sockets hand out what a test puts in, with time that stands still. */
class Bench {
  // A small integer: what a clock's own number takes is not what is measured here.
  readonly clock = { monoNs: (): number => 1_000_000_000, epochMs: (): number => 1e12 };
  readonly driver: MediaDriver;
  readonly client: RawClient;
  readonly from = UdpAddress.of({ address: Uint8Array.of(10, 0, 0, 2), port: 4000 });
  handler: DatagramHandler | undefined;

  constructor() {
    const files = new BufferFiles((length) => new SharedArrayBuffer(length));
    const config = resolveDriverConfig({ options: { ...SMALL }, defaultDir: DIR });
    const host = new SimNetwork(this.clock).host("10.0.0.1");
    const udp: UdpNetwork = {
      open: (request) => host.open(request),
      adopt: (handle) => ({
        handle,
        send: (_source, _offset, length) => length,
        sendMany: (_source, _offsets, _lengths, count) => count,
        reconnect: () => {},
        close: () => {},
      }),
      createPoller: () => ({
        add: (_transport, handler) => {
          this.handler = handler;
        },
        remove: () => {},
        poll: () => 0,
        wait: () => false,
        close: () => {},
      }),
      source: (buffer) => host.source(buffer),
      allocate: (length) => host.allocate(length),
      park: () => false,
      close: () => {},
      interfaces: () => host.interfaces(),
    };
    this.driver = new MediaDriver({
      config,
      files,
      clock: this.clock,
      random: new SeededRandom(1),
      pid: 1,
      wait: () => {},
      network: new OneThreadNetwork(udp, new TableNameResolver()),
    });
    this.client = new RawClient(files, config.dir);
  }

  receive(bytes: Uint8Array): void {
    const buffer = new AtomicBuffer(new ArrayBuffer((bytes.length + 7) & ~7));
    buffer.u8.set(bytes);
    this.handler?.onDatagram(buffer, 0, bytes.length, this.from);
    for (let i = 0; i < 10; i++) this.driver.doWork();
  }
}

const WARM_UP_COUNT = 150_000;
const STEP_COUNT = 250_000;
const messageCount = Number(process.argv[2]);

let scavengeCount = 0;
new PerformanceObserver((list) => {
  scavengeCount += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

const bench = new Bench();
const subscription = bench.client.addSubscription(CHANNEL, STREAM.streamId);
for (let i = 0; i < 10; i++) bench.driver.doWork();
bench.receive(setupFrame(STREAM, START));
bench.client.receive();
const image = bench.client.image(subscription);
const position = new AtomicCounter(bench.client.counters, image.position.id);
const datagram = together(
  ...Array.from({ length: messageCount }, (_, i) =>
    dataFrame(STREAM, START + i * 64, new Uint8Array(32)),
  ),
);
const { length } = datagram;
const buffer = new AtomicBuffer(new ArrayBuffer(length));
buffer.u8.set(datagram);
const { handler, driver, from } = bench;
if (handler === undefined) throw new Error("no socket is open");
const { termLength, initialTermId } = STREAM;
let termId = initialTermId + START / termLength;
let termOffset = 0;
// An array: a variable of its own would make a number a step.
const end = Float64Array.of(START);

function receive(to: DatagramHandler, count: number): void {
  for (let step = 0; step < count; step++) {
    if (termOffset + length > termLength) {
      // What is left of the term stays empty: the subscriber goes on in the next.
      end[0] = (end[0] as number) + termLength - termOffset;
      position.setLow32(end[0] | 0);
      termId++;
      termOffset = 0;
      driver.doWork();
    }
    for (let at = 0; at < length; at += 64) {
      buffer.putInt32(at + 8, termOffset + at);
      buffer.putInt32(at + 20, termId);
    }
    to.onDatagram(buffer, 0, length, from);
    termOffset += length;
    end[0] = (end[0] as number) + length;
    driver.doWork();
    position.setLow32(end[0] | 0);
    driver.doWork();
  }
}

receive(handler, WARM_UP_COUNT);
await new Promise((resolve) => setTimeout(resolve, 10));
scavengeCount = 0;
receive(handler, STEP_COUNT);
await new Promise((resolve) => setTimeout(resolve, 10));
const hwm = bench.client.counters.findByTypeIdAndRegistrationId(3, Number(image.correlationId));
const missing = (end[0] ?? 0) - bench.client.counters.value(hwm);
console.log(JSON.stringify({ scavengeCount, missing }));
