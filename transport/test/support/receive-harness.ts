import { AtomicBuffer, type ErrorObservation, readErrorLog } from "@alerion/runtime/concurrent";
import type { DriverConfig } from "../../src/driver/driver-config.js";
import { resolveDriverConfig } from "../../src/driver/driver-properties.js";
import { MediaDriver } from "../../src/driver/media-driver.js";
import { parseIpAddress, TableNameResolver } from "../../src/driver/network/media/name-resolver.js";
import { OneThreadNetwork, receiverInThread } from "../../src/driver/network/one-thread-network.js";
import type { Receiver } from "../../src/driver/network/receive/receiver.js";
import { UdpAddress } from "../../src/driver/network/udp-address.js";
import type { UdpTransport } from "../../src/driver/network/udp-network.js";
import { BufferFiles } from "../../src/os/buffer-files.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import { readLossReport, type LossReport } from "../../src/protocol/loss-report.js";
import { DIR, SMALL } from "./driver-harness.js";
import { ManualClock, SeededRandom } from "./manual-clock.js";
import { RawClient } from "./raw-client.js";
import { type SimHost, SimNetwork } from "./sim-network.js";
import { decodeDatagram, type WireFrame } from "./wire-frames.js";

const DRIVER_IP = "10.0.0.1";
export const PEER_IP = "10.0.0.2";

/** A driver over a simulated network, and peers that speak frames by hand. */
export class ReceiveHarness {
  readonly files = new BufferFiles((length) => new ArrayBuffer(length));
  readonly clock = new ManualClock();
  readonly network = new SimNetwork(this.clock, 7);
  readonly host: SimHost = this.network.host(DRIVER_IP);
  readonly peerHost: SimHost = this.network.host(PEER_IP);
  readonly resolver = new TableNameResolver();
  readonly config: DriverConfig;
  readonly driver: MediaDriver;
  readonly receiver: Receiver;
  readonly #clients: RawClient[] = [];

  constructor(options: Partial<DriverConfig> = {}) {
    this.config = resolveDriverConfig({ options: { ...SMALL, ...options }, defaultDir: DIR });
    let receiver: Receiver | undefined;
    this.driver = new MediaDriver({
      config: this.config,
      files: this.files,
      clock: this.clock,
      random: new SeededRandom(42),
      pid: 4321,
      wait: (ms) => {
        this.clock.advanceMs(ms);
      },
      network: new OneThreadNetwork(this.host, this.resolver, (context) => {
        const parts = receiverInThread(context);
        receiver = parts.agent;
        return parts;
      }),
    });
    if (receiver === undefined) throw new Error("no receiver was made");
    this.receiver = receiver;
  }

  client(): RawClient {
    const client = new RawClient(this.files, this.config.dir);
    this.#clients.push(client);
    return client;
  }

  /** A socket on the other host. */
  peer(port: number = 0, target: string = `${DRIVER_IP}:40123`): RawPeer {
    return new RawPeer(this, port, target);
  }

  /** Lets the driver work until there is nothing more to do now. */
  run(): void {
    for (let i = 0; i < 1000; i++) {
      if (this.driver.doWork() === 0) return;
    }
    throw new Error("driver does not come to rest");
  }

  /** Lets time pass in steps, with all clients alive. */
  pass(durationMs: number, stepMs: number = 10, each: () => void = () => {}): void {
    for (let done = 0; done < durationMs; done += stepMs) {
      this.clock.advanceMs(stepMs);
      for (const client of this.#clients) this.#keepAlive(client);
      each();
      this.run();
    }
  }

  systemCounter(id: number): number {
    return (this.#clients[0] ?? this.client()).counters.value(id);
  }

  errors(): ErrorObservation[] {
    const buffer = this.#buffer("cnc.dat");
    const { errorLog } = readCncLayout(new DataView(buffer), buffer.byteLength);
    const errors: ErrorObservation[] = [];
    readErrorLog(new AtomicBuffer(buffer, errorLog.offset, errorLog.length), (error) => {
      errors.push(error);
    });
    return errors;
  }

  lossReport(): LossReport {
    return readLossReport(new DataView(this.#buffer("loss-report.dat")));
  }

  logPaths(): string[] {
    return this.files.paths().filter((path) => path.endsWith(".logbuffer"));
  }

  #keepAlive(client: RawClient): void {
    const id = client.counters.findByTypeIdAndRegistrationId(11, Number(client.clientId));
    if (id >= 0) client.heartbeat().set(this.clock.epochMs());
  }

  #buffer(name: string): ArrayBufferLike {
    const buffer = this.files.buffer(`${this.config.dir}/${name}`);
    if (buffer === undefined) throw new Error(`no ${name}`);
    return buffer;
  }
}

/** A socket whose datagrams a test writes and reads by hand. */
export class RawPeer {
  readonly address: UdpAddress;
  readonly frames: WireFrame[] = [];
  readonly #transport: UdpTransport;
  readonly #harness: ReceiveHarness;
  readonly #target: UdpAddress;
  readonly #buffer = new AtomicBuffer(new ArrayBuffer(64 * 1024));
  readonly #poll: () => number;

  constructor(harness: ReceiveHarness, port: number, target: string) {
    const { peerHost } = harness;
    this.#harness = harness;
    this.#target = addressOf(target);
    const handle = peerHost.open({
      family: 4,
      bind: addressOf(`${PEER_IP}:${port}`),
      reuseAddress: false,
    });
    this.address = UdpAddress.of(handle.localAddress);
    this.#transport = peerHost.adopt(handle);
    const poller = peerHost.createPoller();
    poller.add(this.#transport, {
      onDatagram: (buffer, offset, length) => {
        this.frames.push(...decodeDatagram(buffer.u8.slice(offset, offset + length)));
      },
    });
    this.#poll = () => poller.poll();
  }

  /** Sends datagrams to the driver. */
  send(...datagrams: Uint8Array[]): void {
    for (const bytes of datagrams) {
      this.#buffer.u8.set(bytes);
      const source = this.#harness.peerHost.source(this.#buffer);
      this.#transport.send(source, 0, bytes.length, this.#target);
    }
  }

  /** Sends, and lets the driver take it in. */
  deliver(...datagrams: Uint8Array[]): void {
    this.send(...datagrams);
    this.#harness.run();
  }

  /** Frames that have come since the last call. */
  received(type?: string): WireFrame[] {
    while (this.#poll() > 0);
    const frames = this.frames.splice(0);
    return type === undefined ? frames : frames.filter((frame) => frame.type === type);
  }
}

function addressOf(text: string): UdpAddress {
  const [host = "", port = "0"] = text.split(":");
  const address = parseIpAddress(host);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return UdpAddress.of({ address, port: Number(port) });
}
