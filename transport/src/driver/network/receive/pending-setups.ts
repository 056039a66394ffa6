import type { CachedClock } from "../cached-clock.js";
import type { UdpAddress } from "../udp-address.js";
import type { ReceiveDestination } from "./receive-destination.js";
import type { ReceiveEndpoint } from "./receive-endpoint.js";

/** How long an answer to a request for a SETUP is waited for. */
const PENDING_SETUP_TIMEOUT_NS = 1_000_000_000;

/** Sessions whose SETUP is waited for at the same time; data of more unknown sessions than that is passed by. */
const PENDING_SETUP_COUNT_MAX = 1024;

interface PendingSetup {
  readonly endpoint: ReceiveEndpoint;
  readonly destination: ReceiveDestination;
  readonly sessionId: number;
  readonly streamId: number;
  /** Sent again and again: how a sender learns of a receiver that it cannot know. */
  readonly isPeriodic: boolean;
  readonly control: UdpAddress;
  timeOfRequestNs: number;
}

/**
 * Requests for a SETUP that have not been answered yet.
 *
 * Source: driver-protocol §13 (setup); Aeron `Receiver`.
 */
export class PendingSetups {
  readonly #clock: CachedClock;
  readonly #pending: PendingSetup[] = [];
  #elicitedCount: number = 0;

  constructor(clock: CachedClock) {
    this.#clock = clock;
  }

  /** Whether one more session may be asked for. */
  hasRoom(): boolean {
    return this.#elicitedCount < PENDING_SETUP_COUNT_MAX;
  }

  /** Asks the sender of an unknown session for its SETUP; forgotten if none comes. */
  elicit(
    endpoint: ReceiveEndpoint,
    destination: ReceiveDestination,
    control: UdpAddress,
    sessionId: number,
    streamId: number,
  ): void {
    this.#add(endpoint, destination, control, sessionId, streamId, false);
    this.#elicitedCount++;
  }

  /** Introduces a receiver to the sender at a destination's explicit control address, for as long as both are. */
  introduce(endpoint: ReceiveEndpoint, destination: ReceiveDestination): void {
    const { explicitControl } = destination;
    if (explicitControl !== undefined)
      this.#add(endpoint, destination, explicitControl, 0, 0, true);
  }

  /** The explicit control address of a destination has moved. */
  updateControl(destination: ReceiveDestination, control: UdpAddress): void {
    for (const each of this.#pending) {
      if (each.isPeriodic && each.destination === destination) each.control.copyFrom(control);
    }
  }

  removeDestination(destination: ReceiveDestination): void {
    this.#removeWhere((each) => each.destination === destination);
  }

  removeEndpoint(endpoint: ReceiveEndpoint): void {
    this.#removeWhere((each) => each.endpoint === endpoint);
  }

  removeSession(endpoint: ReceiveEndpoint, streamId: number, sessionId: number): void {
    this.#removeWhere(
      (each) =>
        !each.isPeriodic &&
        each.endpoint === endpoint &&
        each.streamId === streamId &&
        each.sessionId === sessionId,
    );
  }

  /** Hot. Gives up what has waited long enough, and sends again what is periodic. */
  doWork(): number {
    if (this.#pending.length === 0) return 0;
    const { nowNs } = this.#clock;
    let workCount = 0;
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      const each = this.#pending[i] as PendingSetup;
      if (nowNs - each.timeOfRequestNs <= PENDING_SETUP_TIMEOUT_NS) continue;
      workCount++;
      if (!each.isPeriodic) {
        this.#removeAt(i);
      } else if (each.endpoint.dispatcher.hasInterest()) {
        each.timeOfRequestNs = nowNs;
        each.endpoint.requestSetup(each.destination, each.control, 0, 0);
      } else {
        each.timeOfRequestNs = nowNs;
      }
    }
    return workCount;
  }

  #add(
    endpoint: ReceiveEndpoint,
    destination: ReceiveDestination,
    control: UdpAddress,
    sessionId: number,
    streamId: number,
    isPeriodic: boolean,
  ): void {
    this.#pending.push({
      endpoint,
      destination,
      sessionId,
      streamId,
      isPeriodic,
      control: control.clone(),
      timeOfRequestNs: this.#clock.nowNs,
    });
    endpoint.requestSetup(destination, control, sessionId, streamId);
  }

  #removeWhere(isMeant: (each: PendingSetup) => boolean): void {
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      if (isMeant(this.#pending[i] as PendingSetup)) this.#removeAt(i);
    }
  }

  #removeAt(index: number): void {
    const [removed] = this.#pending.splice(index, 1);
    if (removed === undefined || removed.isPeriodic) return;
    this.#elicitedCount--;
    removed.endpoint.dispatcher.forgetPendingSetup(removed.streamId, removed.sessionId);
  }
}
