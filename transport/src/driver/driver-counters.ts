import {
  AtomicCounter,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  COUNTER_REGISTRATION_ID_OFFSET,
  type CounterDescription,
  counterOffset,
  type CountersManager,
} from "@alerion/runtime/concurrent";
import { CONTROL_PROTOCOL_SEMANTIC_VERSION } from "../protocol/control-protocol-events.js";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import {
  encodeStreamCounterKey,
  type StreamCounterKey,
  streamCounterLabel,
} from "../protocol/counters/stream-counter.js";
import { SystemCounter, systemCounterLabels } from "../protocol/counters/system-counter.js";
import { formatDurationNs } from "../protocol/channel-param-kinds.js";
import { SEMANTIC_VERSION, VERSION } from "../version.js";
import type { DriverConfig } from "./driver-config.js";

/** Owner of counters that belong to no client. */
export const NULL_OWNER = -1n;

/** Ids of a counter, exact. */
export interface CounterIds {
  readonly registrationId: bigint;
  readonly ownerId: bigint;
  readonly referenceId?: bigint;
}

/** Allocates a counter whose ids may exceed 2^53: static counters take any the user chooses. */
export function allocateCounter(
  counters: CountersManager,
  description: CounterDescription,
  ids: CounterIds,
): AtomicCounter {
  const id = counters.allocate({
    ...description,
    registrationId: Number(ids.registrationId),
    ownerId: Number(ids.ownerId),
    referenceId: Number(ids.referenceId ?? 0n),
  });
  const offset = counterOffset(id);
  const { values } = counters;
  values.putBigInt64Release(offset + COUNTER_REGISTRATION_ID_OFFSET, ids.registrationId);
  values.putBigInt64Release(offset + COUNTER_OWNER_ID_OFFSET, ids.ownerId);
  values.putBigInt64Release(offset + COUNTER_REFERENCE_ID_OFFSET, ids.referenceId ?? 0n);
  return new AtomicCounter(counters, id);
}

/** Registration id of a counter, exact. */
export function counterRegistrationId(counters: CountersManager, id: number): bigint {
  return counters.values.getBigInt64Volatile(counterOffset(id) + COUNTER_REGISTRATION_ID_OFFSET);
}

/** Owner id of a counter, exact. */
export function counterOwnerId(counters: CountersManager, id: number): bigint {
  return counters.values.getBigInt64Volatile(counterOffset(id) + COUNTER_OWNER_ID_OFFSET);
}

/** The counters of the driver itself: allocated first, so that id and system counter id agree. */
export class SystemCounters {
  readonly #counters: readonly AtomicCounter[];

  constructor(counters: CountersManager, config: DriverConfig) {
    this.#counters = systemCounterLabels.map((label, id) => {
      const key = new Uint8Array(4);
      new DataView(key.buffer).setInt32(0, id, true);
      const counterId = counters.allocate({
        typeId: CounterTypeId.SYSTEM,
        key,
        label: label + labelSuffix(id, config),
        registrationId: id,
        ownerId: Number(NULL_OWNER),
      });
      return new AtomicCounter(counters, counterId);
    });
    this.get(SystemCounter.AERON_VERSION).set(SEMANTIC_VERSION);
    this.get(SystemCounter.CONTROL_PROTOCOL_VERSION).set(CONTROL_PROTOCOL_SEMANTIC_VERSION);
  }

  /** One of them. */
  get(id: SystemCounter): AtomicCounter {
    const counter = this.#counters[id];
    if (counter === undefined) throw new RangeError(`system counter must exist: id=${id}`);
    return counter;
  }
}

function labelSuffix(id: number, config: DriverConfig): string {
  const mode = config.threadingMode;
  const threshold = (thresholdNs: number): string =>
    `: threshold=${formatDurationNs(thresholdNs)} ${mode}`;
  switch (id) {
    case SystemCounter.ERRORS:
    case SystemCounter.AERON_VERSION:
      return `: version=${VERSION} alerion`;
    case SystemCounter.RESOLUTION_CHANGES:
      return `: driverName=${config.resolverName ?? "null"}`;
    case SystemCounter.CONDUCTOR_MAX_CYCLE_TIME:
    case SystemCounter.SENDER_MAX_CYCLE_TIME:
    case SystemCounter.RECEIVER_MAX_CYCLE_TIME:
      return `: ${mode}`;
    case SystemCounter.CONDUCTOR_CYCLE_TIME_THRESHOLD_EXCEEDED:
      return threshold(config.conductorCycleThresholdNs);
    case SystemCounter.SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED:
      return threshold(config.senderCycleThresholdNs);
    case SystemCounter.RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED:
      return threshold(config.receiverCycleThresholdNs);
    default:
      return "";
  }
}

/** A counter of a stream, and what it takes to give it back. */
export class StreamCounters {
  readonly #counters: CountersManager;

  constructor(counters: CountersManager) {
    this.#counters = counters;
  }

  /** Allocates a counter named `name` with the key of its stream. */
  allocate(
    typeId: CounterTypeId,
    name: string,
    key: StreamCounterKey,
    options: { clientId: bigint; referenceId?: bigint; value?: number; joinPosition?: number },
  ): AtomicCounter {
    return allocateCounter(
      this.#counters,
      {
        typeId,
        key: encodeStreamCounterKey(key),
        label: streamCounterLabel(name, key, options.joinPosition),
        value: options.value ?? options.joinPosition ?? 0,
      },
      {
        registrationId: key.registrationId,
        ownerId: options.clientId,
        ...(options.referenceId === undefined ? {} : { referenceId: options.referenceId }),
      },
    );
  }

  /** Gives a counter back. */
  free(counter: AtomicCounter): void {
    this.#counters.free(counter.id);
  }
}
