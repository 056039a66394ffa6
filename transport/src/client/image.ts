import {
  type AtomicCounter,
  type BlockHandler,
  type ControlledFragmentHandler,
  CorruptBufferError,
  type ErrorHandler,
  type FragmentHandler,
  type LogBufferMetadata,
  type LogBuffers,
  LogReader,
} from "@alerion/runtime/concurrent";

/** What an image is, as the driver told it. */
export interface ImageDescription {
  readonly correlationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  /** `host:port` of the publisher, or `aeron:ipc`. */
  readonly sourceIdentity: string;
  /** Of the subscription that it belongs to. */
  readonly subscriptionRegistrationId: bigint;
}

/** What an image needs of its client. */
export interface ImageOwner {
  rejectImage(image: Image, reason: string): Promise<void>;
}

/**
 * One publisher's stream as a subscription sees it: read in order, from where the subscription joined.
 *
 * A handler that throws has consumed its fragment. The error goes to the subscription's error handler, to the
 * caller if there is none.
 *
 * Source: driver-protocol §10.2; Aeron Image.
 */
export class Image {
  readonly correlationId: bigint;
  readonly sessionId: number;
  readonly streamId: number;
  readonly sourceIdentity: string;
  readonly subscriptionRegistrationId: bigint;
  /** Position at which reading began. */
  readonly joinPosition: number;
  readonly initialTermId: number;
  readonly termBufferLength: number;
  readonly positionBitsToShift: number;
  readonly mtuLength: number;
  /** Id of the counter that holds this image's position. */
  readonly subscriberPositionId: number;
  readonly #owner: ImageOwner;
  readonly #metadata: LogBufferMetadata;
  readonly #reader: LogReader;
  readonly #onError: ErrorHandler | undefined;
  #isClosed: boolean = false;
  #finalPosition: number = 0;
  #wasEndOfStream: boolean = false;
  #wasRevoked: boolean = false;
  #endPosition: number = 0;

  /** @internal Images come with ON_AVAILABLE_IMAGE. */
  constructor(
    owner: ImageOwner,
    description: ImageDescription,
    log: LogBuffers,
    position: AtomicCounter,
    onError: ErrorHandler | undefined,
  ) {
    this.#owner = owner;
    this.correlationId = description.correlationId;
    this.sessionId = description.sessionId;
    this.streamId = description.streamId;
    this.sourceIdentity = description.sourceIdentity;
    this.subscriptionRegistrationId = description.subscriptionRegistrationId;
    this.joinPosition = position.get();
    this.subscriberPositionId = position.id;
    this.#metadata = log.metadata;
    this.initialTermId = log.metadata.initialTermId();
    this.termBufferLength = log.termLength;
    this.positionBitsToShift = 31 - Math.clz32(log.termLength);
    this.mtuLength = log.metadata.mtuLength();
    this.#reader = new LogReader(log, position, this);
    this.#onError = onError;
  }

  /**
   * Hands up to `fragmentLimit` fragments to `handler`.
   *
   * @returns fragments handed out; 0 also where only padding was passed
   */
  poll(handler: FragmentHandler, fragmentLimit: number): number {
    if (this.#isClosed) return 0;
    try {
      return this.#reader.poll(handler, fragmentLimit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** As `poll`, but no fragment that begins at or behind `limitPosition` is read. */
  boundedPoll(handler: FragmentHandler, limitPosition: number, fragmentLimit: number): number {
    if (this.#isClosed) return 0;
    try {
      return this.#reader.boundedPoll(handler, limitPosition, fragmentLimit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** As `poll`, steered by what the handler returns. */
  controlledPoll(handler: ControlledFragmentHandler, fragmentLimit: number): number {
    if (this.#isClosed) return 0;
    try {
      return this.#reader.controlledPoll(handler, fragmentLimit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** As `controlledPoll`, but no fragment that begins at or behind `limitPosition` is read. */
  boundedControlledPoll(
    handler: ControlledFragmentHandler,
    limitPosition: number,
    fragmentLimit: number,
  ): number {
    if (this.#isClosed) return 0;
    try {
      return this.#reader.boundedControlledPoll(handler, limitPosition, fragmentLimit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /**
   * Hands one run of whole frames, headers included, of up to `blockLengthLimit` bytes to `handler`.
   *
   * @returns bytes handed out
   */
  blockPoll(handler: BlockHandler, blockLengthLimit: number): number {
    if (this.#isClosed) return 0;
    try {
      return this.#reader.blockPoll(handler, blockLengthLimit);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Position up to which everything is consumed; the last one once the image is closed. */
  position(): number {
    return this.#isClosed ? this.#finalPosition : this.#reader.position();
  }

  /** Where the stream ends; 2^63 while it goes on. */
  endOfStreamPosition(): number {
    return this.#isClosed ? this.#endPosition : this.#metadata.endOfStreamPosition();
  }

  /** True once everything of an ended stream is consumed. */
  isEndOfStream(): boolean {
    if (this.#isClosed) return this.#wasEndOfStream;
    return this.#reader.position() >= this.#metadata.endOfStreamPosition();
  }

  /** Transports that the driver has heard of lately for this image; 0 for IPC. */
  activeTransportCount(): number {
    return this.#isClosed ? 0 : this.#metadata.activeTransportCount();
  }

  /** True if the publisher has withdrawn what it published. */
  isPublicationRevoked(): boolean {
    return this.#isClosed ? this.#wasRevoked : this.#metadata.isPublicationRevoked();
  }

  /** True once the image is unavailable or its subscription closed: nothing more can be read. */
  isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Refuses the stream: the driver disconnects this publisher from the subscriber and tells it `reason`.
   *
   * @param reason ASCII, at most 1023 characters
   */
  reject(reason: string): Promise<void> {
    return this.#owner.rejectImage(this, reason);
  }

  /** @internal What can still be asked of it is taken from the log before that goes. */
  onClosed(): void {
    if (this.#isClosed) return;
    this.#finalPosition = this.#reader.position();
    this.#endPosition = this.#metadata.endOfStreamPosition();
    this.#wasEndOfStream = this.#finalPosition >= this.#endPosition;
    this.#wasRevoked = this.#metadata.isPublicationRevoked();
    this.#isClosed = true;
  }

  /** A fragment was consumed in vain, unless the log itself is broken: then nothing more can be read. */
  #failed(error: unknown): number {
    if (error instanceof CorruptBufferError) this.onClosed();
    if (this.#onError === undefined) throw error;
    this.#onError(error);
    return this.#isClosed ? 0 : 1;
  }
}
