import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { SocketAddress } from "../../../os/os.js";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { ChannelStatus, EndpointCounters } from "../endpoint-counters.js";
import { receiveTransportRequest } from "../media/transport-requests.js";
import type { UdpChannel } from "../media/udp-channel.js";
import { WildcardPorts } from "../media/wildcard-ports.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { UdpAddress } from "../udp-address.js";
import { checkSharedEndpoint, receiveParams, type ReceiveParams } from "./receive-params.js";
import type { DestinationSpec, ReceiverCommands } from "./receiver-commands.js";

/** One socket of an endpoint. */
export interface ReceiveDestinationState {
  readonly id: number;
  readonly channel: UdpChannel;
  readonly spec: DestinationSpec;
  readonly localAddress: AtomicCounter;
  /** Where the sender at `control=` was found last. */
  readonly control: UdpAddress;
  isClosing: boolean;
}

/** The conductor's half of an endpoint: who uses it, and the counters by which clients see it. */
export class ReceiveEndpointState {
  readonly id: number;
  /** Correlation id of the command that made it. */
  readonly registrationId: bigint;
  readonly channel: UdpChannel;
  readonly params: ReceiveParams;
  readonly status: AtomicCounter;
  readonly destinations: ReceiveDestinationState[] = [];
  /** Subscriptions that hold it, and images that are not done with it. */
  referenceCount: number = 0;
  isClosing: boolean = false;
  readonly #wanted = new Map<string, number>();

  constructor(
    id: number,
    registrationId: bigint,
    channel: UdpChannel,
    params: ReceiveParams,
    status: AtomicCounter,
  ) {
    this.id = id;
    this.registrationId = registrationId;
    this.channel = channel;
    this.params = params;
    this.status = status;
  }

  get isMultiDestination(): boolean {
    return this.channel.controlMode === "manual";
  }

  /** Counts one more subscription of a stream, or of a session of it. True for the first. */
  addInterest(streamId: number, sessionId: number | undefined): boolean {
    const key = interestKey(streamId, sessionId);
    const count = this.#wanted.get(key) ?? 0;
    this.#wanted.set(key, count + 1);
    return count === 0;
  }

  /** Counts one subscription less. True for the last. */
  removeInterest(streamId: number, sessionId: number | undefined): boolean {
    const key = interestKey(streamId, sessionId);
    const count = this.#wanted.get(key) ?? 0;
    if (count > 1) this.#wanted.set(key, count - 1);
    else this.#wanted.delete(key);
    return count === 1;
  }
}

/**
 * All endpoints that receive: shared by subscriptions whose channels are the same, closed with the last.
 *
 * Source: driver-protocol §7.2, §20.
 */
export class ReceiveEndpoints {
  readonly #context: NetworkConductorContext;
  readonly #receiver: ReceiverCommands;
  readonly #counters: EndpointCounters;
  readonly #ports: WildcardPorts;
  readonly #endpoints = new Map<number, ReceiveEndpointState>();
  #nextId: number = 1;
  #nextReceiverId: bigint;

  constructor(context: NetworkConductorContext, receiver: ReceiverCommands) {
    this.#context = context;
    this.#receiver = receiver;
    this.#counters = new EndpointCounters(context.counters);
    this.#ports = new WildcardPorts(context.config.receiverWildcardPortRange);
    const { random } = context;
    this.#nextReceiverId = (BigInt(random.int32()) << 32n) | BigInt(random.int32() >>> 0);
  }

  get(id: number): ReceiveEndpointState | undefined {
    return this.#endpoints.get(id);
  }

