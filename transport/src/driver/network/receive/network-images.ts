import type { AtomicCounter } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { manageResources } from "../../driver-resource.js";
import type { SubscriptionLink } from "../../subscription-link.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { ImageFactory } from "./image-factory.js";
import type { ImageLosses } from "./image-losses.js";
import type { NetworkImage, NetworkImageOwner } from "./network-image.js";
import type { NetworkSubscription } from "./network-subscription.js";
import type { ReceiveEndpoints, ReceiveEndpointState } from "./receive-endpoints.js";
import type { ReceiverCommands, SetupSpec } from "./receiver-commands.js";

/** What images need of the rest of the receiving side. */
export interface NetworkImagesContext {
  readonly conductor: NetworkConductorContext;
  readonly clock: CachedClock;
  readonly receiver: ReceiverCommands;
  readonly endpoints: ReceiveEndpoints;
  readonly losses: ImageLosses;
}

/** All images of the network: made for SETUPs, linked to subscriptions, taken down. */
export class NetworkImages implements NetworkImageOwner {
  readonly #context: NetworkImagesContext;
  readonly #factory: ImageFactory;
  readonly #images: NetworkImage[] = [];

  constructor(context: NetworkImagesContext) {
    this.#context = context;
    this.#factory = new ImageFactory(context.conductor, context.clock);
  }

  /** Images that are not done yet. */
  get all(): readonly NetworkImage[] {
    return this.#images;
  }

  find(imageId: bigint): NetworkImage | undefined {
    return this.#images.find((each) => each.facts.imageId === imageId);
  }

  /** Every duty cycle. Returns work done. */
  trackRebuild(): number {
    let workCount = 0;
    const images = this.#images;
    for (let i = 0; i < images.length; i++) {
      workCount += (images[i] as NetworkImage).trackRebuild();
    }
    return workCount;
  }

  /** Every timer interval. */
  onTimeEvent(nowNs: number, nowMs: number): void {
    manageResources(this.#images, nowNs, nowMs);
  }

  /**
   * Makes the image that a SETUP describes, for the subscriptions that match.
   *
   * @param subscriptions that it is for; none refuses it
   */
  create(
    setup: SetupSpec,
    endpoint: ReceiveEndpointState,
    subscriptions: readonly NetworkSubscription[],
  ): void {
    const { receiver, conductor } = this.#context;
    const { endpointId, streamId, sessionId } = setup;
    const [first] = subscriptions;
    try {
      if (first !== undefined) {
        this.#create(setup, endpoint, subscriptions, first);
        return;
      }
    } catch (error) {
      conductor.onError(error);
    }
    receiver.refuseImage({ endpointId, streamId, sessionId });
  }

  /** Links a new subscription to the images that are there. */
  linkSubscription(link: NetworkSubscription): void {
    for (const image of this.#images) {
      const { endpointId, streamId, sessionId } = image.facts;
      if (
        !link.isLinked(image) &&
        link.matches(endpointId, streamId, sessionId) &&
        image.isAcceptingSubscriptions()
      ) {
        const position = this.#link(image, link, image.joinPosition());
        this.notifyAvailableImage(image, link, position);
      }
    }
  }

  /** Lets go of all memory: the driver ends. */
  close(): void {
    for (const image of this.#images) image.parts.log.file.close();
    this.#images.length = 0;
  }

  // -- what images ask for ----------------------------------------------------------------------------------------

  notifyAvailableImage(image: NetworkImage, link: SubscriptionLink, position: AtomicCounter): void {
    const { facts, parts } = image;
    this.#context.conductor.clientProxy.onAvailableImage({
      correlationId: facts.imageId,
      sessionId: facts.sessionId,
      streamId: facts.streamId,
      subscriptionRegistrationId: link.registrationId,
      positionCounterId: position.id,
      logFileName: parts.log.path,
      sourceIdentity: facts.sourceIdentity,
    });
  }

  notifyUnavailableImage(image: NetworkImage, link: SubscriptionLink): void {
    this.#context.conductor.clientProxy.onUnavailableImage(
      image.facts.imageId,
      link.registrationId,
      link.streamId,
      link.channel,
    );
  }

  transitionToLinger(image: NetworkImage): void {
    const { receiver, endpoints } = this.#context;
    const { imageId, endpointId, streamId, sessionId } = image.facts;
    let rejoins = true;
    for (const { link } of image.subscribers()) {
      rejoins &&= link.params.isRejoin;
      if (image.hasImage(link)) this.notifyUnavailableImage(image, link);
    }
    receiver.releaseImage({ imageId });
    if (rejoins) receiver.endCoolDown({ endpointId, streamId, sessionId });
    const endpoint = endpoints.get(endpointId);
    if (endpoint !== undefined) endpoints.release(endpoint);
  }

  abandonImage(image: NetworkImage): void {
    if (image.state === "ACTIVE") {
      this.#context.receiver.abandonImage({ imageId: image.facts.imageId });
    }
  }

  recordLoss(image: NetworkImage, length: number): void {
    this.#context.losses.record(image, length);
  }

  freeSubscriberPosition(position: AtomicCounter): void {
    this.#context.conductor.streamCounters.free(position);
  }

  freeImage(image: NetworkImage): void {
    const { conductor } = this.#context;
    for (const { link, position } of image.subscribers()) {
      link.unlink(image);
      image.removeSubscriber(link, position);
    }
    const { parts } = image;
    for (const counter of [parts.hwm, parts.rebuild, parts.naksSent]) {
      conductor.streamCounters.free(counter);
    }
    parts.congestionControl.close();
    if (!conductor.logs.free(parts.log)) {
      conductor.systemCounters.get(SystemCounter.FREE_FAILS).increment();
    }
  }

  // -- making one -------------------------------------------------------------------------------------------------

  #create(
    setup: SetupSpec,
    endpoint: ReceiveEndpointState,
    subscriptions: readonly NetworkSubscription[],
    first: NetworkSubscription,
  ): void {
    const { conductor, receiver } = this.#context;
    const { image, spec, undo } = this.#factory.make(setup, endpoint, first, this);
    const positions: AtomicCounter[] = [];
    try {
      for (const link of subscriptions) {
        positions.push(this.#link(image, link, spec.joinPosition));
      }
    } catch (error) {
      for (const [at, position] of positions.entries()) {
        subscriptions[at]?.unlink(image);
        conductor.streamCounters.free(position);
      }
      undo();
      throw error;
    }
    this.#images.push(image);
    endpoint.referenceCount++;
    receiver.addImage(spec);
    for (const [at, link] of subscriptions.entries()) {
      this.notifyAvailableImage(image, link, positions[at] as AtomicCounter);
    }
  }

  #link(image: NetworkImage, link: NetworkSubscription, joinPosition: number): AtomicCounter {
    const { facts } = image;
    const position = this.#context.conductor.streamCounters.allocate(
      CounterTypeId.SUBSCRIBER_POSITION,
      "sub-pos",
      {
        registrationId: link.registrationId,
        sessionId: facts.sessionId,
        streamId: facts.streamId,
        channel: link.channel,
      },
      { clientId: link.client.clientId, referenceId: facts.imageId, joinPosition },
    );
    link.link(image, position);
    image.addSubscriber(link, position);
    return position;
  }
}
