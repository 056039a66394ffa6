import { OneThreadNetwork } from "../../../../src/driver/network/one-thread-network.js";
import type { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import {
  ResolutionPending,
  TableNameResolver,
} from "../../../../src/driver/network/media/name-resolver.js";
import type { ReceiveSide } from "../../../../src/driver/network/network-conductor.js";
import type { DriverConfig } from "../../../../src/driver/driver-config.js";
import { DriverHarness } from "../../../support/driver-harness.js";
import { ManualClock } from "../../../support/manual-clock.js";
import type { RawClient, Publication } from "../../../support/raw-client.js";
import { type SimHost, SimNetwork } from "../../../support/sim-network.js";
import type { StatusFields } from "./frames.js";
import { WirePeer } from "./wire-peer.js";

const DRIVER_IP = "10.0.0.1";
const PEER_IP = "10.0.0.2";

/** What the send side asks of the receive side, written down. */
class RecordedImages {
  readonly calls: string[] = [];
  askingImages: bigint[] = [];
  responseSubscriptions: bigint[] = [];
}

/** A table some of whose names take their time. */
class SlowNames extends TableNameResolver {
  readonly #pending = new Set<string>();

  /** The answer for a host is not there until it is `set`. */
  pend(host: string): void {
    this.#pending.add(host);
  }

  override set(host: string, address: Uint8Array | undefined): void {
    this.#pending.delete(host);
    super.set(host, address);
  }

  override resolve(hostAndPort: string, parameter: string): UdpAddress {
    const host = hostAndPort.replace(/:\d+$/, "");
    if (this.#pending.has(host)) throw new ResolutionPending(host);
    return super.resolve(hostAndPort, parameter);
  }
}

/** A driver that sends into a simulated network, a raw client, and peers that speak frames by hand. */
export class SenderHarness {
  readonly clock = new ManualClock();
  readonly network = new SimNetwork(this.clock, 11);
  readonly host: SimHost = this.network.host(DRIVER_IP);
  readonly peerHost: SimHost = this.network.host(PEER_IP, "10.0.0.3", "10.0.0.4");
  readonly resolver = new SlowNames();
  readonly images = new RecordedImages();
  readonly driver: DriverHarness;
  readonly client: RawClient;

  constructor(options: Partial<DriverConfig> = {}) {
    this.driver = new DriverHarness(options, {
      clock: this.clock,
      network: () =>
        new OneThreadNetwork(this.host, this.resolver, () => ({
          agent: undefined,
          createSide: () => receiveSideOf(this.images),
        })),
    });
    this.client = this.driver.client();
  }

  peer(port: number, ip: string = PEER_IP): WirePeer {
    return new WirePeer(this.peerHost, ip, port);
  }

  run(): void {
    this.driver.run();
    this.client.receive();
  }

  /** Lets time pass in steps of 10 ms, the client alive. */
  pass(durationMs: number, stepMs: number = 10): void {
    for (let done = 0; done < durationMs; done += stepMs) {
      this.clock.advanceMs(stepMs);
      this.client.heartbeat().set(this.clock.epochMs());
      this.run();
    }
  }

  /** Adds a publication, and fails if it is refused. */
  publish(channel: string, streamId: number = 1001, isExclusive: boolean = true): Publication {
    const id = this.client.addPublication(channel, streamId, isExclusive);
    this.run();
    return this.client.publication(id);
  }

  /** Adds a publication that must be refused; the error's code and text. */
  refusal(channel: string, isExclusive: boolean = false, streamId: number = 1001): string {
    const id = this.client.addPublication(channel, streamId, isExclusive);
    this.run();
    const { code, message } = this.client.last("ON_ERROR", "correlationId", id);
    return `${code}: ${message}`;
  }

  /** A status message for a publication, position in bytes from the start of its stream. */
  statusOf(
    publication: Publication,
    position: number,
    window: number,
    more: Partial<StatusFields> = {},
  ): StatusFields {
    const { metadata, termLength } = publication.log;
    return {
      sessionId: publication.sessionId,
      streamId: 1001,
      termId: (metadata.initialTermId() + Math.floor(position / termLength)) | 0,
      termOffset: position % termLength,
      window,
      ...more,
    };
  }

  /** Value of the first counter whose label begins so. */
  counter(label: string): number {
    const { counters } = this.client;
    const id = counters.find((each) => counters.label(each).startsWith(label));
    if (id < 0) throw new Error(`no counter ${label} among ${this.client.labels().join("\n")}`);
    return counters.value(id);
  }
}

function receiveSideOf(images: RecordedImages): ReceiveSide {
  const { calls } = images;
  const unused = (): never => {
    throw new Error("this driver only sends");
  };
  return {
    imageForResponse: (id) => images.askingImages.includes(id),
    setResponseSession: (id, sessionId) => calls.push(`set ${id} ${sessionId}`),
    clearResponseSession: (id) => calls.push(`clear ${id}`),
    pinResponseSubscription: (id, sessionId) => calls.push(`pin ${id} ${sessionId}`),
    isResponseSubscription: (id) => images.responseSubscriptions.includes(id),
    addSubscription: unused,
    linkExisting: () => {},
    addReceiveDestination: unused,
    removeReceiveDestination: unused,
    rejectImage: () => false,
    doWork: () => 0,
    onTimeEvent: () => {},
    close: () => {},
  };
}
