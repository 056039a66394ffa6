import { type AtomicBuffer, RTTM_RECEIVER_ID_OFFSET } from "@alerion/runtime/concurrent";
import type { UdpAddress } from "../udp-address.js";
import { type IdWords, idWords } from "./feedback-frames.js";
import type { ImageConnections } from "./image-connections.js";
import { ReceiveDestination } from "./receive-destination.js";
import type { DestinationSpec, EndpointSpec } from "./receiver-commands.js";
import type { ReceiverServices } from "./receiver-services.js";
import { StreamDispatcher } from "./stream-dispatcher.js";

/** How long feedback still goes to a destination of a multi-destination subscription that has fallen silent. */
const DESTINATION_TIMEOUT_NS = 5_000_000_000;

/**
 * The receiver's half of an endpoint: the sockets that data comes in by and feedback goes out of, and who gets
 * what comes.
 *
 * Source: driver-protocol §13, §14; Aeron `ReceiveChannelEndpoint`, `MultiRcvDestination`.
 */
export class ReceiveEndpoint {
  readonly id: number;
  readonly dispatcher: StreamDispatcher;
  readonly receiveTimestampOffset: number | "reserved" | undefined;
  readonly receiverId: IdWords;
  readonly groupTag: IdWords | undefined;
  readonly #isMultiDestination: boolean;
  readonly #destinations: (ReceiveDestination | undefined)[] = [];
  readonly #services: ReceiverServices;

  constructor(spec: EndpointSpec, services: ReceiverServices) {
    this.id = spec.endpointId;
    this.receiverId = idWords(spec.receiverId);
    this.groupTag = spec.groupTag === undefined ? undefined : idWords(spec.groupTag);
    this.receiveTimestampOffset = spec.receiveTimestampOffset;
    this.#isMultiDestination = spec.isMultiDestination;
    this.#services = services;
    this.dispatcher = new StreamDispatcher(this, spec.streamSessionLimit, services);
  }

  /** Destinations by index; some may be gone. */
  get destinations(): readonly (ReceiveDestination | undefined)[] {
    return this.#destinations;
  }

  /** Indexes that may hold a destination. */
  get length(): number {
    return this.#destinations.length;
  }

  hasDestination(index: number): boolean {
    return this.#destinations[index] !== undefined;
  }

  destination(id: number): ReceiveDestination | undefined {
    return this.#destinations.find((each) => each?.id === id);
  }

  /** Takes a socket over, in the first free place. */
  addDestination(spec: DestinationSpec): ReceiveDestination {
    const free = this.#destinations.indexOf(undefined);
    const index = free < 0 ? this.#destinations.length : free;
    const destination = new ReceiveDestination(spec, index, this, this.#services);
    this.#destinations[index] = destination;
    return destination;
  }

  removeDestination(destination: ReceiveDestination): void {
    this.#destinations[destination.index] = undefined;
  }

  /** Whether an RTTM is for this receiver: it carries its id, or 0 for all. */
  isAddressedBy(buffer: AtomicBuffer, offset: number): boolean {
    const low = buffer.getInt32(offset + RTTM_RECEIVER_ID_OFFSET);
    const high = buffer.getInt32(offset + RTTM_RECEIVER_ID_OFFSET + 4);
    return (
      (low === this.receiverId.low && high === this.receiverId.high) || (low === 0 && high === 0)
    );
  }

  /** Asks a sender for a SETUP. */
  requestSetup(
    destination: ReceiveDestination,
    control: UdpAddress,
    sessionId: number,
    streamId: number,
  ): void {
    const { frames } = this.#services;
    frames.setupRequest(sessionId, streamId, this.receiverId, this.groupTag);
    destination.send(control);
  }

  /** Sends the frame that was written last to the senders of an image. */
  sendTo(connections: ImageConnections): void {
    if (!this.#isMultiDestination) {
      const connection = connections.at(0);
      if (connection !== undefined) this.#destinations[0]?.send(connection.control);
      return;
    }
    const { nowNs } = this.#services.clock;
    for (let index = connections.length - 1; index >= 0; index--) {
      const connection = connections.at(index);
      if (
        connection !== undefined &&
        connection.timeOfLastPacketNs + DESTINATION_TIMEOUT_NS > nowNs
      ) {
        this.#destinations[index]?.send(connection.control);
      }
    }
  }
}