  /**
   * The endpoint of a channel: one that others use already, or a new one, open.
   *
   * @throws {ControlError} if the channel contradicts what exists, or its endpoint is closing
   * @throws {OsCallError} if its socket cannot be opened
   */
  getOrAdd(channel: UdpChannel, registrationId: bigint): ReceiveEndpointState {
    const params = receiveParams(channel, this.#context.config);
    const existing = this.#find(channel);
    if (existing !== undefined) {
      if (existing.isClosing) {
        throw new ControlError(
          ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE,
          `endpoint of the channel must not be closing: channel=${channel.text}`,
        );
      }
      checkSharedEndpoint(existing.channel, channel);
      return existing;
    }
    return this.#add(channel, params, registrationId);
  }

  /**
   * Opens a destination of a multi-destination endpoint.
   *
   * @throws {OsCallError} if its socket cannot be opened
   */
  addDestination(
    endpoint: ReceiveEndpointState,
    channel: UdpChannel,
    registrationId: bigint,
  ): void {
    const destination = this.#open(endpoint, channel, registrationId);
    this.#receiver.addDestination({ endpointId: endpoint.id, destination: destination.spec });
  }

  /** Begins to close a destination, if there is such a one. */
  removeDestination(endpoint: ReceiveEndpointState, channel: UdpChannel): void {
    const destination = endpoint.destinations.find(
      (each) => !each.isClosing && each.channel.canonicalForm === channel.canonicalForm,
    );
    if (destination === undefined) return;
    destination.isClosing = true;
    this.#receiver.removeDestination({
      endpointId: endpoint.id,
      destinationId: destination.id,
    });
  }

  /** Gives back one use; with the last the endpoint begins to close. */
  release(endpoint: ReceiveEndpointState): void {
    endpoint.referenceCount--;
    if (endpoint.referenceCount > 0 || endpoint.isClosing) return;
    endpoint.isClosing = true;
    endpoint.status.set(ChannelStatus.CLOSING);
    this.#receiver.closeEndpoint({ endpointId: endpoint.id });
  }

  /** The receiver has closed a destination's socket. */
  onDestinationClosed(endpointId: number, destinationId: number): void {
    const endpoint = this.#endpoints.get(endpointId);
    const index = endpoint?.destinations.findIndex((each) => each.id === destinationId) ?? -1;
    if (endpoint === undefined || index < 0) return;
    const [destination] = endpoint.destinations.splice(index, 1);
    if (destination !== undefined) this.#counters.free(destination.localAddress);
  }

  /** The receiver has closed all sockets of an endpoint. */
  onEndpointClosed(endpointId: number): void {
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint === undefined) return;
    this.#endpoints.delete(endpointId);
    for (const { localAddress } of endpoint.destinations) this.#counters.free(localAddress);
    this.#counters.free(endpoint.status);
  }

  #find(channel: UdpChannel): ReceiveEndpointState | undefined {
    for (const endpoint of this.#endpoints.values()) {
      if (channel.matchesTag(endpoint.channel)) return endpoint;
    }
    for (const endpoint of this.#endpoints.values()) {
      if (endpoint.channel.canonicalForm === channel.canonicalForm) return endpoint;
    }
    return undefined;
  }

  #add(channel: UdpChannel, params: ReceiveParams, registrationId: bigint): ReceiveEndpointState {
    const status = this.#counters.allocateStatus(
      CounterTypeId.RECEIVE_CHANNEL_STATUS,
      registrationId,
      channel.text,
    );
    const id = this.#nextId++;
    const endpoint = new ReceiveEndpointState(id, registrationId, channel, params, status);
    let destination: ReceiveDestinationState | undefined;
    try {
      if (!endpoint.isMultiDestination) {
        destination = this.#open(endpoint, channel, registrationId);
      }
    } catch (error) {
      this.#counters.free(status);
      throw error;
    }
    const bound =
      destination === undefined
        ? ""
        : UdpAddress.of(destination.spec.transport.localAddress).toString();
    this.#counters.activateStatus(status, bound);
    this.#endpoints.set(id, endpoint);
    this.#receiver.addEndpoint({
      endpointId: id,
      receiverId: BigInt.asIntN(64, this.#nextReceiverId++),
      groupTag: params.groupTag,
      isMultiDestination: endpoint.isMultiDestination,
      destination: destination?.spec,
      streamSessionLimit: this.#context.config.streamSessionLimit,
      receiveTimestampOffset: params.receiveTimestampOffset,
    });
    return endpoint;
  }

  #open(
    endpoint: ReceiveEndpointState,
    channel: UdpChannel,
    registrationId: bigint,
  ): ReceiveDestinationState {
    const { config, udp } = this.#context;
    const transport = this.#ports.open(udp, receiveTransportRequest(channel, config), true);
    const id = this.#nextId++;
    let localAddress: AtomicCounter;
    try {
      localAddress = this.#counters.allocateLocalAddress(
        "rcv",
        registrationId,
        endpoint.status,
        UdpAddress.of(transport.localAddress).toString(),
      );
    } catch (error) {
      udp.adopt(transport).close();
      throw error;
    }
    const destination: ReceiveDestinationState = {
      id,
      channel,
      spec: {
        destinationId: id,
        transport,
        multicastControl: channel.isMulticast ? plain(channel.remoteControl) : undefined,
        explicitControl: channel.hasExplicitControl ? plain(channel.localControl) : undefined,
        multicastTtl: channel.multicastTtl === 0 ? config.socketMulticastTtl : channel.multicastTtl,
      },
      localAddress,
      control: channel.localControl.clone(),
      isClosing: false,
    };
    endpoint.destinations.push(destination);
    return destination;
  }
}

function plain(address: UdpAddress): SocketAddress {
  return { address: address.address, port: address.port };
}

function interestKey(streamId: number, sessionId: number | undefined): string {
  return `${streamId}/${sessionId ?? "all"}`;
}
