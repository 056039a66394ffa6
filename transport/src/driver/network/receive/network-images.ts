import {
  type AtomicCounter,
  computePosition,
  positionBitsToShift,
  SETUP_GROUP_FLAG,
  SETUP_SEND_RESPONSE_FLAG,
} from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import type { StreamCounterKey } from "../../../protocol/counters/stream-counter.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { manageResources } from "../../driver-resource.js";
import type { RawLog } from "../../log-factory.js";
import type { SubscriptionLink } from "../../subscription-link.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { UdpAddress } from "../udp-address.js";
import { type CongestionControl, CubicWindow, StaticWindow } from "./congestion-control.js";
import { type FeedbackDelay, GroupFeedbackDelay, StaticFeedbackDelay } from "./feedback-delay.js";
import { IMAGE_BLOCK_LENGTH, ImageBlock } from "./image-descriptor.js";
import type { ImageLosses } from "./image-losses.js";
import { NetworkImage, type NetworkImageOwner } from "./network-image.js";
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
  readonly #images: NetworkImage[] = [];

  constructor(context: NetworkImagesContext) {
    this.#context = context;
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
    const { conductor, clock, receiver } = this.#context;
    const { streamId, sessionId, termLength, mtuLength, initialTermId } = setup;
    const windowLength = Math.min(endpoint.params.windowLength, termLength / 2);
    checkLengths(setup, windowLength, endpoint);
    const imageId = conductor.nextCorrelationId();
    const joinPosition = computePosition(
      setup.activeTermId,
      setup.termOffset,
      positionBitsToShift(termLength),
      initialTermId,
    );
    const isGroup = this.#isGroup(first, endpoint, setup);
    const undo: (() => void)[] = [];
    try {
      const log = this.#createLog(setup, endpoint, first, imageId, windowLength, isGroup);
      undo.push(() => conductor.logs.free(log));
      const key = { registrationId: imageId, sessionId, streamId, channel: endpoint.channel.text };
      const allocate = (typeId: CounterTypeId, name: string): AtomicCounter => {
        const options = { clientId: first.client.clientId, value: joinPosition };
        const counter = conductor.streamCounters.allocate(typeId, name, key, options);
        undo.push(() => {
          conductor.streamCounters.free(counter);
        });
        return counter;
      };
      const hwm = allocate(CounterTypeId.RECEIVER_HWM, "rcv-hwm");
      const rebuild = allocate(CounterTypeId.RECEIVER_POSITION, "rcv-pos");
      const naksSent = allocate(CounterTypeId.RECEIVER_NAKS_SENT, "rcv-naks-sent");
      naksSent.set(0);
      const block = new SharedArrayBuffer(IMAGE_BLOCK_LENGTH);
      const congestionControl = this.#congestionControl(
        endpoint,
        key,
        first.client.clientId,
        windowLength,
        mtuLength,
        new ImageBlock(block),
      );
      undo.push(() => {
        congestionControl.close();
      });
      const image = new NetworkImage(
        {
          endpointId: endpoint.id,
          streamId,
          sessionId,
          imageId,
          initialTermId,
          joinPosition,
          sourceIdentity: UdpAddress.of(setup.source).toString(),
          wantsResponse: (setup.flags & SETUP_SEND_RESPONSE_FLAG) !== 0,
          livenessTimeoutNs: conductor.config.imageLivenessTimeoutNs,
          smTimeoutNs: conductor.config.statusMessageTimeoutNs,
        },
        {
          log,
          block,
          hwm,
          rebuild,
          naksSent,
          congestionControl,
          feedbackDelay: this.#feedbackDelay(endpoint, isGroup, first.params.isReliable),
        },
        this,
        clock,
      );
      const positions = subscriptions.map((link) => {
        const position = this.#link(image, link, joinPosition);
        undo.push(() => {
          link.unlink(image);
          conductor.streamCounters.free(position);
        });
        return position;
      });
      this.#images.push(image);
      endpoint.referenceCount++;
      receiver.addImage({
        endpointId: endpoint.id,
        streamId,
        sessionId,
        imageId,
        logPath: log.path,
        termLength,
        initialTermId,
        joinPosition,
        initialWindowLength: congestionControl.initialWindowLength,
        windowLengthMax: congestionControl.windowLengthMax,
        isReliable: first.params.isReliable,
        measuresRtt: congestionControl.measuresRtt,
        hwmCounterId: hwm.id,
        rebuildCounterId: rebuild.id,
        naksSentCounterId: naksSent.id,
        block,
        destinationId: setup.destinationId,
        control: setup.control,
      });
      for (const [i, link] of subscriptions.entries()) {
        this.notifyAvailableImage(image, link, positions[i] as AtomicCounter);
      }
    } catch (error) {
      while (undo.length > 0) undo.pop()?.();
      throw error;
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

  #createLog(
    setup: SetupSpec,
    endpoint: ReceiveEndpointState,
    first: NetworkSubscription,
    imageId: bigint,
    windowLength: number,
    isGroup: boolean,
  ): RawLog {
    const destination = endpoint.destinations.find((each) => each.id === setup.destinationId);
    return this.#context.conductor.logs.createImageLog({
      imageId,
      sessionId: setup.sessionId,
      streamId: setup.streamId,
      initialTermId: setup.initialTermId,
      termOffset: setup.termOffset,
      termLength: setup.termLength,
      mtuLength: setup.mtuLength,
      receiverWindowLength: windowLength,
      socketReceiveBufferLength: destination?.spec.transport.receiveBufferLength ?? 0,
      isGroup,
      params: first.params,
    });
  }

  /** Whether NAKs back off: as the subscription or the driver says, else as channel or sender are. */
  #isGroup(first: NetworkSubscription, endpoint: ReceiveEndpointState, setup: SetupSpec): boolean {
    const { receiverGroupConsideration } = this.#context.conductor.config;
    const said = first.params.group === "infer" ? receiverGroupConsideration : first.params.group;
    if (said !== "infer") return said;
    const destination = endpoint.destinations.find((each) => each.id === setup.destinationId);
    return destination?.channel.isMulticast === true || (setup.flags & SETUP_GROUP_FLAG) !== 0;
  }

  #feedbackDelay(
    endpoint: ReceiveEndpointState,
    isGroup: boolean,
    isReliable: boolean,
  ): FeedbackDelay {
    const { config, random } = this.#context.conductor;
    // A gap that is filled instead of repaired need not wait for anything.
    if (!isReliable) return new StaticFeedbackDelay(0);
    const { nakDelayNs } = endpoint.params;
    if (isGroup && nakDelayNs === undefined) {
      const { nakMulticastMaxBackoffNs, nakMulticastGroupSize } = config;
      return new GroupFeedbackDelay(nakMulticastMaxBackoffNs, nakMulticastGroupSize, random);
    }
    const delayNs = nakDelayNs ?? config.nakUnicastDelayNs;
    const retryNs = Math.max(delayNs, NAK_RETRY_BASE_MIN_NS) * config.nakUnicastRetryDelayRatio;
    return new StaticFeedbackDelay(delayNs, retryNs);
  }

  #congestionControl(
    endpoint: ReceiveEndpointState,
    key: StreamCounterKey,
    clientId: bigint,
    windowLength: number,
    mtuLength: number,
    block: ImageBlock,
  ): CongestionControl {
    if (endpoint.params.congestionControl === "static") return new StaticWindow(windowLength);
    const { streamCounters, config } = this.#context.conductor;
    const { clock } = this.#context;
    const allocate = (name: string): AtomicCounter =>
      streamCounters.allocate(CounterTypeId.PER_IMAGE, name, key, { clientId });
    const rtt = allocate("rcv-cc-cubic-rtt");
    const window = allocate("rcv-cc-cubic-wnd");
    return new CubicWindow(
      {
        mtuLength,
        windowLengthMax: windowLength,
        measuresRtt: config.cubicMeasureRtt,
        initialRttNs: config.cubicInitialRttNs,
        isTcpMode: config.cubicTcpMode,
        roundTripNs: () => block.roundTripNs(),
        show: (length, roundTripNs) => {
          window.set(length);
          rtt.set(roundTripNs);
        },
        free: () => {
          streamCounters.free(rtt);
          streamCounters.free(window);
        },
      },
      clock,
    );
  }
}

const NAK_RETRY_BASE_MIN_NS = 1000;

/** @throws {ControlError} if what is sent cannot be received */
function checkLengths(
  setup: SetupSpec,
  windowLength: number,
  endpoint: ReceiveEndpointState,
): void {
  const { mtuLength, termLength } = setup;
  const destination = endpoint.destinations.find((each) => each.id === setup.destinationId);
  const receiveBuffer = destination?.spec.transport.receiveBufferLength ?? 0;
  const fits = (isTrue: boolean, text: string): void => {
    if (!isTrue) throw new ControlError(ErrorCode.GENERIC_ERROR, text);
  };
  fits(
    mtuLength <= windowLength,
    `receiver window must hold a datagram of the sender: window=${windowLength} mtu=${mtuLength} termLength=${termLength} channel=${endpoint.channel.text}`,
  );
  fits(
    receiveBuffer === 0 || mtuLength <= receiveBuffer,
    `socket must hold a datagram of the sender: so-rcvbuf=${receiveBuffer} mtu=${mtuLength} channel=${endpoint.channel.text}`,
  );
}
