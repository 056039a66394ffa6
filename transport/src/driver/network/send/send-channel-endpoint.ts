import {
  type AtomicBuffer,
  AtomicCounter,
  ERR_HEADER_LENGTH,
  FRAME_ALIGNMENT,
  FRAME_FLAGS_OFFSET,
  FRAME_TYPE_OFFSET,
  FRAME_VERSION,
  FRAME_VERSION_OFFSET,
  FRAME_HEADER_LENGTH_MIN,
  FrameType,
  NAK_LENGTH,
  NAK_LENGTH_OFFSET,
  NAK_SESSION_ID_OFFSET,
  NAK_STREAM_ID_OFFSET,
  NAK_TERM_ID_OFFSET,
  NAK_TERM_OFFSET_OFFSET,
  RSP_SETUP_LENGTH,
  RSP_SETUP_RESPONSE_SESSION_ID_OFFSET,
  RSP_SETUP_SESSION_ID_OFFSET,
  RSP_SETUP_STREAM_ID_OFFSET,
  RTTM_LENGTH,
  RTTM_REPLY_FLAG,
  RTTM_SESSION_ID_OFFSET,
  RTTM_STREAM_ID_OFFSET,
  SM_LENGTH,
} from "@alerion/runtime/concurrent";
import type { SocketAddress } from "../../../os/os.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkAgentContext } from "../network-agent-context.js";
import { UdpAddress } from "../udp-address.js";
import type {
  DatagramHandler,
  DatagramSource,
  TransportPoller,
  UdpTransport,
} from "../udp-network.js";
import { DESTINATION_TIMEOUT_NS, DynamicDestinations, ManualDestinations } from "./destinations.js";
import { readErrorFrame } from "./error-frame.js";
import { PublicationTable } from "./publication-table.js";
import type { AddSendEndpoint, SendDestination, SenderEvents } from "./sender-commands.js";
import type { SenderPublication } from "./sender-publication.js";
import { SendTimestamps } from "./send-timestamps.js";
import { StatusMessage } from "./status-message.js";

/**
 * The sender's half of a channel that publications share: its sockets, its destinations, and who gets which of the
 * control frames that come in. Nothing of a datagram is used before it is checked.
 *
 * Source: driver-protocol §9, §12, §20; Aeron SendChannelEndpoint.
 */
export class SendChannelEndpoint implements DatagramHandler {
  readonly endpointId: number;
  readonly #events: SenderEvents;
  readonly #time: CachedClock;
  readonly #poller: TransportPoller;
  readonly #transport: UdpTransport;
  readonly #control: UdpTransport | undefined;
  readonly #isResponse: boolean;
  readonly #isUnicast: boolean;
  readonly #destinations: DynamicDestinations | ManualDestinations | undefined;
  readonly #timestamps: SendTimestamps | undefined;
  readonly #publications = new PublicationTable();
  readonly #closed: Int32Array;
  readonly #message = new StatusMessage();
  readonly #statusMessagesReceived: AtomicCounter;
  readonly #statusMessagesRejected: AtomicCounter;
  readonly #naksReceived: AtomicCounter;
  readonly #invalidPackets: AtomicCounter;
  readonly #errorFramesReceived: AtomicCounter;
  #timeOfLastStatusNs: number;

