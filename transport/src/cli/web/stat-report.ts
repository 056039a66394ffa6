/** What the live page of a driver shows, made of two looks at its files: the second says what moved since the first. */
import { CounterTypeId } from "../../protocol/counters/counter-type-id.js";
import { decodeStreamCounterKey } from "../../protocol/counters/stream-counter.js";
import type { LossReport } from "../../protocol/loss-report.js";
import type { CounterSnapshot } from "../directory-snapshot.js";
import { reportStreams } from "../streams.js";

/** A reader, and how far it is behind. */
export interface ReaderRow {
  readonly id: string;
  readonly client: string;
  /** Bytes. */
  readonly behind: number;
  /** Bytes a second. */
  readonly rate: number;
}

/** A publication of this driver. */
export interface PublicationRow {
  readonly id: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly channel: string;
  readonly kind: string;
  readonly client: string;
  readonly position: number;
  /** Bytes a second. */
  readonly rate: number;
  /** Bytes that may still be published. */
  readonly room: number;
  /** Bytes that wait for the slowest reader. */
  readonly lag: number;
  readonly isBlocked: boolean;
  /** Who holds it back and why, in words. */
  readonly state: string;
  readonly readers: readonly ReaderRow[];
}

/** A stream that this driver receives from the network. */
export interface ImageRow {
  readonly id: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly channel: string;
  readonly position: number;
  readonly rate: number;
  /** Bytes between what is complete and the furthest that came: what is lost or late. */
  readonly missing: number;
  readonly readers: readonly ReaderRow[];
}

/** Loss of one stream from one source. */
interface LossRow {
  readonly streamId: number;
  readonly sessionId: number;
  readonly channel: string;
  readonly source: string;
  readonly count: number;
  readonly bytes: number;
  readonly lastMs: number;
}

/** A process that uses the driver. */
interface ClientRow {
  readonly id: string;
  readonly label: string;
  readonly ageMs: number;
}

/** A system counter that is not zero. */
interface SystemRow {
  readonly label: string;
  readonly value: number;
  readonly rate: number;
}

/** An error that the driver met. */
interface ErrorRow {
  readonly count: number;
  readonly lastMs: number;
  readonly text: string;
}

/** All that the page shows. */
export interface StatReport {
  readonly dir: string;
  readonly pid: number;
  readonly isAlive: boolean;
  /** Epoch ms. */
  readonly atMs: number;
  readonly heartbeatAgeMs: number | undefined;
  readonly publications: readonly PublicationRow[];
  readonly images: readonly ImageRow[];
  readonly losses: readonly LossRow[];
  readonly clients: readonly ClientRow[];
  readonly errors: readonly ErrorRow[];
  readonly system: readonly SystemRow[];
}

/** What one look at a directory found. */
export interface DirectoryLook {
  readonly dir: string;
  readonly pid: number;
  readonly isAlive: boolean;
  readonly atMs: number;
  readonly heartbeatAgeMs: number | undefined;
  readonly counters: readonly CounterSnapshot[];
  readonly losses: LossReport;
  readonly errors: readonly ErrorRow[];
}

/** Turns looks into reports; remembers the last one, for rates. */
export class StatHistory {
  #values: ReadonlyMap<number, { readonly key: string; readonly value: bigint }> = new Map();
  #atMs: number | undefined;

  /** The report of a look. Rates are 0 in the first one, and where a counter is new. */
  report(look: DirectoryLook): StatReport {
    const { counters, losses, errors, dir, pid, isAlive, atMs, heartbeatAgeMs } = look;
    const elapsedMs = this.#atMs === undefined ? 0 : atMs - this.#atMs;
    const rateOf = (counter: CounterSnapshot | undefined): number => {
      const last = counter === undefined ? undefined : this.#values.get(counter.id);
      if (counter === undefined || last?.key !== identityOf(counter) || elapsedMs <= 0) return 0;
      return Math.max(0, (Number(counter.value - last.value) * 1000) / elapsedMs);
    };
    const labels = clientLabels(counters);
    const report: StatReport = {
      dir,
      pid,
      isAlive,
      atMs,
      heartbeatAgeMs,
      publications: publicationRows(counters, labels, rateOf),
      images: imageRows(counters, labels, rateOf),
      losses: losses.entries.map((each) => ({
        streamId: each.streamId,
        sessionId: each.sessionId,
        channel: each.channel,
        source: each.source,
        count: Number(each.observationCount),
        bytes: Number(each.totalBytesLost),
        lastMs: each.lastObservationMs,
      })),
      clients: clientRows(counters, atMs),
      errors,
      system: systemRows(counters, rateOf),
    };
    this.#values = new Map(
      counters.map((each) => [each.id, { key: identityOf(each), value: each.value }]),
    );
    this.#atMs = atMs;
    return report;
  }
}

type RateOf = (counter: CounterSnapshot | undefined) => number;

/** Ids of counters are used again: what was counted before tells. */
function identityOf({ typeId, registrationId, label }: CounterSnapshot): string {
  return typeId === CounterTypeId.SYSTEM ? String(typeId) : `${typeId} ${registrationId} ${label}`;
}

