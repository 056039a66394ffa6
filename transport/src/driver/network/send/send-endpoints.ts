import type { AtomicCounter } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { OsCallError } from "../../../os/os-error.js";
import { ControlError } from "../../control-error.js";
import { ChannelStatus, EndpointCounters } from "../endpoint-counters.js";
import { sendTransportRequests } from "../media/transport-requests.js";
import type { UdpChannel } from "../media/udp-channel.js";
import { WildcardPorts } from "../media/wildcard-ports.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { UdpAddress } from "../udp-address.js";
import type { TransportHandle } from "../udp-network.js";
import type { SendEndpointKind, SenderCommands } from "./sender-commands.js";

/** A destination that a client has added by hand. */
export interface ManualDestination {
  readonly destinationId: bigint;
  /** `host:port` as the client wrote it: looked up again when nothing is heard. */
  readonly endpoint: string;
  address: UdpAddress;
}

/** The conductor's half of a channel that publications share. */
export class SendEndpoint {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: AtomicCounter;
  readonly localAddress: AtomicCounter;
  readonly destinationCount: AtomicCounter | undefined;
  readonly destinations: ManualDestination[] = [];
  /** Where a unicast channel sends to. */
  remoteAddress: UdpAddress;
  /** Bytes of the socket's send buffer. */
  readonly sendBufferLength: number;
  readonly closed: Int32Array;
  referenceCount: number = 0;

  constructor(facts: {
    endpointId: number;
    channel: UdpChannel;
    counters: { status: AtomicCounter; localAddress: AtomicCounter; destinations?: AtomicCounter };
    sendBufferLength: number;
    closed: Int32Array;
  }) {
    this.endpointId = facts.endpointId;
    this.channel = facts.channel;
    this.status = facts.counters.status;
    this.localAddress = facts.counters.localAddress;
    this.destinationCount = facts.counters.destinations;
    this.sendBufferLength = facts.sendBufferLength;
    this.closed = facts.closed;
    this.remoteAddress = facts.channel.remoteData.clone();
  }

  isClosing(): boolean {
    return this.status.getPlain() === ChannelStatus.CLOSING;
  }

  /** The sender has closed the sockets. */
  isClosed(): boolean {
    return Atomics.load(this.closed, 0) !== 0;
  }
}

/** All channels that publications send to: opened by the first, shared, closed after the last. */
export class SendEndpoints {
  readonly #context: NetworkConductorContext;
  readonly #sender: SenderCommands;
  readonly #counters: EndpointCounters;
  readonly #ports: WildcardPorts;
  readonly #endpoints: SendEndpoint[] = [];
  #nextId: number = 1;
  #closingCount: number = 0;

  constructor(context: NetworkConductorContext, sender: SenderCommands) {
    this.#context = context;
    this.#sender = sender;
    this.#counters = new EndpointCounters(context.counters);
    this.#ports = new WildcardPorts(context.config.senderWildcardPortRange);
  }

  /** Endpoints that are not closed yet. */
  get all(): readonly SendEndpoint[] {
    return this.#endpoints;
  }

  /**
   * The endpoint of a channel: one that is there, or a new one. Whoever gets it takes a reference.
   *
   * @throws {ControlError} INVALID_CHANNEL if the channel is not enough for a new one, GENERIC_ERROR if no socket
   *   can be opened, RESOURCE_TEMPORARILY_UNAVAILABLE while the old one is closing
   */
  getOrAdd(channel: UdpChannel, registrationId: bigint): SendEndpoint {
    const existing = this.find(channel);
    if (existing === undefined) return this.#add(channel, registrationId);
    if (existing.isClosing()) {
      throw new ControlError(
        ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE,
        `channel must not be closing: channel=${channel.text}`,
      );
    }
    return existing;
  }

  find(channel: UdpChannel): SendEndpoint | undefined {
    if (channel.tag !== undefined) {
      const tagged = this.#endpoints.find((each) => channel.matchesTag(each.channel));
      if (tagged !== undefined) return tagged;
    }
    const { canonicalForm } = channel;
    return this.#endpoints.find((each) => each.channel.canonicalForm === canonicalForm);
  }

