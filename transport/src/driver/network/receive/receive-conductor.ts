import { ChannelUri } from "../../../protocol/channel-uri.js";
import { channelParams } from "../../../protocol/channel-params.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { ControlError } from "../../control-error.js";
import type { NetworkRequest, NetworkSubscriptionReady } from "../../network-media.js";
import { SubscriptionLink } from "../../subscription-link.js";
import { type SubscriptionParams, subscriptionParams } from "../../subscription-params.js";
import { checkSubscriptionChannel } from "../media/channel-checks.js";
import { ResolutionPending } from "../media/name-resolver.js";
import { UdpChannel } from "../media/udp-channel.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import type { ReceiveSide, Spies } from "../network-conductor.js";
import { ImageLosses } from "./image-losses.js";
import { NetworkImages } from "./network-images.js";
import { NetworkSubscription, type NetworkSubscriptionOwner } from "./network-subscription.js";
import { ReceiveEndpoints } from "./receive-endpoints.js";
import type { ReceiverCommands, ReceiverEvents, SetupSpec } from "./receiver-commands.js";

/**
 * The conductor's half of receiving: subscriptions, their endpoints and destinations, and images.
 *
 * What the receiver reports waits for the conductor's next duty cycle.
 * Source: driver-protocol §13, §19, §20; Aeron `DriverConductor`.
 */
export class ReceiveConductor implements ReceiveSide, NetworkSubscriptionOwner {
  /** For the receiver. */
  readonly events: ReceiverEvents;
  readonly #context: NetworkConductorContext;
  readonly #receiver: ReceiverCommands;
  readonly #spies: Spies;
  readonly #endpoints: ReceiveEndpoints;
  readonly #losses: ImageLosses;
  readonly #images: NetworkImages;
  readonly #subscriptions: NetworkSubscription[] = [];
  readonly #setups: SetupSpec[] = [];
  readonly #reports: (() => void)[] = [];

