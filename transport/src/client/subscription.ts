import {
  type BlockHandler,
  CLOSED,
  type ControlledFragmentHandler,
  type FragmentHandler,
} from "@alerion/runtime/concurrent";
import type { ChannelStatus } from "./channel-status.js";
import { ChannelUri } from "../protocol/channel-uri.js";
import type { Image } from "./image.js";
import type { Registration } from "./registration.js";

/** Is told of an image. */
export type ImageHandler = (image: Image) => void;

/** What a subscription is told to do with its images. */
export interface SubscriptionOptions {
  /** Is told of each new image, before anything of it is read. */
  readonly onAvailableImage?: ImageHandler;
  /** Is told of each image that went; what it had left can no longer be read. */
  readonly onUnavailableImage?: ImageHandler;
  /** Gets what handlers throw in polls; without it the caller of `poll` does. */
  readonly onError?: (error: unknown) => void;
}

/** What a subscription needs of its client. All yield when the driver has answered. */
export interface SubscriptionOwner {
  removeSubscription(subscription: Subscription): Promise<void>;
  addReceiveDestination(subscription: Subscription, channel: string): Registration<void>;
  removeReceiveDestination(subscription: Subscription, channel: string): Registration<void>;
}

const NO_IMAGES: readonly Image[] = [];

const noHandler: ImageHandler = () => {
  // Nobody wants to know.
};

/**
 * All streams of a channel with one stream id: one image per publisher.
 *
 * Source: Aeron Subscription.
 */
export class Subscription {
  readonly channel: string;
  readonly streamId: number;
  readonly registrationId: bigint;
  readonly options: SubscriptionOptions;
  /** State of the channel's endpoint. */
  readonly status: ChannelStatus;
  /** @internal Is told of each image that went, before the user's handlers. */
  onImageClosed: ImageHandler = noHandler;
  readonly #owner: SubscriptionOwner;
  // Replaced, never changed: a poll goes on over the images that it began with.
  #images: readonly Image[] = NO_IMAGES;
  #roundRobinIndex: number = 0;
  #isClosed: boolean = false;
  #closing: Promise<void> | undefined;

  /** @internal Subscriptions come from `Aeron.addSubscription`. */
  constructor(
    owner: SubscriptionOwner,
    channel: string,
    streamId: number,
    registrationId: bigint,
    status: ChannelStatus,
    options: SubscriptionOptions,
  ) {
    this.#owner = owner;
    this.channel = channel;
    this.streamId = streamId;
    this.registrationId = registrationId;
    this.status = status;
    this.options = options;
  }

  /**
   * Hands up to `fragmentLimit` fragments of all images to `handler`, beginning with another image each time.
   *
   * @returns fragments handed out
   */
  poll(handler: FragmentHandler, fragmentLimit: number): number {
    const images = this.#images;
    const imageCount = images.length;
    const start = this.#nextStart(imageCount);
    let count = 0;
    for (let i = start; i < imageCount && count < fragmentLimit; i++) {
      count += (images[i] as Image).poll(handler, fragmentLimit - count);
    }
    for (let i = 0; i < start && count < fragmentLimit; i++) {
      count += (images[i] as Image).poll(handler, fragmentLimit - count);
    }
    return count;
  }

  /** As `poll`, steered by what the handler returns: ABORT and BREAK end the reading of one image only. */
  controlledPoll(handler: ControlledFragmentHandler, fragmentLimit: number): number {
    const images = this.#images;
    const imageCount = images.length;
    const start = this.#nextStart(imageCount);
    let count = 0;
    for (let i = start; i < imageCount && count < fragmentLimit; i++) {
      count += (images[i] as Image).controlledPoll(handler, fragmentLimit - count);
    }
    for (let i = 0; i < start && count < fragmentLimit; i++) {
      count += (images[i] as Image).controlledPoll(handler, fragmentLimit - count);
    }
    return count;
  }

