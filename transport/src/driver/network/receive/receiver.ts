import type { Agent } from "@alerion/runtime/concurrent";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { DutyCycleTracker } from "../../duty-cycle-tracker.js";
import { CachedClock } from "../cached-clock.js";
import type { NetworkAgentContext } from "../network-agent-context.js";
import { ChangeWords, StreamVisits } from "../stream-visits.js";
import { UdpAddress } from "../udp-address.js";
import type { TransportPoller } from "../udp-network.js";
import { FeedbackFrames } from "./feedback-frames.js";
import { PendingSetups } from "./pending-setups.js";
import type { ReceiveDestination } from "./receive-destination.js";
import { ReceiveEndpoint } from "./receive-endpoint.js";
import { ReceiverImage } from "./receiver-image.js";
import type {
  DestinationSpec,
  EndpointSpec,
  ImageSpec,
  InterestSpec,
  ReceiverCommands,
  ReceiverEvents,
  SessionSpec,
} from "./receiver-commands.js";
import { ReceiverCounters, type ReceiverServices } from "./receiver-services.js";

/** How long an explicit control address may be silent before its name is looked up again. */
const RE_RESOLUTION_SILENCE_NS = 5_000_000_000;

/**
 * Receives: polls all sockets, rebuilds images, sends feedback.
 *
 * An agent: no thread, clock or socket of its own making. Source: driver-protocol §11, §13; Aeron `Receiver`.
 */
export class Receiver implements Agent, ReceiverCommands {
  readonly roleName: string = "receiver";
  /** For hosts that park until a datagram comes. */
  readonly poller: TransportPoller;
  readonly #services: ReceiverServices;
  readonly #endpoints = new Map<number, ReceiveEndpoint>();
  readonly #images: ReceiverImage[] = [];
  readonly #dutyCycle: DutyCycleTracker;
  /** The conductor raises them: those that came with the first image. */
  #changes: ChangeWords | undefined = undefined;
  #reResolutionDeadlineNs: number = 0.5;