  constructor(
    command: AddSendEndpoint,
    context: NetworkAgentContext,
    events: SenderEvents,
    poller: TransportPoller,
    time: CachedClock,
  ) {
    const { udp, counters, systemCounters, clock } = context;
    this.endpointId = command.endpointId;
    this.#events = events;
    this.#closed = new Int32Array(command.closed);
    this.#time = time;
    this.#poller = poller;
    this.#isResponse = command.kind === "response";
    this.#isUnicast = command.kind === "unicast";
    const counter =
      command.destinationCounterId < 0
        ? undefined
        : new AtomicCounter(counters, command.destinationCounterId);
    if (command.kind === "dynamic") this.#destinations = new DynamicDestinations(counter);
    else if (command.kind === "manual") this.#destinations = new ManualDestinations(counter);
    if (command.timestampOffset !== undefined) {
      this.#timestamps = new SendTimestamps(command.timestampOffset, clock);
    }
    this.#statusMessagesReceived = systemCounters.get(SystemCounter.STATUS_MESSAGES_RECEIVED);
    this.#statusMessagesRejected = systemCounters.get(SystemCounter.STATUS_MESSAGES_REJECTED);
    this.#naksReceived = systemCounters.get(SystemCounter.NAK_MESSAGES_RECEIVED);
    this.#invalidPackets = systemCounters.get(SystemCounter.INVALID_PACKETS);
    this.#errorFramesReceived = systemCounters.get(SystemCounter.ERROR_FRAMES_RECEIVED);
    this.#timeOfLastStatusNs = time.nowNs;

    this.#transport = udp.adopt(command.data);
    this.#control = command.control === undefined ? undefined : udp.adopt(command.control);
    poller.add(this.#control ?? this.#transport, this);
  }

  // -- publications -----------------------------------------------------------------------------------------

  add(publication: SenderPublication): void {
    this.#publications.add(publication);
  }

  remove(publication: SenderPublication): void {
    this.#publications.remove(publication);
  }

  // -- sending ----------------------------------------------------------------------------------------------

  /** Hot. Sends one datagram to wherever this publication's data goes. Returns bytes taken: `length`, or less. */
  send(
    publication: SenderPublication,
    source: DatagramSource,
    offset: number,
    length: number,
  ): number {
    this.#timestamps?.apply(source.buffer, offset, length);
    const destinations = this.#destinations;
    if (destinations !== undefined) {
      return destinations.send(this.#transport, source, offset, length);
    }
    if (!this.#isResponse) return this.#transport.send(source, offset, length, undefined);
    const { responseAddress } = publication;
    // Nobody has asked for the response yet: there is nowhere to send it.
    if (responseAddress === undefined) return length;
    return this.#transport.send(source, offset, length, responseAddress);
  }

  /** Hot. Sends several datagrams. Returns how many were taken, from the first on. */
  sendMany(
    publication: SenderPublication,
    source: DatagramSource,
    offsets: Int32Array,
    lengths: Int32Array,
    count: number,
  ): number {
    const timestamps = this.#timestamps;
    if (timestamps !== undefined) {
      for (let i = 0; i < count; i++) {
        timestamps.apply(source.buffer, offsets[i] as number, lengths[i] as number);
      }
    }
    const destinations = this.#destinations;
    if (destinations !== undefined) {
      return destinations.sendMany(this.#transport, source, offsets, lengths, count);
    }
    if (!this.#isResponse) {
      return this.#transport.sendMany(source, offsets, lengths, count, undefined);
    }
    const { responseAddress } = publication;
    if (responseAddress === undefined) return count;
    return this.#transport.sendMany(source, offsets, lengths, count, responseAddress);
  }

  /** A publication was asked for its setup: a response goes to whoever asks. */
  onSetupRequest(publication: SenderPublication, from: UdpAddress): void {
    if (!this.#isResponse) return;
    if (publication.responseAddress === undefined) publication.responseAddress = from.clone();
    else publication.responseAddress.copyFrom(from);
  }

  // -- destinations -----------------------------------------------------------------------------------------

  addDestination(command: SendDestination): void {
    if (!(this.#destinations instanceof ManualDestinations)) return;
    const address = UdpAddress.of(command.address);
    this.#destinations.addManual(command.destinationId, address, this.#time.nowNs);
  }

  removeDestination(destinationId: bigint): void {
    if (this.#destinations instanceof ManualDestinations) this.#destinations.remove(destinationId);
  }

  changeAddress(destinationId: bigint | undefined, address: SocketAddress): void {
    if (destinationId === undefined) this.#transport.reconnect(address);
    else if (this.#destinations instanceof ManualDestinations) {
      this.#destinations.changeAddress(destinationId, UdpAddress.of(address));
    }
  }

  /** Now and then: forgets silent destinations, and has the names of silent ones looked up again. */
  checkSilence(nowNs: number): void {
    const { endpointId } = this;
    const destinations = this.#destinations;
    if (destinations instanceof DynamicDestinations) destinations.removeSilent(nowNs);
    if (destinations instanceof ManualDestinations) {
      destinations.reportSilent(nowNs, (destinationId) => {
        this.#events.onSilence({ endpointId, destinationId });
      });
    }
    if (this.#isUnicast && nowNs - this.#timeOfLastStatusNs > DESTINATION_TIMEOUT_NS) {
      this.#timeOfLastStatusNs = nowNs;
      this.#events.onSilence({ endpointId });
    }
  }

  /** Closes the sockets, and says so. Idempotent. */
  close(): void {
    this.#poller.remove(this.#control ?? this.#transport);
    this.#transport.close();
    this.#control?.close();
    Atomics.store(this.#closed, 0, 1);
  }

  // -- control frames ---------------------------------------------------------------------------------------

  onDatagram(buffer: AtomicBuffer, offset: number, length: number, from: UdpAddress): void {
    const { view } = buffer;
    if (length <= FRAME_HEADER_LENGTH_MIN) {
      this.#onInvalid();
      return;
    }
    const frameLength = view.getInt32(offset, true);
    const flags = buffer.getUint8(offset + FRAME_FLAGS_OFFSET);
    const isFrame =
      buffer.getUint8(offset + FRAME_VERSION_OFFSET) === FRAME_VERSION && frameLength <= length;
    const type = isFrame ? view.getUint16(offset + FRAME_TYPE_OFFSET, true) : -1;
    switch (type) {
      case FrameType.SM:
        if (frameLength < SM_LENGTH) break;
        this.#onStatusMessage(buffer, offset, frameLength, flags, from);
        return;
      case FrameType.NAK:
        if (frameLength < NAK_LENGTH) break;
        this.#onNak(buffer, offset);
        return;
      case FrameType.RTTM:
        if (frameLength < RTTM_LENGTH) break;
        if ((flags & RTTM_REPLY_FLAG) !== 0) {
          this.#publications
            .find(
              view.getInt32(offset + RTTM_SESSION_ID_OFFSET, true),
              view.getInt32(offset + RTTM_STREAM_ID_OFFSET, true),
            )
            ?.onRttm(buffer, offset);
        }
        return;
      case FrameType.ERR:
        if (frameLength < ERR_HEADER_LENGTH) break;
        this.#onError(buffer, offset, frameLength, flags, from);
        return;
      case FrameType.RSP_SETUP:
        if (frameLength < RSP_SETUP_LENGTH) break;
        this.#publications
          .find(
            view.getInt32(offset + RSP_SETUP_SESSION_ID_OFFSET, true),
            view.getInt32(offset + RSP_SETUP_STREAM_ID_OFFSET, true),
          )
          ?.onResponseSetup(view.getInt32(offset + RSP_SETUP_RESPONSE_SESSION_ID_OFFSET, true));
        return;
      case FrameType.DATA:
      case FrameType.PAD:
      case FrameType.SETUP:
      case FrameType.RES:
        // Somebody else's business that has strayed here.
        return;
      default:
        break;
    }
    this.#onInvalid();
  }

  #onStatusMessage(
    buffer: AtomicBuffer,
    offset: number,
    frameLength: number,
    flags: number,
    from: UdpAddress,
  ): void {
    const message = this.#message;
    message.read(buffer, offset, frameLength, flags);
    const { sessionId, streamId, termOffset, windowLength } = message;
    if (termOffset < 0 || (termOffset & (FRAME_ALIGNMENT - 1)) !== 0 || windowLength < 0) {
      this.#onInvalid();
      return;
    }
    this.#statusMessagesReceived.increment();
    const publication = this.#publications.find(sessionId, streamId);
    if (publication !== undefined) {
      const verdict = publication.judge(message);
      if (verdict === "impossible") {
        this.#onInvalid();
        return;
      }
      if (verdict === "too-far") {
        this.#statusMessagesRejected.increment();
        return;
      }
    }
    const { nowNs } = this.#time;
    this.#timeOfLastStatusNs = nowNs;
    // Session 0 and stream 0 stand for none: with them a receiver only says where it is.
    this.#destinations?.onStatusMessage(message, from, nowNs);
    if (publication === undefined) return;
    if (message.isSendSetup) publication.onSetupRequest(message, from, nowNs);
    else publication.onStatusMessage(message, nowNs);
  }

  #onNak(buffer: AtomicBuffer, offset: number): void {
    const { view } = buffer;
    const publication = this.#publications.find(
      view.getInt32(offset + NAK_SESSION_ID_OFFSET, true),
      view.getInt32(offset + NAK_STREAM_ID_OFFSET, true),
    );
    this.#naksReceived.increment();
    const isPossible = publication?.onNak(
      view.getInt32(offset + NAK_TERM_ID_OFFSET, true),
      view.getInt32(offset + NAK_TERM_OFFSET_OFFSET, true),
      view.getInt32(offset + NAK_LENGTH_OFFSET, true),
      this.#time.nowNs,
    );
    if (isPossible === false) this.#onInvalid();
  }

  #onError(
    buffer: AtomicBuffer,
    offset: number,
    frameLength: number,
    flags: number,
    from: UdpAddress,
  ): void {
    const frame = readErrorFrame(buffer, offset, frameLength, flags);
    if (frame === undefined) {
      this.#onInvalid();
      return;
    }
    this.#errorFramesReceived.increment();
    const publication = this.#publications.find(frame.sessionId, frame.streamId);
    if (publication?.onError(frame, this.#time.nowNs) !== true) return;
    const { receiverIdLow, receiverIdHigh, receiverId, hasGroupTag, groupTag } = frame;
    const destinationId = this.#destinations?.idOf(receiverIdLow, receiverIdHigh, from);
    this.#events.onPublicationError({
      publicationId: publication.publicationId,
      ...(destinationId === undefined ? {} : { destinationId }),
      receiverId,
      ...(hasGroupTag ? { groupTag } : {}),
      address: from.address,
      port: from.port,
      errorCode: frame.errorCode,
      message: frame.message,
    });
  }

  /** The receiver counts these too, perhaps in another thread. */
  #onInvalid(): void {
    this.#invalidPackets.getAndAddAtomic(1);
  }
}
