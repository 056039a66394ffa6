import { AtomicBuffer, type BroadcastTransmitter } from "@alerion/runtime/concurrent";
import { DriverEvent } from "../protocol/control-protocol-events.js";
import type { ErrorCode } from "../protocol/error-code.js";
import { ErrorResponse } from "../protocol/events/error-response.js";
import { ImageBuffersReady } from "../protocol/events/image-buffers-ready.js";
import { PublicationBuffersReady } from "../protocol/events/publication-buffers-ready.js";
import { PublicationErrorEvent } from "../protocol/events/publication-error.js";
import {
  ClientTimeout,
  CounterUpdate,
  ID_AND_INT_EVENT_LENGTH,
  ID_EVENT_LENGTH,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../protocol/events/short-events.js";
import { UnavailableImage } from "../protocol/events/unavailable-image.js";

const SCRATCH_LENGTH = 64 * 1024;
/** Longest text in an event: file names and channels stay far below, error texts are cut. */
const TEXT_LENGTH_MAX = 16 * 1024;
const NULL_VALUE = -1n;

/** A publication as its clients are told of it. */
export interface PublicationReadyEvent {
  readonly correlationId: bigint;
  readonly registrationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly limitCounterId: number;
  /** -1 for IPC. */
  readonly channelStatusCounterId: number;
  readonly logFileName: string;
  readonly isExclusive: boolean;
}

/** An image as its subscriber is told of it. */
export interface ImageReadyEvent {
  readonly correlationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly subscriptionRegistrationId: bigint;
  readonly positionCounterId: number;
  readonly logFileName: string;
  readonly sourceIdentity: string;
}

/** A rejected publication as its clients are told of it. */
export interface PublicationErrorFrame {
  readonly registrationId: bigint;
  readonly destinationRegistrationId?: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly receiverId?: bigint;
  readonly groupTag?: bigint;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly errorCode: ErrorCode;
  readonly message: string;
}

/** Tells all clients what happened, through the to-clients buffer. Each picks out what concerns it. */
export class ClientProxy {
  readonly #transmitter: BroadcastTransmitter;
  readonly #scratch: AtomicBuffer = new AtomicBuffer(new ArrayBuffer(SCRATCH_LENGTH));
  readonly #textLengthMax: number;
  readonly #error = new ErrorResponse();
  readonly #publication = new PublicationBuffersReady();
  readonly #image = new ImageBuffersReady();
  readonly #unavailable = new UnavailableImage();
  readonly #subscription = new SubscriptionReady();
  readonly #success = new OperationSucceeded();
  readonly #counter = new CounterUpdate();
  readonly #timeout = new ClientTimeout();
  readonly #session = new NextAvailableSessionId();
  readonly #publicationError = new PublicationErrorEvent();

  constructor(transmitter: BroadcastTransmitter) {
    this.#transmitter = transmitter;
    // An image event holds two texts and 44 bytes.
    this.#textLengthMax = Math.min(
      TEXT_LENGTH_MAX,
      Math.floor((transmitter.maxMsgLength - 128) / 2),
    );
  }

  /** ON_ERROR. */
  onError(correlationId: bigint, errorCode: ErrorCode, message: string): void {
    const text = this.#cut(message);
    const length = ErrorResponse.computeLength(text);
    this.#error
      .wrap(this.#scratch.view, 0, length)
      .setOffendingCorrelationId(correlationId)
      .setErrorCode(errorCode)
      .setMessage(text);
    this.#transmit(DriverEvent.ON_ERROR, length);
  }

  /** ON_PUBLICATION_READY or ON_EXCLUSIVE_PUBLICATION_READY. */
  onPublicationReady(event: PublicationReadyEvent): void {
    const length = PublicationBuffersReady.computeLength(event.logFileName);
    this.#publication
      .wrap(this.#scratch.view, 0, length)
      .setCorrelationId(event.correlationId)
      .setRegistrationId(event.registrationId)
      .setSessionId(event.sessionId)
      .setStreamId(event.streamId)
      .setPublicationLimitCounterId(event.limitCounterId)
      .setChannelStatusCounterId(event.channelStatusCounterId)
      .setLogFileName(event.logFileName);
    const typeId = event.isExclusive
      ? DriverEvent.ON_EXCLUSIVE_PUBLICATION_READY
      : DriverEvent.ON_PUBLICATION_READY;
    this.#transmit(typeId, length);
  }

  /** ON_SUBSCRIPTION_READY. */
  onSubscriptionReady(correlationId: bigint, channelStatusCounterId: number): void {
    this.#subscription
      .wrap(this.#scratch.view, 0, ID_AND_INT_EVENT_LENGTH)
      .setCorrelationId(correlationId)
      .setChannelStatusCounterId(channelStatusCounterId);
    this.#transmit(DriverEvent.ON_SUBSCRIPTION_READY, ID_AND_INT_EVENT_LENGTH);
  }

  /** ON_AVAILABLE_IMAGE. */
  onAvailableImage(event: ImageReadyEvent): void {
    const length = ImageBuffersReady.computeLength(event.logFileName, event.sourceIdentity);
    this.#image
      .wrap(this.#scratch.view, 0, length)
      .setCorrelationId(event.correlationId)
      .setSessionId(event.sessionId)
      .setStreamId(event.streamId)
      .setSubscriptionRegistrationId(event.subscriptionRegistrationId)
      .setSubscriberPositionId(event.positionCounterId)
      .setLogFileName(event.logFileName)
      .setSourceIdentity(event.sourceIdentity);
    this.#transmit(DriverEvent.ON_AVAILABLE_IMAGE, length);
  }

  /** ON_UNAVAILABLE_IMAGE. */
  onUnavailableImage(
    correlationId: bigint,
    subscriptionRegistrationId: bigint,
    streamId: number,
    channel: string,
  ): void {
    const length = UnavailableImage.computeLength(channel);
    this.#unavailable
      .wrap(this.#scratch.view, 0, length)
      .setCorrelationId(correlationId)
      .setSubscriptionRegistrationId(subscriptionRegistrationId)
      .setStreamId(streamId)
      .setChannel(channel);
    this.#transmit(DriverEvent.ON_UNAVAILABLE_IMAGE, length);
  }

  /** ON_OPERATION_SUCCESS. */
  operationSucceeded(correlationId: bigint): void {
    this.#success.wrap(this.#scratch.view, 0, ID_EVENT_LENGTH).setCorrelationId(correlationId);
    this.#transmit(DriverEvent.ON_OPERATION_SUCCESS, ID_EVENT_LENGTH);
  }

  /** ON_COUNTER_READY. */
  onCounterReady(correlationId: bigint, counterId: number): void {
    this.#counterUpdate(DriverEvent.ON_COUNTER_READY, correlationId, counterId);
  }

  /** ON_STATIC_COUNTER. */
  onStaticCounter(correlationId: bigint, counterId: number): void {
    this.#counterUpdate(DriverEvent.ON_STATIC_COUNTER, correlationId, counterId);
  }

  /** ON_UNAVAILABLE_COUNTER. */
  onUnavailableCounter(registrationId: bigint, counterId: number): void {
    this.#counterUpdate(DriverEvent.ON_UNAVAILABLE_COUNTER, registrationId, counterId);
  }

  /** ON_CLIENT_TIMEOUT. */
  onClientTimeout(clientId: bigint): void {
    this.#timeout.wrap(this.#scratch.view, 0, ID_EVENT_LENGTH).setClientId(clientId);
    this.#transmit(DriverEvent.ON_CLIENT_TIMEOUT, ID_EVENT_LENGTH);
  }

  /** ON_NEXT_AVAILABLE_SESSION_ID. */
  onNextAvailableSessionId(correlationId: bigint, sessionId: number): void {
    this.#session
      .wrap(this.#scratch.view, 0, ID_AND_INT_EVENT_LENGTH)
      .setCorrelationId(correlationId)
      .setSessionId(sessionId);
    this.#transmit(DriverEvent.ON_NEXT_AVAILABLE_SESSION_ID, ID_AND_INT_EVENT_LENGTH);
  }

  /** ON_PUBLICATION_ERROR. */
  onPublicationError(frame: PublicationErrorFrame): void {
    const text = this.#cut(frame.message);
    const length = PublicationErrorEvent.computeLength(text);
    this.#publicationError
      .wrap(this.#scratch.view, 0, length)
      .setRegistrationId(frame.registrationId)
      .setDestinationRegistrationId(frame.destinationRegistrationId ?? NULL_VALUE)
      .setSessionId(frame.sessionId)
      .setStreamId(frame.streamId)
      .setReceiverId(frame.receiverId ?? NULL_VALUE)
      .setGroupTag(frame.groupTag ?? NULL_VALUE)
      .setAddress(frame.address, frame.port)
      .setErrorCode(frame.errorCode)
      .setMessage(text);
    this.#transmit(DriverEvent.ON_PUBLICATION_ERROR, length);
  }

  #counterUpdate(typeId: DriverEvent, correlationId: bigint, counterId: number): void {
    this.#counter
      .wrap(this.#scratch.view, 0, ID_AND_INT_EVENT_LENGTH)
      .setCorrelationId(correlationId)
      .setCounterId(counterId);
    this.#transmit(typeId, ID_AND_INT_EVENT_LENGTH);
  }

  #cut(text: string): string {
    return text.slice(0, this.#textLengthMax);
  }

  #transmit(typeId: DriverEvent, length: number): void {
    this.#transmitter.transmit(typeId, this.#scratch, 0, length);
  }
}