  constructor(context: NetworkAgentContext, events: ReceiverEvents) {
    const clock = new CachedClock();
    clock.nowNs = context.clock.monoNs();
    // Wall time in ns: the monotonic clock's steps from a start in ms.
    const epochOffsetNs =
      BigInt(context.clock.epochMs()) * 1_000_000n - BigInt(Math.floor(clock.nowNs));
    this.poller = context.udp.createPoller();
    this.#services = {
      context,
      clock,
      events,
      visits: new StreamVisits(),
      frames: new FeedbackFrames(context.udp),
      counters: new ReceiverCounters(context.systemCounters),
      pendingSetups: new PendingSetups(clock),
      epochNs: () => epochOffsetNs + BigInt(Math.floor(context.timestampClock.monoNs())),
    };
    this.#dutyCycle = new DutyCycleTracker(
      context.systemCounters.get(SystemCounter.RECEIVER_MAX_CYCLE_TIME),
      context.systemCounters.get(SystemCounter.RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED),
      context.config.receiverCycleThresholdNs,
      clock,
    );
    this.#reResolutionDeadlineNs = clock.nowNs + context.config.reResolutionCheckIntervalNs;
  }

  /** Images that the receiver holds. */
  get imageCount(): number {
    return this.#images.length;
  }

  /** One duty cycle. Allocates nothing unless something begins or ends. */
  doWork(): number {
    const { context, clock, counters, pendingSetups } = this.#services;
    clock.nowNs = context.clock.monoNs();
    this.#dutyCycle.measure();
    const byteCount = this.poller.poll();
    if (byteCount > 0) counters.bytesReceived.addFew(byteCount);
    let workCount = byteCount;
    workCount += this.#visitImages();
    workCount += pendingSetups.doWork();
    if (clock.nowNs >= this.#reResolutionDeadlineNs) this.#checkForReResolution();
    return workCount;
  }

  #visitImages(): number {
    const changes = this.#changes;
    if (changes === undefined) return 0;
    const images = this.#images;
    const { visits, clock } = this.#services;
    if (visits.update(images)) {
      for (const { slot, changeOffset } of images) visits.offsets[slot] = changeOffset;
    }
    const { deadlines, offsets, seen } = visits;
    const { nowNs } = clock;
    let workCount = 0;
    for (let i = images.length - 1; i >= 0; i--) {
      const change = changes.get(offsets[i] as number);
      if (change === seen[i] && nowNs < (deadlines[i] as number)) continue;
      seen[i] = change;
      const image = images[i] as ReceiverImage;
      if (image.isConnected()) {
        workCount += image.doWork();
        deadlines[i] = image.nextVisitNs;
      } else {
        this.#release(image);
        workCount++;
      }
    }
    return workCount;
  }

  onClose(): void {
    for (const image of this.#images.splice(0)) image.release();
    for (const endpoint of this.#endpoints.values()) this.#closeDestinations(endpoint);
    this.#endpoints.clear();
    this.poller.close();
    this.#services.frames.close();
  }

  // -- endpoints ------------------------------------------------------------------------------------------------

  addEndpoint(spec: EndpointSpec): void {
    const endpoint = new ReceiveEndpoint(spec, this.#services);
    this.#endpoints.set(spec.endpointId, endpoint);
    if (spec.destination !== undefined) this.#addDestination(endpoint, spec.destination);
  }

  closeEndpoint({ endpointId }: { readonly endpointId: number }): void {
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint !== undefined) {
      this.#endpoints.delete(endpointId);
      this.#services.pendingSetups.removeEndpoint(endpoint);
      this.#closeDestinations(endpoint);
      for (let i = this.#images.length - 1; i >= 0; i--) {
        const image = this.#images[i];
        if (image?.endpoint === endpoint) this.#release(image);
      }
    }
    this.#services.events.endpointClosed({ endpointId });
  }

  addDestination(command: {
    readonly endpointId: number;
    readonly destination: DestinationSpec;
  }): void {
    const endpoint = this.#endpoints.get(command.endpointId);
    if (endpoint === undefined) return;
    const destination = this.#addDestination(endpoint, command.destination);
    for (const image of this.#images) {
      if (image.endpoint === endpoint) image.addDestination(destination);
    }
  }

  removeDestination(command: {
    readonly endpointId: number;
    readonly destinationId: number;
  }): void {
    const endpoint = this.#endpoints.get(command.endpointId);
    const destination = endpoint?.destination(command.destinationId);
    if (endpoint !== undefined && destination !== undefined) {
      this.#services.pendingSetups.removeDestination(destination);
      endpoint.removeDestination(destination);
      this.#closeDestination(destination);
      for (const image of this.#images) {
        if (image.endpoint === endpoint) image.removeDestination(destination.index);
      }
    }
    this.#services.events.destinationClosed(command);
  }

  updateControlAddress(command: Parameters<ReceiverCommands["updateControlAddress"]>[0]): void {
    const destination = this.#endpoints.get(command.endpointId)?.destination(command.destinationId);
    if (destination === undefined) return;
    const control = UdpAddress.of(command.control);
    destination.explicitControl = control;
    this.#services.pendingSetups.updateControl(destination, control);
    this.#services.counters.resolutionChanges.getAndAddAtomic(1);
  }

  #addDestination(endpoint: ReceiveEndpoint, spec: DestinationSpec): ReceiveDestination {
    const destination = endpoint.addDestination(spec);
    this.poller.add(destination.transport, destination);
    this.#services.pendingSetups.introduce(endpoint, destination);
    return destination;
  }

  #closeDestinations(endpoint: ReceiveEndpoint): void {
    for (const destination of endpoint.destinations) {
      if (destination !== undefined) this.#closeDestination(destination);
    }
  }

  #closeDestination(destination: ReceiveDestination): void {
    this.poller.remove(destination.transport);
    destination.transport.close();
  }

  #checkForReResolution(): void {
    const { clock, context, events } = this.#services;
    this.#reResolutionDeadlineNs = clock.nowNs + context.config.reResolutionCheckIntervalNs;
    for (const endpoint of this.#endpoints.values()) {
      for (const destination of endpoint.destinations) {
        if (
          destination?.explicitControl !== undefined &&
          clock.nowNs - destination.timeOfLastActivityNs > RE_RESOLUTION_SILENCE_NS
        ) {
          destination.timeOfLastActivityNs = clock.nowNs;
          events.reResolveControl({ endpointId: endpoint.id, destinationId: destination.id });
        }
      }
    }
  }

  // -- streams and sessions ----------------------------------------------------------------------------------------

  addInterest({ endpointId, streamId, sessionId }: InterestSpec): void {
    const endpoint = this.#endpoints.get(endpointId);
    endpoint?.dispatcher.addInterest(streamId, sessionId);
    if (sessionId !== undefined) this.requestSetup({ endpointId, streamId, sessionId });
  }

  removeInterest({ endpointId, streamId, sessionId }: InterestSpec): void {
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint === undefined) return;
    endpoint.dispatcher.removeInterest(streamId, sessionId);
    if (sessionId !== undefined) {
      this.#services.pendingSetups.removeSession(endpoint, streamId, sessionId);
    }
  }

  requestSetup({ endpointId, streamId, sessionId }: SessionSpec): void {
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint === undefined) return;
    for (const destination of endpoint.destinations) {
      if (destination?.explicitControl !== undefined) {
        endpoint.requestSetup(destination, destination.explicitControl, sessionId, streamId);
      }
    }
  }

  refuseImage({ endpointId, streamId, sessionId }: SessionSpec): void {
    this.#endpoints.get(endpointId)?.dispatcher.refuseImage(streamId, sessionId);
  }

  endCoolDown({ endpointId, streamId, sessionId }: SessionSpec): void {
    this.#endpoints.get(endpointId)?.dispatcher.endCoolDown(streamId, sessionId);
  }

  // -- images -----------------------------------------------------------------------------------------------------

  addImage(spec: ImageSpec): void {
    const endpoint = this.#endpoints.get(spec.endpointId);
    if (endpoint === undefined) {
      ReceiverImage.neverTaken(spec);
      return;
    }
    const destination = endpoint.destination(spec.destinationId);
    for (const older of this.#images) {
      if (
        older.endpoint === endpoint &&
        older.streamId === spec.streamId &&
        older.sessionId === spec.sessionId
      ) {
        older.stopStatusMessagesIfNotActive();
      }
    }
    let image: ReceiverImage;
    try {
      image = new ReceiverImage(spec, endpoint, destination, this.#services);
    } catch (error) {
      ReceiverImage.neverTaken(spec);
      endpoint.dispatcher.refuseImage(spec.streamId, spec.sessionId);
      this.#services.context.onError(error);
      return;
    }
    this.#images.push(image);
    this.#changes ??= new ChangeWords(spec.toReceiver);
    this.#services.visits.setStale();
    endpoint.dispatcher.addImage(image);
  }

  abandonImage({ imageId }: { readonly imageId: bigint }): void {
    const image = this.#image(imageId);
    image?.endpoint.dispatcher.removeImage(image);
  }

  rejectImage({ imageId, reason }: { readonly imageId: bigint; readonly reason: string }): void {
    this.#image(imageId)?.reject(reason);
  }

  setResponseSession(command: {
    readonly imageId: bigint;
    readonly sessionId: number | undefined;
  }): void {
    this.#image(command.imageId)?.setResponseSession(command.sessionId);
  }

  releaseImage({ imageId }: { readonly imageId: bigint }): void {
    const image = this.#image(imageId);
    if (image !== undefined) this.#release(image);
  }

  #image(imageId: bigint): ReceiverImage | undefined {
    return this.#images.find((each) => each.imageId === imageId);
  }

  #release(image: ReceiverImage): void {
    const index = this.#images.indexOf(image);
    if (index >= 0) {
      this.#images.splice(index, 1);
      this.#services.visits.setStale();
    }
    image.endpoint.dispatcher.removeImage(image);
    image.release();
  }
}
