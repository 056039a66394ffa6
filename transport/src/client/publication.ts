import {
  AtomicBuffer,
  type AtomicCounter,
  BufferRangeError,
  CLOSED,
  type LogBufferMetadata,
  type MessagePart,
  type ReservedValueSupplier,
} from "@alerion/runtime/concurrent";
import type { BufferClaim } from "./buffer-claim.js";
import type { ChannelStatus } from "./channel-status.js";
import type { Registration } from "./registration.js";

/** What a publication is, as the driver told it. */
export interface PublicationDescription {
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  /** Of this publication: the correlation id of its ADD command. */
  readonly registrationId: bigint;
  /** Of the log: that of the first publication that shares it. */
  readonly originalRegistrationId: bigint;
  readonly isExclusive: boolean;
  readonly status: ChannelStatus;
}

/** What a publication needs of its client. All yield when the driver has answered. */
export interface PublicationOwner {
  removePublication(publication: Publication, isRevoked: boolean): Promise<void>;
  addDestination(publication: Publication, channel: string): Registration<void>;
  removeDestination(publication: Publication, destination: string | bigint): Registration<void>;
}

/** What both kinds of appender offer beside appending. */
interface Appender {
  readonly termLength: number;
  readonly maxPayloadLength: number;
  readonly maxMessageLength: number;
  readonly maxPosition: number;
  readonly initialTermId: number;
  readonly positionBitsToShift: number;
  position(): number;
}

const STAGING_LENGTH_MIN = 4096;

/**
 * A stream of messages into a channel. Offers never wait: they yield the new position of the stream, or a
 * negative result code that says why not (NOT_CONNECTED, BACK_PRESSURED, ADMIN_ACTION, CLOSED,
 * MAX_POSITION_EXCEEDED).
 *
 * Source: driver-protocol §10.1; Aeron Publication.
 */
export abstract class Publication {
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly registrationId: bigint;
  readonly originalRegistrationId: bigint;
  readonly isExclusive: boolean;
  /** State of the channel's endpoint. */
  readonly status: ChannelStatus;
  /** Bytes of a term. */
  readonly termBufferLength: number;
  /** Bytes of the longest message. */
  readonly maxMessageLength: number;
  /** Bytes of the longest message in one frame, and of the longest claim. */
  readonly maxPayloadLength: number;
  /** Position behind the last byte that the stream can ever have. */
  readonly maxPossiblePosition: number;
  readonly initialTermId: number;
  readonly positionBitsToShift: number;

  protected readonly metadata: LogBufferMetadata;
  protected isEnded: boolean = false;
  readonly #owner: PublicationOwner;
  readonly #limit: AtomicCounter;
  readonly #appender: Appender;
  #staging: AtomicBuffer | undefined;
  #closing: Promise<void> | undefined;
  #blockedSinceMs: number = 0;

  protected constructor(
    owner: PublicationOwner,
    description: PublicationDescription,
    metadata: LogBufferMetadata,
    limit: AtomicCounter,
    appender: Appender,
  ) {
    this.channel = description.channel;
    this.streamId = description.streamId;
    this.sessionId = description.sessionId;
    this.registrationId = description.registrationId;
    this.originalRegistrationId = description.originalRegistrationId;
    this.isExclusive = description.isExclusive;
    this.status = description.status;
    this.termBufferLength = appender.termLength;
    this.maxMessageLength = appender.maxMessageLength;
    this.maxPayloadLength = appender.maxPayloadLength;
    this.maxPossiblePosition = appender.maxPosition;
    this.initialTermId = appender.initialTermId;
    this.positionBitsToShift = appender.positionBitsToShift;
    this.metadata = metadata;
    this.#owner = owner;
    this.#limit = limit;
    this.#appender = appender;
  }

  /**
   * Appends `length` bytes of `source` as one message, in fragments if it is longer than one frame.
   *
   * @returns the position behind the message, or a negative result code
   * @throws {BufferRangeError} if the bytes are not inside `source`
   * @throws {MessageLengthError} if `length` exceeds maxMessageLength
   */
  abstract offer(
    source: AtomicBuffer,
    offset?: number,
    length?: number,
    reserved?: ReservedValueSupplier,
  ): number;

  /**
   * Appends the bytes of all parts, one after another, as one message.
   *
   * @returns the position behind the message, or a negative result code
   * @throws {BufferRangeError} if a part is not inside its buffer
   * @throws {MessageLengthError} if the parts together exceed maxMessageLength
   */
  abstract offerParts(parts: readonly MessagePart[], reserved?: ReservedValueSupplier): number;

  /**
   * Claims room for a message of `length` bytes, to be written in the log itself.
   *
   * @returns the position behind the message, or a negative result code; `claim` is set in the first case only
   * @throws {MessageLengthError} if `length` exceeds maxPayloadLength
   */
  abstract tryClaim(length: number, claim: BufferClaim): number;