  /**
   * Hands a run of whole frames of up to `blockLengthLimit` bytes of each image to `handler`.
   *
   * @returns bytes handed out
   */
  blockPoll(handler: BlockHandler, blockLengthLimit: number): number {
    let bytes = 0;
    for (const image of this.#images) bytes += image.blockPoll(handler, blockLengthLimit);
    return bytes;
  }

  /** The images there are now; the list never changes. */
  images(): readonly Image[] {
    return this.#images;
  }

  imageCount(): number {
    return this.#images.length;
  }

  /** The image of a publisher's session; undefined if there is none. */
  imageBySessionId(sessionId: number): Image | undefined {
    return this.#images.find((image) => image.sessionId === sessionId);
  }

  /** Calls `visit` for each image. */
  forEachImage(visit: ImageHandler): void {
    for (const image of this.#images) visit(image);
  }

  hasNoImages(): boolean {
    return this.#images.length === 0;
  }

  /** True if there is an image whose stream goes on. */
  isConnected(): boolean {
    return this.#images.some((image) => !image.isClosed());
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  /** State of the channel's endpoint, one of ChannelState; CLOSED (negative) when closed. */
  channelStatus(): number {
    return this.#isClosed ? CLOSED : this.status.state();
  }

  /** Addresses that the subscription is bound to, `ip:port`; none for IPC. */
  localSocketAddresses(): string[] {
    return this.#isClosed ? [] : this.status.localSocketAddresses();
  }

  /** The first of these addresses; undefined while there is none. */
  resolvedEndpoint(): string | undefined {
    return this.localSocketAddresses()[0];
  }

  /**
   * The channel with the port that the system chose where it asks for port 0; the channel as it is otherwise;
   * undefined while the port is not known yet.
   */
  tryResolveChannelEndpointPort(): string | undefined {
    const uri = ChannelUri.parse(this.channel);
    const endpoint = uri.get("endpoint");
    if (endpoint === undefined || !endpoint.endsWith(":0")) return this.channel;
    const address = this.resolvedEndpoint();
    if (address === undefined) return undefined;
    const port = address.slice(address.lastIndexOf(":") + 1);
    return uri.with("endpoint", `${endpoint.slice(0, -1)}${port}`).toString();
  }

  /**
   * Adds a source to a multi-destination subscription (`control-mode=manual`).
   *
   * @returns the destination's registration id
   * @throws {RegistrationError} if the driver refuses
   */
  async addDestination(channel: string): Promise<bigint> {
    const registration = this.asyncAddDestination(channel);
    await registration.promise;
    return registration.registrationId;
  }

  /** As `addDestination`, without waiting. */
  asyncAddDestination(channel: string): Registration<void> {
    return this.#owner.addReceiveDestination(this, channel);
  }

  /** Removes a source by its channel. */
  async removeDestination(channel: string): Promise<void> {
    await this.asyncRemoveDestination(channel).promise;
  }

  /** As `removeDestination`, without waiting. */
  asyncRemoveDestination(channel: string): Registration<void> {
    return this.#owner.removeReceiveDestination(this, channel);
  }

  /**
   * Ends this subscription and its images. Idempotent. Resolves when the driver has taken note, or can no longer
   * be asked.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#isClosed = true;
      this.#closing = this.#owner.removeSubscription(this);
    }
    return this.#closing;
  }

  /** @internal */
  addImage(image: Image): void {
    this.#images = [...this.#images, image];
  }

  /** @internal Yields the image that was removed. */
  removeImage(correlationId: bigint): Image | undefined {
    const image = this.#images.find((each) => each.correlationId === correlationId);
    if (image !== undefined) this.#images = this.#images.filter((each) => each !== image);
    return image;
  }

  /** @internal Takes all images away. */
  takeImages(): readonly Image[] {
    const images = this.#images;
    this.#images = NO_IMAGES;
    return images;
  }

  /** @internal The client is closed or gone. */
  onClientClosed(): void {
    this.#isClosed = true;
    this.#closing ??= Promise.resolve();
  }

  #nextStart(imageCount: number): number {
    const start = this.#roundRobinIndex < imageCount ? this.#roundRobinIndex : 0;
    this.#roundRobinIndex = start + 1;
    return start;
  }
}
