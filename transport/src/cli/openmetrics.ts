import { SystemCounter } from "../protocol/counters/system-counter.js";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import { decodeStreamCounterKey } from "../protocol/counters/stream-counter.js";
import type { CounterSnapshot, DirectorySnapshot } from "./directory-snapshot.js";

/** What OpenMetrics must be served as. */
export const OPENMETRICS_CONTENT_TYPE =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

const systemNames = new Map<number, string>(
  Object.entries(SystemCounter).map(([name, id]) => [id, name.toLowerCase()]),
);

/** System counters that hold a state, a maximum or a version, and do not only grow. */
const SYSTEM_GAUGES: ReadonlySet<number> = new Set([
  SystemCounter.CONTROLLABLE_IDLE_STRATEGY,
  SystemCounter.CONDUCTOR_MAX_CYCLE_TIME,
  SystemCounter.SENDER_MAX_CYCLE_TIME,
  SystemCounter.RECEIVER_MAX_CYCLE_TIME,
  SystemCounter.NAME_RESOLVER_MAX_TIME,
  SystemCounter.AERON_VERSION,
  SystemCounter.BYTES_CURRENTLY_MAPPED,
  SystemCounter.CONTROL_PROTOCOL_VERSION,
]);

const STREAM_NAMES: ReadonlyMap<number, string> = new Map([
  [CounterTypeId.PUBLISHER_LIMIT, "publisher_limit_bytes"],
  [CounterTypeId.PUBLISHER_POSITION, "publisher_position_bytes"],
  [CounterTypeId.SUBSCRIBER_POSITION, "subscriber_position_bytes"],
  [CounterTypeId.SENDER_POSITION, "sender_position_bytes"],
  [CounterTypeId.SENDER_LIMIT, "sender_limit_bytes"],
  [CounterTypeId.RECEIVER_HWM, "receiver_high_water_mark_bytes"],
  [CounterTypeId.RECEIVER_POSITION, "receiver_position_bytes"],
]);

/** The counters of a driver in the OpenMetrics text format: one family a kind, labels for the rest. */
export function formatOpenMetrics(snapshot: DirectorySnapshot): string {
  return gatherMetrics(snapshot).toString();
}

/** The same as data. */
export function gatherMetrics(snapshot: DirectorySnapshot): MetricFamilies {
  const families = new MetricFamilies();
  const ageMs = snapshot.heartbeatAgeMs();
  families.add("aeron_driver_up", "gauge", {}, snapshot.isAlive() ? 1n : 0n);
  if (ageMs !== undefined) {
    families.add("aeron_driver_heartbeat_age_milliseconds", "gauge", {}, BigInt(Math.round(ageMs)));
  }
  families.add("aeron_driver_distinct_errors", "gauge", {}, BigInt(snapshot.errors().length));
  for (const counter of snapshot.counters()) addCounter(families, counter);
  return families;
}

function addCounter(families: MetricFamilies, counter: CounterSnapshot): void {
  const { typeId, value } = counter;
  const streamName = STREAM_NAMES.get(typeId);
  if (typeId === CounterTypeId.SYSTEM) {
    const name = `aeron_${systemNames.get(counter.id) ?? `system_${counter.id}`}`;
    families.add(name, SYSTEM_GAUGES.has(counter.id) ? "gauge" : "counter", {}, value);
  } else if (streamName !== undefined) {
    const view = new DataView(counter.key.buffer, counter.key.byteOffset, counter.key.length);
    const key = decodeStreamCounterKey(view, 0);
    families.add(
      `aeron_${streamName}`,
      "gauge",
      {
        registration: String(counter.registrationId),
        session: String(key.sessionId),
        stream: String(key.streamId),
        channel: key.channel,
      },
      value,
    );
  } else {
    const labels = { id: String(counter.id), type: String(typeId), label: counter.label };
    families.add("aeron_counter", "gauge", labels, value);
  }
}

/** One kind of metric. */
interface MetricFamily {
  readonly type: "counter" | "gauge";
  readonly samples: { labels: Readonly<Record<string, string>>; value: bigint }[];
}

/** Samples by family: OpenMetrics wants those of one family together. */
class MetricFamilies {
  readonly #families = new Map<string, MetricFamily>();

  add(
    name: string,
    type: "counter" | "gauge",
    labels: Readonly<Record<string, string>>,
    value: bigint,
  ): void {
    const family = this.#families.get(name) ?? { type, samples: [] };
    this.#families.set(name, family);
    family.samples.push({ labels, value });
  }

  /** The families by name. */
  toPlain(): Record<string, MetricFamily> {
    return Object.fromEntries(this.#families);
  }

  toString(): string {
    const lines: string[] = [];
    for (const [name, { type, samples }] of this.#families) {
      lines.push(`# TYPE ${name} ${type}`);
      const suffix = type === "counter" ? "_total" : "";
      for (const { labels, value } of samples) {
        lines.push(`${name}${suffix}${formatLabels(labels)} ${value}`);
      }
    }
    return `${lines.join("\n")}\n# EOF\n`;
  }
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const text = Object.entries(labels)
    .map(([key, each]) => `${key}="${escapeLabel(each)}"`)
    .join(",");
  return text === "" ? "" : `{${text}}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
