import {
  type AtomicCounter,
  computePosition,
  positionBitsToShift,
  SETUP_GROUP_FLAG,
  SETUP_SEND_RESPONSE_FLAG,
} from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import type { StreamCounterKey } from "../../../protocol/counters/stream-counter.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import type { RawLog } from "../../log-factory.js";
import type { CachedClock } from "../cached-clock.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { ChangeWords } from "../stream-visits.js";
import { UdpAddress } from "../udp-address.js";
import { type CongestionControl, CubicWindow, StaticWindow } from "./congestion-control.js";
import { type FeedbackDelay, GroupFeedbackDelay, StaticFeedbackDelay } from "./feedback-delay.js";
import { IMAGE_BLOCK_LENGTH, ImageBlock } from "./image-descriptor.js";
import { NetworkImage, type NetworkImageOwner } from "./network-image.js";
import type { NetworkSubscription } from "./network-subscription.js";
import type { ReceiveEndpointState } from "./receive-endpoints.js";
import type { ImageSpec, SetupSpec } from "./receiver-commands.js";

/** An image that is linked to nothing yet. */
export interface MadeImage {
  readonly image: NetworkImage;
  /** What the receiver needs to know of it. */
  readonly spec: ImageSpec;
  /** Frees all it holds: it is not wanted after all. */
  readonly undo: () => void;
}

/** Makes images from SETUPs: checks what they say, makes logs and counters, chooses how loss and windows are treated. */
export class ImageFactory {
  readonly #conductor: NetworkConductorContext;
  readonly #clock: CachedClock;
  readonly #toReceiver = new ChangeWords();
  /** The receiver raises them. */
  readonly toConductor = new ChangeWords();
  #count: number = 0;

  constructor(conductor: NetworkConductorContext, clock: CachedClock) {
    this.#conductor = conductor;
    this.#clock = clock;
  }

  /**
   * Makes an image, its log and its counters. It is linked to nothing yet.
   *
   * @param first of the subscriptions that it is for: its settings are the image's
   * @throws {ControlError} if its datagrams cannot be received
   * @throws {StorageSpaceError | SharedFileError | CounterSpaceError} if there is no room
   */
  make(
    setup: SetupSpec,
    endpoint: ReceiveEndpointState,
    first: NetworkSubscription,
    owner: NetworkImageOwner,
  ): MadeImage {
    const conductor = this.#conductor;
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
    const undoAll = (): void => {
      while (undo.length > 0) undo.pop()?.();
    };
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
      const changeOffset = ChangeWords.offsetOf(this.#count++);
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
          changeOffset,
        },
        {
          log,
          block,
          toReceiver: this.#toReceiver,
          hwm,
          rebuild,
          naksSent,
          congestionControl,
          feedbackDelay: this.#feedbackDelay(endpoint, isGroup, first.params.isReliable),
        },
        owner,
        this.#clock,
      );
      const spec: ImageSpec = {
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
        toReceiver: this.#toReceiver.memory,
        toConductor: this.toConductor.memory,
        changeOffset,
        destinationId: setup.destinationId,
        control: setup.control,
      };
      return { image, spec, undo: undoAll };
    } catch (error) {
      undoAll();
      throw error;
    }
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
    return this.#conductor.logs.createImageLog({
      imageId,
      sessionId: setup.sessionId,
      streamId: setup.streamId,
      initialTermId: setup.initialTermId,
      termOffset: setup.termOffset,
      termLength: setup.termLength,
      mtuLength: setup.mtuLength,
      receiverWindowLength: windowLength,
      socketSendBufferLength:
        endpoint.channel.params.socketSendBuffer ?? this.#conductor.config.socketSendBufferLength,
      socketReceiveBufferLength: destination?.spec.transport.receiveBufferLength ?? 0,
      isGroup,
      params: first.params,
    });
  }

  /** Whether NAKs back off: as the subscription or the driver says, else as channel or sender are. */
  #isGroup(first: NetworkSubscription, endpoint: ReceiveEndpointState, setup: SetupSpec): boolean {
    const { receiverGroupConsideration } = this.#conductor.config;
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
    const { config, random } = this.#conductor;
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
    const { streamCounters, config } = this.#conductor;
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
      this.#clock,
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
