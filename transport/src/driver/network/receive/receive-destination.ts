import {
  type AtomicBuffer,
  BEGIN_FRAG_FLAG,
  DATA_HEADER_LENGTH,
  DATA_RESERVED_VALUE_OFFSET,
  FRAME_HEADER_LENGTH_MIN,
  FRAME_VERSION,
  FRAME_VERSION_OFFSET,
  FrameType,
  RTTM_LENGTH,
  SETUP_LENGTH,
} from "@alerion/runtime/concurrent";
import { UdpAddress } from "../udp-address.js";
import type { DatagramHandler, UdpTransport } from "../udp-network.js";
import { claimedLength, INVALID_DATAGRAM, isSetup } from "./received-frames.js";
import type { ReceiveEndpoint } from "./receive-endpoint.js";
import type { DestinationSpec } from "./receiver-commands.js";
import type { ReceiverServices } from "./receiver-services.js";

/**
 * One socket that data comes in by: checks every datagram before anything looks at it, and gives it to the
 * endpoint's dispatcher.
 */
export class ReceiveDestination implements DatagramHandler {
  readonly id: number;
  /** Place among the endpoint's destinations. */
  readonly index: number;
  readonly transport: UdpTransport;
  /** Where feedback goes instead of to the source: the control group of a multicast channel. */
  readonly multicastControl: UdpAddress | undefined;
  readonly multicastTtl: number;
  /** Where a sender is that does not know of this receiver yet. */
  explicitControl: UdpAddress | undefined;
  // A double from the start: see AtomicBuffer on representation changes.
  timeOfLastActivityNs: number = 0.5;
  readonly #endpoint: ReceiveEndpoint;
  readonly #services: ReceiverServices;

  constructor(
    spec: DestinationSpec,
    index: number,
    endpoint: ReceiveEndpoint,
    services: ReceiverServices,
  ) {
    this.id = spec.destinationId;
    this.index = index;
    this.multicastControl = addressOf(spec.multicastControl);
    this.multicastTtl = spec.multicastTtl;
    this.explicitControl = addressOf(spec.explicitControl);
    this.timeOfLastActivityNs = services.clock.nowNs;
    this.#endpoint = endpoint;
    this.#services = services;
    this.transport = services.context.udp.adopt(spec.transport);
  }

  /** Where the sender of a datagram takes feedback. */
  controlFor(from: UdpAddress): UdpAddress {
    return this.multicastControl ?? from;
  }

  /** Sends the frame that was written last. */
  send(to: UdpAddress): void {
    const { frames, counters } = this.#services;
    const { source, offset, length } = frames;
    if (this.transport.send(source, offset, length, to) < length) counters.onShortSend();
  }

  /** Hot. */
  onDatagram(buffer: AtomicBuffer, offset: number, length: number, from: UdpAddress): void {
    const frameLength = length > FRAME_HEADER_LENGTH_MIN ? buffer.getInt32(offset) : -1;
    const word = buffer.getInt32(offset + FRAME_VERSION_OFFSET);
    if (frameLength < 0 || (word & 0xff) !== FRAME_VERSION) {
      this.#services.counters.onInvalidPacket();
      return;
    }
    const type = word >>> 16;
    if (type <= FrameType.DATA) this.#onData(buffer, offset, length, word, from);
    else this.#onControl(buffer, offset, length, frameLength, type, from);
  }

  #onData(
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    word: number,
    from: UdpAddress,
  ): void {
    const claimed = claimedLength(buffer, offset, length);
    if (claimed === INVALID_DATAGRAM) {
      this.#services.counters.onInvalidPacket();
      return;
    }
    const { receiveTimestampOffset } = this.#endpoint;
    if (receiveTimestampOffset !== undefined && ((word >> 8) & BEGIN_FRAG_FLAG) !== 0) {
      this.#stampReceiveTime(buffer, offset, receiveTimestampOffset);
    }
    this.timeOfLastActivityNs = this.#services.clock.nowNs;
    this.#endpoint.dispatcher.onData(this, buffer, offset, length, claimed, from);
  }

  #onControl(
    buffer: AtomicBuffer,
    offset: number,
    length: number,
    frameLength: number,
    type: number,
    from: UdpAddress,
  ): void {
    const { counters, clock } = this.#services;
    switch (type) {
      case FrameType.SETUP:
        if (!isWhole(length, frameLength, SETUP_LENGTH) || !isSetup(buffer, offset)) break;
        this.timeOfLastActivityNs = clock.nowNs;
        this.#endpoint.dispatcher.onSetup(this, buffer, offset, from);
        return;
      case FrameType.RTTM:
        if (!isWhole(length, frameLength, RTTM_LENGTH)) break;
        if (!this.#endpoint.isAddressedBy(buffer, offset)) return;
        this.timeOfLastActivityNs = clock.nowNs;
        this.#endpoint.dispatcher.onRttMeasurement(this, buffer, offset, from);
        return;
      case FrameType.NAK:
      case FrameType.SM:
      case FrameType.ERR:
      case FrameType.RES:
      case FrameType.RSP_SETUP:
        // For senders and resolvers: nothing for a receiver, but legal.
        return;
      default:
        break;
    }
    counters.onInvalidPacket();
  }

  /** Writes when the datagram came into its first message, epoch ns: at an offset of the payload, or reserved. */
  #stampReceiveTime(buffer: AtomicBuffer, offset: number, where: number | "reserved"): void {
    const frameLength = buffer.getInt32(offset);
    if (frameLength < DATA_HEADER_LENGTH) return;
    const at = where === "reserved" ? DATA_RESERVED_VALUE_OFFSET : DATA_HEADER_LENGTH + where;
    if (at + 8 > frameLength) return;
    buffer.view.setBigInt64(offset + at, this.#services.epochNs(), true);
  }
}

/** Whether a control frame is whole: one to a datagram. */
function isWhole(length: number, frameLength: number, lengthMin: number): boolean {
  return frameLength >= lengthMin && frameLength <= length;
}

function addressOf(address: DestinationSpec["explicitControl"]): UdpAddress | undefined {
  return address === undefined ? undefined : UdpAddress.of(address);
}