  /**
   * As `offer`, from bytes that lie anywhere. They are copied twice: for a hot path keep them in an AtomicBuffer.
   *
   * @returns the position behind the message, or a negative result code
   * @throws {MessageLengthError} if there are more than maxMessageLength
   */
  offerBytes(bytes: Uint8Array, reserved?: ReservedValueSupplier): number {
    let staging = this.#staging;
    if (staging === undefined || staging.capacity < bytes.length) {
      // Longer than the longest message is refused below, before it is copied.
      const length = Math.min(Math.max(bytes.length, STAGING_LENGTH_MIN), this.maxMessageLength);
      staging = new AtomicBuffer(new ArrayBuffer((length + 7) & ~7));
      this.#staging = staging;
    }
    if (bytes.length <= staging.capacity) staging.putBytes(0, bytes, 0, bytes.length);
    else return this.offer(new AtomicBuffer(new ArrayBuffer(bytes.length)), 0, bytes.length);
    return this.offer(staging, 0, bytes.length, reserved);
  }

  /** Position up to which the stream has been written by anyone; CLOSED (negative) when closed. */
  position(): number {
    return this.isEnded ? CLOSED : this.#appender.position();
  }

  /** Position that the next message must begin before; CLOSED (negative) when closed. */
  positionLimit(): number {
    return this.isEnded ? CLOSED : this.#limit.get();
  }

  /** Bytes that can be written before the limit is reached; CLOSED (negative) when closed. */
  availableWindow(): number {
    return this.isEnded ? CLOSED : this.#limit.get() - this.#appender.position();
  }

  /** True if a subscriber has been heard of lately. */
  isConnected(): boolean {
    return !this.isEnded && this.metadata.isConnected();
  }

  isClosed(): boolean {
    return this.isEnded;
  }

  /** True once the publication was revoked: by `revoke`, for a shared one by anyone. */
  isRevoked(): boolean {
    return this.metadata.isPublicationRevoked();
  }

  /** True for the publication that began the log, false for one that shares it. */
  isOriginal(): boolean {
    return this.registrationId === this.originalRegistrationId;
  }

  /** Id of the counter that holds the position limit. */
  get positionLimitId(): number {
    return this.#limit.id;
  }

  /** State of the channel's endpoint, one of ChannelState; CLOSED (negative) when closed. */
  channelStatus(): number {
    return this.isEnded ? CLOSED : this.status.state();
  }

  /** Addresses that the channel's endpoint sends from, `ip:port`; none for IPC. */
  localSocketAddresses(): string[] {
    return this.isEnded ? [] : this.status.localSocketAddresses();
  }

  /**
   * Adds a destination to a multi-destination publication (`control-mode=manual`).
   *
   * @returns the destination's registration id
   * @throws {RegistrationError} if the driver refuses
   */
  async addDestination(channel: string): Promise<bigint> {
    const registration = this.asyncAddDestination(channel);
    await registration.promise;
    return registration.registrationId;
  }

  /** As `addDestination`, without waiting; `registrationId` is the destination's. */
  asyncAddDestination(channel: string): Registration<void> {
    return this.#owner.addDestination(this, channel);
  }

  /** Removes a destination by its channel or registration id. */
  async removeDestination(destination: string | bigint): Promise<void> {
    await this.asyncRemoveDestination(destination).promise;
  }

  /** As `removeDestination`, without waiting. */
  asyncRemoveDestination(destination: string | bigint): Registration<void> {
    return this.#owner.removeDestination(this, destination);
  }

  /**
   * Ends this publication; the stream ends with the last one that shares it. Idempotent. Resolves when the driver
   * has taken note, or can no longer be asked.
   */
  close(): Promise<void> {
    return this.end(false);
  }

  /** @internal When the limit was first seen to hold this publication back, epoch ms; 0 while it does not. */
  blockedSinceMs(): number {
    return this.#blockedSinceMs;
  }

  /** @internal The conductor looks from time to time, so that offers need not keep a clock. */
  observe(nowMs: number): void {
    if (this.isEnded || this.#appender.position() < this.#limit.get()) this.#blockedSinceMs = 0;
    else if (this.#blockedSinceMs === 0) this.#blockedSinceMs = nowMs;
  }

  /** @internal The client is closed or gone: nothing can be sent any more. */
  onClientClosed(): void {
    this.isEnded = true;
    this.#closing ??= Promise.resolve();
  }

  protected end(isRevoked: boolean): Promise<void> {
    if (this.#closing === undefined) {
      this.isEnded = true;
      this.#closing = this.#owner.removePublication(this, isRevoked);
    }
    return this.#closing;
  }

  /** @throws {BufferRangeError} unless the bytes are inside the buffer */
  protected static outOfRange(source: AtomicBuffer, offset: number, length: number): never {
    throw new BufferRangeError(
      `range must lie inside the buffer: offset=${offset} length=${length} capacity=${source.capacity}`,
    );
  }
}
