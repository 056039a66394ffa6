import type { AtomicCounter } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { manageResources } from "../../driver-resource.js";
import type { SubscriptionLink } from "../../subscription-link.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { StreamVisits } from "../stream-visits.js";
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
  readonly #visits = new StreamVisits();
  /** Index of the word of its one subscriber's position for each image, and that word when it was last looked at. */
  #positionWords: Int32Array = new Int32Array(0);
  #positionsSeen: Int32Array = new Int32Array(0);

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
    const images = this.#images;
    const visits = this.#visits;
    if (visits.update(images)) this.#onListChanged();
    const { deadlines, offsets, seen } = visits;
    const { toConductor } = this.#factory;
    const { nowNs } = this.#context.clock;
    const values = this.#context.conductor.counters.values.i32;
    const positionWords = this.#positionWords;
    const positionsSeen = this.#positionsSeen;
    let workCount = 0;
    for (let i = 0; i < images.length; i++) {
      const change = toConductor.get(offsets[i] as number);
      const position = values[positionWords[i] as number] as number;
      if (change === seen[i] && position === positionsSeen[i] && nowNs < (deadlines[i] as number)) {
        continue;
      }
      seen[i] = change;
      positionsSeen[i] = position;
      const image = images[i] as NetworkImage;
      workCount += image.trackRebuild();
      positionWords[i] = image.positionWord;
      deadlines[i] = image.nextVisitNs;
    }
    return workCount;
  }

  #onListChanged(): void {
    const images = this.#images;
    for (const { slot, facts } of images) this.#visits.offsets[slot] = facts.changeOffset;
    this.#positionWords = new Int32Array(images.length);
    this.#positionsSeen = new Int32Array(images.length);
  }

  /** Every timer interval. */
  onTimeEvent(nowNs: number, nowMs: number): void {
    if (manageResources(this.#images, nowNs, nowMs) > 0) this.#visits.setStale();
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

  wakeImage(image: NetworkImage): void {
    this.#visits.wake(image);
  }

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
    this.#visits.setStale();
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