  constructor(context: NetworkConductorContext, spies: Spies, receiver: ReceiverCommands) {
    this.#context = context;
    this.#receiver = receiver;
    this.#spies = spies;
    this.#endpoints = new ReceiveEndpoints(context, receiver);
    this.#losses = new ImageLosses(
      context.files,
      context.config.dir,
      context.clock,
      this.#endpoints,
    );
    this.#images = new NetworkImages({
      conductor: context,
      clock: context.time,
      receiver,
      endpoints: this.#endpoints,
      losses: this.#losses,
    });
    this.events = this.#createEvents();
  }

  /** Every duty cycle. Returns work done. */
  doWork(): number {
    let workCount = this.#images.trackRebuild();
    if (this.#reports.length > 0) workCount += this.#takeReports();
    // One a cycle: a flood of them cannot hold up what else the conductor does.
    const setup = this.#setups.shift();
    if (setup !== undefined) {
      this.#createImage(setup);
      workCount++;
    }
    return workCount;
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    this.#images.onTimeEvent(nowNs, nowMs);
  }

  close(): void {
    this.#images.close();
    this.#losses.close();
  }

  // -- subscriptions --------------------------------------------------------------------------------------------

  addSubscription(request: NetworkRequest): NetworkSubscriptionReady {
    const { uri, streamId, correlationId } = request;
    const params = subscriptionParams(channelParams(uri), streamId, this.#context.config);
    const channel = UdpChannel.parse(uri, this.#context.channels);
    checkSubscriptionChannel(channel);
    const endpoint = this.#endpoints.getOrAdd(channel, correlationId);
    for (const other of this.#subscriptions) {
      if (other.endpoint === endpoint && other.streamId === streamId) {
        checkSameImages(other, params, request.channel);
      }
    }
    const link = new NetworkSubscription(request, params, endpoint, this);
    endpoint.referenceCount++;
    this.#subscriptions.push(link);
    this.#addInterest(link);
    return { link, channelStatusCounterId: endpoint.status.id };
  }

  linkExisting(link: SubscriptionLink): void {
    if (link instanceof NetworkSubscription) this.#images.linkSubscription(link);
  }

  subscriptionClosed(link: NetworkSubscription): void {
    const index = this.#subscriptions.indexOf(link);
    if (index < 0) return;
    this.#subscriptions.splice(index, 1);
    for (const ipc of link.ipcDestinations.splice(0)) this.#removeLink(ipc);
    this.#removeInterest(link);
    this.#endpoints.release(link.endpoint);
  }

  #addInterest(link: NetworkSubscription): void {
    const { endpoint, streamId, sessionId } = link;
    // A response subscription wants nothing until it knows its session.
    if (link.params.isResponse && sessionId === undefined) return;
    if (endpoint.addInterest(streamId, sessionId)) {
      this.#receiver.addInterest({ endpointId: endpoint.id, streamId, sessionId });
    }
  }

  #removeInterest(link: NetworkSubscription): void {
    const { endpoint, streamId, sessionId } = link;
    if (link.params.isResponse && sessionId === undefined) return;
    if (endpoint.removeInterest(streamId, sessionId)) {
      this.#receiver.removeInterest({ endpointId: endpoint.id, streamId, sessionId });
    }
  }

  // -- destinations -----------------------------------------------------------------------------------------------

  addReceiveDestination(subscriptionRegistrationId: bigint, text: string): void {
    const link = this.#multiDestination(subscriptionRegistrationId);
    const uri = ChannelUri.parse(text);
    if (uri.isSpy) {
      this.#spies.addSpyDestination(link, text, uri);
      this.#afterAnswer(() => {
        this.#spies.linkSpy(link);
      });
    } else if (uri.media === "ipc") {
      this.#addIpcDestination(link, text, uri);
    } else {
      const channel = UdpChannel.parse(uri, this.#context.channels, true);
      checkSubscriptionChannel(channel);
      this.#endpoints.addDestination(link.endpoint, channel, link.registrationId);
    }
  }

  /** A destination that is not there is none to be missed: as in Aeron that is no error. */
  removeReceiveDestination(subscriptionRegistrationId: bigint, text: string): void {
    const link = this.#multiDestination(subscriptionRegistrationId);
    const uri = ChannelUri.parse(text);
    if (uri.isSpy) {
      this.#afterAnswer(() => {
        this.#spies.removeSpyDestination(link, text);
      });
    } else if (uri.media === "ipc") {
      this.#afterAnswer(() => {
        this.#removeIpcDestination(link, text);
      });
    } else {
      const channel = UdpChannel.parse(uri, this.#context.channels, true);
      this.#endpoints.removeDestination(link.endpoint, channel);
    }
  }

  /** Clients are told of success before images come or go. */
  #afterAnswer(action: () => void): void {
    this.#reports.push(action);
  }

  #multiDestination(registrationId: bigint): NetworkSubscription {
    const link = this.#subscriptions.find((each) => each.registrationId === registrationId);
    if (link === undefined) {
      throw new ControlError(
        ErrorCode.UNKNOWN_SUBSCRIPTION,
        `subscription must be known: registrationId=${registrationId}`,
      );
    }
    if (!link.endpoint.isMultiDestination) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `subscription must have control-mode=manual for destinations: channel=${link.channel}`,
      );
    }
    return link;
  }

  #addIpcDestination(link: NetworkSubscription, text: string, uri: ChannelUri): void {
    const { config, ipc, subscriptions } = this.#context;
    const params = subscriptionParams(channelParams(uri), link.streamId, config);
    const { registrationId, streamId, client } = link;
    const destination = new SubscriptionLink(registrationId, streamId, text, client, params, true);
    link.ipcDestinations.push(destination);
    subscriptions.push(destination);
    this.#afterAnswer(() => {
      ipc.linkSubscription(destination);
    });
  }

  #removeIpcDestination(link: NetworkSubscription, text: string): void {
    const index = link.ipcDestinations.findIndex((each) => each.channel === text);
    const [destination] = index < 0 ? [] : link.ipcDestinations.splice(index, 1);
    if (destination === undefined) return;
    this.#context.ipc.notifyUnavailableImages(destination);
    this.#removeLink(destination);
  }

  #removeLink(link: SubscriptionLink): void {
    const { subscriptions } = this.#context;
    const index = subscriptions.indexOf(link);
    if (index >= 0) subscriptions.splice(index, 1);
    link.close();
  }

  // -- images -----------------------------------------------------------------------------------------------------

  rejectImage(imageCorrelationId: bigint, _position: bigint, reason: string): boolean {
    if (this.#images.find(imageCorrelationId) === undefined) return false;
    this.#receiver.rejectImage({ imageId: imageCorrelationId, reason });
    this.#context.systemCounters.get(SystemCounter.IMAGES_REJECTED).increment();
    return true;
  }

  #createImage(setup: SetupSpec): void {
    const { endpointId, streamId, sessionId } = setup;
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint === undefined) return;
    const subscriptions = endpoint.isClosing
      ? []
      : this.#subscriptions.filter((link) => link.matches(endpointId, streamId, sessionId));
    this.#images.create(setup, endpoint, subscriptions);
  }

  // -- response channels --------------------------------------------------------------------------------------------

  imageForResponse(imageCorrelationId: bigint): boolean {
    return this.#images.find(imageCorrelationId)?.facts.wantsResponse === true;
  }

  setResponseSession(imageCorrelationId: bigint, sessionId: number): void {
    this.#receiver.setResponseSession({ imageId: imageCorrelationId, sessionId });
  }

  clearResponseSession(imageCorrelationId: bigint): void {
    this.#receiver.setResponseSession({ imageId: imageCorrelationId, sessionId: undefined });
  }

  isResponseSubscription(subscriptionRegistrationId: bigint): boolean {
    return this.#responseSubscription(subscriptionRegistrationId) !== undefined;
  }

  pinResponseSubscription(subscriptionRegistrationId: bigint, sessionId: number): void {
    const link = this.#responseSubscription(subscriptionRegistrationId);
    if (link === undefined) return;
    if (link.sessionId === sessionId) {
      const { endpoint, streamId } = link;
      this.#receiver.requestSetup({ endpointId: endpoint.id, streamId, sessionId });
      return;
    }
    this.#removeInterest(link);
    link.pinSession(sessionId);
    // Asks for the SETUP too, wherever the control address is.
    this.#addInterest(link);
  }

  #responseSubscription(registrationId: bigint): NetworkSubscription | undefined {
    return this.#subscriptions.find(
      (each) => each.registrationId === registrationId && each.params.isResponse,
    );
  }

  // -- what the receiver reports ------------------------------------------------------------------------------------

  #createEvents(): ReceiverEvents {
    return {
      createImage: (setup) => {
        this.#setups.push(setup);
      },
      endpointClosed: ({ endpointId }) => {
        this.#reports.push(() => {
          this.#endpoints.onEndpointClosed(endpointId);
        });
      },
      destinationClosed: ({ endpointId, destinationId }) => {
        this.#reports.push(() => {
          this.#endpoints.onDestinationClosed(endpointId, destinationId);
        });
      },
      reResolveControl: ({ endpointId, destinationId }) => {
        this.#reports.push(() => {
          this.#reResolveControl(endpointId, destinationId);
        });
      },
    };
  }

  #takeReports(): number {
    const reports = this.#reports.splice(0);
    for (const report of reports) {
      try {
        report();
      } catch (error) {
        // The name is still being looked up: ask again in the next cycle.
        if (error instanceof ResolutionPending) this.#reports.push(report);
        else this.#context.onError(error);
      }
    }
    return reports.length;
  }

  #reResolveControl(endpointId: number, destinationId: number): void {
    const destination = this.#endpoints
      .get(endpointId)
      ?.destinations.find((each) => each.id === destinationId);
    const control = destination?.channel.params.control;
    if (destination === undefined || control === undefined) return;
    const address = this.#context.resolver.resolve(control, "control", true);
    if (address.equals(destination.control)) return;
    destination.control.copyFrom(address);
    this.#receiver.updateControlAddress({
      endpointId,
      destinationId,
      control: { address: address.address, port: address.port },
    });
  }
}

/**
 * Subscriptions that share images must want them alike: an image repairs its losses or it does not.
 *
 * @throws {ControlError} INVALID_CHANNEL if they do not
 * Source: seen of the Java driver; a session id of its own sets a subscription apart
 */
function checkSameImages(
  other: NetworkSubscription,
  params: SubscriptionParams,
  channel: string,
): void {
  if (other.params.sessionId !== params.sessionId) return;
  for (const [name, wanted, existing] of [
    ["reliable", params.isReliable, other.params.isReliable],
    ["rejoin", params.isRejoin, other.params.isRejoin],
  ] as const) {
    if (wanted === existing) continue;
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `subscriptions of one stream must agree: ${name}=${wanted} existing=${existing} channel=${channel} existingChannel=${other.channel}`,
    );
  }
}
