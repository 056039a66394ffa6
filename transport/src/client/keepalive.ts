import {
  appendToCounterLabel,
  type Clock,
  CounterState,
  type CountersReader,
  type ManyToOneRingBuffer,
  NULL_COUNTER_ID,
  AtomicCounter,
} from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";

/** What a client and its driver know of each other. */
export const KeepaliveState = {
  ALIVE: 0,
  /** The driver's last sign of life is older than the driver timeout. */
  DRIVER_SILENT: 1,
  /** The driver has ended in good order. */
  DRIVER_CLOSED: 2,
  /** The client's heartbeat counter is gone: the driver took the client for dead. */
  CLIENT_EVICTED: 3,
} as const;
/** One of the states above. */
export type KeepaliveState = (typeof KeepaliveState)[keyof typeof KeepaliveState];

/** Where one client's signs of life go, and how old the driver's may be. */
export interface KeepaliveOptions {
  readonly clientId: bigint;
  readonly driverTimeoutMs: number;
  /** How often `beat` is called, in ms. */
  readonly intervalMs: number;
  /** Appended to the label of the heartbeat counter, for people. */
  readonly labelSuffix: string;
}

/**
 * Tells the driver that a client lives, and looks whether the driver does. No thread: whoever hosts it calls
 * `beat` every 500 ms, the client's conductor or a thread of its own.
 *
 * Source: driver-protocol §10 (keepalive); Aeron `ClientConductor`
 */
export class Keepalive {
  readonly #toDriver: ManyToOneRingBuffer;
  readonly #counters: CountersReader;
  readonly #clock: Clock;
  readonly #options: KeepaliveOptions;
  #heartbeat: AtomicCounter | undefined;
  #lastBeatMs: number;

  constructor(
    toDriver: ManyToOneRingBuffer,
    counters: CountersReader,
    clock: Clock,
    options: KeepaliveOptions,
  ) {
    this.#toDriver = toDriver;
    this.#counters = counters;
    this.#clock = clock;
    this.#options = options;
    this.#lastBeatMs = clock.epochMs();
  }

  /** One sign of life, and what is known of the driver's. */
  beat(): KeepaliveState {
    const { driverTimeoutMs, intervalMs } = this.#options;
    const nowMs = this.#clock.epochMs();
    const sinceLastMs = nowMs - this.#lastBeatMs;
    this.#lastBeatMs = nowMs;
    const driverMs = this.#toDriver.consumerHeartbeatTimeMs();
    if (driverMs === -1) return KeepaliveState.DRIVER_CLOSED;
    // After a suspended machine or a stepped clock the driver looks dead until its own timer has run: judge it
    // at the next beat.
    const hasJumped = sinceLastMs > Math.max(2 * intervalMs, driverTimeoutMs / 2);
    if (nowMs > driverMs + driverTimeoutMs && !hasJumped) return KeepaliveState.DRIVER_SILENT;
    return this.#writeHeartbeat(nowMs);
  }

  #writeHeartbeat(nowMs: number): KeepaliveState {
    const { clientId, labelSuffix } = this.#options;
    const counters = this.#counters;
    const known = this.#heartbeat;
    if (known !== undefined) {
      if (
        counters.state(known.id) !== CounterState.ALLOCATED ||
        counters.typeId(known.id) !== CounterTypeId.CLIENT_HEARTBEAT ||
        counters.registrationId(known.id) !== Number(clientId)
      ) {
        return KeepaliveState.CLIENT_EVICTED;
      }
      known.set(nowMs);
      return KeepaliveState.ALIVE;
    }
    // The driver makes the counter with the client's first command.
    const id = counters.findByTypeIdAndRegistrationId(
      CounterTypeId.CLIENT_HEARTBEAT,
      Number(clientId),
    );
    if (id === NULL_COUNTER_ID) return KeepaliveState.ALIVE;
    this.#heartbeat = new AtomicCounter(counters, id);
    this.#heartbeat.set(nowMs);
    appendToCounterLabel(counters, id, labelSuffix);
    return KeepaliveState.ALIVE;
  }
}