function publicationRows(
  counters: readonly CounterSnapshot[],
  labels: ReadonlyMap<bigint, string>,
  rateOf: RateOf,
): PublicationRow[] {
  return reportStreams(counters).map((stream) => {
    const readers = stream.subscribers.map((each) => ({
      id: String(each.registrationId),
      client: labels.get(each.clientId) ?? `client ${each.clientId}`,
      behind: Number(each.behind),
      rate: rateOf(
        counters.find(
          ({ typeId, registrationId, referenceId }) =>
            typeId === CounterTypeId.SUBSCRIBER_POSITION &&
            registrationId === each.registrationId &&
            referenceId === stream.registrationId,
        ),
      ),
    }));
    const own = counters.find(
      ({ typeId, registrationId }) =>
        typeId === CounterTypeId.PUBLISHER_POSITION && registrationId === stream.registrationId,
    );
    const room = Math.max(0, Number(stream.limit - stream.position));
    return {
      id: String(stream.registrationId),
      streamId: stream.streamId,
      sessionId: stream.sessionId,
      channel: stream.channel,
      kind: stream.kind,
      client: labels.get(stream.clientId) ?? `client ${stream.clientId}`,
      position: Number(stream.position),
      rate: Math.max(rateOf(own), ...readers.map(({ rate }) => rate)),
      room,
      lag: Math.max(0, ...readers.map(({ behind }) => behind)),
      isBlocked: room === 0 && stream.state !== "not connected",
      state: stateText(stream.state, labels),
      readers,
    };
  });
}

/** Names clients where the state gives their ids. */
function stateText(state: string, labels: ReadonlyMap<bigint, string>): string {
  return state.replace(/client (-?\d+)/, (all, id: string) => labels.get(BigInt(id)) ?? all);
}

function imageRows(
  counters: readonly CounterSnapshot[],
  labels: ReadonlyMap<bigint, string>,
  rateOf: RateOf,
): ImageRow[] {
  const published = new Set(
    counters
      .filter(({ typeId }) => typeId === CounterTypeId.PUBLISHER_POSITION)
      .map(({ registrationId }) => registrationId),
  );
  return counters
    .filter(({ typeId }) => typeId === CounterTypeId.RECEIVER_POSITION)
    .map((received) => {
      const key = keyOf(received);
      const highest = counters.find(
        ({ typeId, registrationId }) =>
          typeId === CounterTypeId.RECEIVER_HWM && registrationId === received.registrationId,
      );
      const readers = counters
        .filter((each) => {
          if (each.typeId !== CounterTypeId.SUBSCRIBER_POSITION) return false;
          const { sessionId, streamId } = keyOf(each);
          const isOfPublication = published.has(each.referenceId);
          return sessionId === key.sessionId && streamId === key.streamId && !isOfPublication;
        })
        .map((each) => ({
          id: String(each.registrationId),
          client: labels.get(each.ownerId) ?? `client ${each.ownerId}`,
          behind: Math.max(0, Number(received.value - each.value)),
          rate: rateOf(each),
        }));
      return {
        id: String(received.registrationId),
        streamId: key.streamId,
        sessionId: key.sessionId,
        channel: key.channel,
        position: Number(received.value),
        rate: rateOf(received),
        missing: Math.max(0, Number((highest?.value ?? received.value) - received.value)),
        readers,
      };
    });
}

function keyOf({ key }: CounterSnapshot): ReturnType<typeof decodeStreamCounterKey> {
  return decodeStreamCounterKey(new DataView(key.buffer, key.byteOffset, key.length), 0);
}

/** What clients call themselves in their heartbeats, by client id. */
function clientLabels(counters: readonly CounterSnapshot[]): Map<bigint, string> {
  const labels = new Map<bigint, string>();
  for (const { typeId, registrationId, label } of counters) {
    if (typeId !== CounterTypeId.CLIENT_HEARTBEAT) continue;
    const name = /\bname=(\S+)/.exec(label)?.[1];
    const pid = /\bpid=(\d+)/.exec(label)?.[1];
    const said = [name, pid === undefined ? undefined : `pid ${pid}`].filter(
      (each) => each !== undefined,
    );
    labels.set(registrationId, said.length === 0 ? `client ${registrationId}` : said.join(", "));
  }
  return labels;
}

function clientRows(counters: readonly CounterSnapshot[], atMs: number): ClientRow[] {
  const labels = clientLabels(counters);
  return counters
    .filter(({ typeId }) => typeId === CounterTypeId.CLIENT_HEARTBEAT)
    .map(({ registrationId, value }) => ({
      id: String(registrationId),
      label: labels.get(registrationId) ?? "",
      ageMs: Math.max(0, atMs - Number(value)),
    }));
}

function systemRows(counters: readonly CounterSnapshot[], rateOf: RateOf): SystemRow[] {
  return counters
    .filter(({ typeId, value }) => typeId === CounterTypeId.SYSTEM && value !== 0n)
    .map((counter) => ({
      label: counter.label,
      value: Number(counter.value),
      rate: rateOf(counter),
    }));
}