  findById(endpointId: number): SendEndpoint | undefined {
    return this.#endpoints.find((each) => each.endpointId === endpointId);
  }

  /** A publication is gone, or was not made after all: the last one takes the endpoint with it. */
  closeIfUnused(endpoint: SendEndpoint): void {
    if (endpoint.referenceCount > 0 || endpoint.isClosing()) return;
    endpoint.status.set(ChannelStatus.CLOSING);
    this.#closingCount++;
    this.#sender.removeEndpoint({ endpointId: endpoint.endpointId });
    this.freeClosed();
  }

  /** Every duty cycle: forgets endpoints whose sockets are closed by now. */
  freeClosed(): void {
    if (this.#closingCount === 0) return;
    for (let i = this.#endpoints.length - 1; i >= 0; i--) {
      const endpoint = this.#endpoints[i] as SendEndpoint;
      if (!endpoint.isClosing() || !endpoint.isClosed()) continue;
      this.#endpoints.splice(i, 1);
      this.#closingCount--;
      this.#counters.free(endpoint.localAddress);
      if (endpoint.destinationCount !== undefined) this.#counters.free(endpoint.destinationCount);
      this.#counters.free(endpoint.status);
    }
  }

  #add(channel: UdpChannel, registrationId: bigint): SendEndpoint {
    checkIsOriginal(channel);
    const handles = this.#open(channel);
    const { text } = channel;
    const kind = kindOf(channel);
    const status = this.#counters.allocateStatus(
      CounterTypeId.SEND_CHANNEL_STATUS,
      registrationId,
      text,
    );
    const destinations = channel.isMultiDestination
      ? this.#counters.allocateDestinations(registrationId, text)
      : undefined;
    const bound = UdpAddress.of((handles.control ?? handles.data).localAddress).toString();
    const localAddress = this.#counters.allocateLocalAddress("snd", registrationId, status, bound);
    const closed = new SharedArrayBuffer(4);
    const endpoint = new SendEndpoint({
      endpointId: this.#nextId++,
      channel,
      counters: { status, localAddress, ...(destinations === undefined ? {} : { destinations }) },
      sendBufferLength: handles.data.sendBufferLength,
      closed: new Int32Array(closed),
    });
    const { channelSendTimestampOffset } = channel.params;
    this.#sender.addEndpoint({
      endpointId: endpoint.endpointId,
      kind,
      ...handles,
      destinationCounterId: destinations?.id ?? -1,
      closed,
      ...(channelSendTimestampOffset === undefined
        ? {}
        : { timestampOffset: channelSendTimestampOffset }),
    });
    this.#endpoints.push(endpoint);
    this.#counters.activateStatus(status, bound);
    return endpoint;
  }

  #open(channel: UdpChannel): { data: TransportHandle; control?: TransportHandle } {
    const { udp, config } = this.#context;
    const requests = sendTransportRequests(channel, config);
    try {
      const data = this.#ports.open(udp, requests.data, channel.hasExplicitControl);
      if (requests.control === undefined) return { data };
      try {
        return { data, control: udp.open(requests.control) };
      } catch (error) {
        udp.adopt(data).close();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof OsCallError)) throw error;
      // Not CHANNEL_ENDPOINT_ERROR: clients take the id of such an event for a counter's.
      throw new ControlError(
        ErrorCode.GENERIC_ERROR,
        `socket must open: ${error.message} channel=${channel.text}`,
        { cause: error },
      );
    }
  }
}

function kindOf(channel: UdpChannel): SendEndpointKind {
  if (channel.isMulticast) return "multicast";
  switch (channel.controlMode) {
    case "none":
      return "unicast";
    case "dynamic":
    case "manual":
    case "response":
      return channel.controlMode;
  }
}

/** A channel that only names a tag must find it; whoever comes first has to say more. */
function checkIsOriginal(channel: UdpChannel): void {
  if (
    channel.hasExplicitEndpoint ||
    channel.hasExplicitControl ||
    channel.controlMode === "manual" ||
    channel.tag === undefined
  ) {
    return;
  }
  throw new ControlError(
    ErrorCode.INVALID_CHANNEL,
    `channel with a tag must have an endpoint or control when it is the first: channel=${channel.text}`,
  );
}
