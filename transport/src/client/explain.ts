import { type CountersReader, NULL_COUNTER_ID } from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../protocol/counters/counter-type-id.js";
import { decodeStreamCounterKey } from "../protocol/counters/stream-counter.js";
import type { Publication } from "./publication.js";

/** What holds a publication back. */
export type BlockReason =
  "closed" | "flow-control" | "max-position" | "no-subscriber" | "none" | "sender" | "subscriber";

/** The reader that is farthest behind. */
export interface SlowestSubscriber {
  /** Registration id of the subscription. */
  readonly registrationId: bigint;
  readonly clientId: bigint;
  /** What the label of its client's heartbeat says of itself, e.g. `name=risk pid=4121`; may be empty. */
  readonly client: string;
  readonly streamId: number;
  readonly position: number;
  /** Bytes between it and what is published. */
  readonly behind: number;
}

/** Why a publication is, or is not, held back. `text` says it in one sentence. */
export interface Explanation {
  readonly reason: BlockReason;
  readonly text: string;
  readonly position: number;
  readonly limit: number;
  /** Bytes that can still be published. */
  readonly available: number;
  /** How long the limit has held it back, in ms; 0 while it does not. Seen every 16 ms. */
  readonly blockedForMs: number;
  readonly slowest: SlowestSubscriber | undefined;
}

/**
 * Says which limit holds a publication back, which subscriber, how far behind, and since when, from the driver's
 * counters.
 *
 * @param nowMs epoch ms
 */
export function explainPublication(
  publication: Publication,
  counters: CountersReader,
  nowMs: number,
): Explanation {
  const position = publication.position();
  const limit = publication.positionLimit();
  const since = publication.blockedSinceMs();
  const facts = {
    position,
    limit,
    available: Math.max(0, limit - position),
    blockedForMs: since === 0 ? 0 : Math.max(0, nowMs - since),
    slowest: undefined,
  };
  if (publication.isClosed()) return { ...facts, reason: "closed", text: "closed" };
  if (position + 64 > publication.maxPossiblePosition) {
    const text = `at the end: a stream with these terms has ${publication.maxPossiblePosition} bytes at most`;
    return { ...facts, reason: "max-position", text };
  }
  const slowest = findSlowest(publication, counters, position);
  const withSlowest = { ...facts, slowest };
  if (position < limit) {
    const text =
      slowest === undefined
        ? `free: ${bytes(facts.available)} until the limit`
        : `free: ${bytes(facts.available)} until the limit; slowest is ${describe(slowest)}`;
    return { ...withSlowest, reason: "none", text };
  }
  const held = facts.blockedForMs === 0 ? "blocked" : `blocked ${duration(facts.blockedForMs)}`;
  if (!publication.isConnected()) {
    const what = `${publication.channel} stream ${publication.streamId}`;
    return { ...withSlowest, reason: "no-subscriber", text: `${held}: no subscriber on ${what}` };
  }
  return { ...withSlowest, ...findCause(publication, counters, slowest, held) };
}

/** A network stream may wait for its sender or its receivers; a spy or IPC reader for itself. */
function findCause(
  publication: Publication,
  counters: CountersReader,
  slowest: SlowestSubscriber | undefined,
  held: string,
): { reason: BlockReason; text: string } {
  const id = Number(publication.originalRegistrationId);
  const senderId = counters.findByTypeIdAndRegistrationId(CounterTypeId.SENDER_POSITION, id);
  const senderLimitId = counters.findByTypeIdAndRegistrationId(CounterTypeId.SENDER_LIMIT, id);
  if (senderId !== NULL_COUNTER_ID && senderLimitId !== NULL_COUNTER_ID) {
    const sent = counters.value(senderId);
    const sendLimit = counters.value(senderLimitId);
    if (slowest === undefined || slowest.position >= sent) {
      const behind = bytes(publication.position() - sent);
      return sent >= sendLimit
        ? {
            reason: "flow-control",
            text: `${held}: flow control; receivers let ${bytes(sendLimit)} through, ${behind} wait`,
          }
        : { reason: "sender", text: `${held}: the driver's sender is ${behind} behind` };
    }
  }
  if (slowest === undefined) {
    return { reason: "subscriber", text: `${held}: its reader has just gone` };
  }
  const window = bytes(publication.positionLimit() - slowest.position);
  return { reason: "subscriber", text: `${held}: ${describe(slowest)}; window ${window}` };
}

function findSlowest(
  publication: Publication,
  counters: CountersReader,
  position: number,
): SlowestSubscriber | undefined {
  const id = Number(publication.originalRegistrationId);
  let slowest: SlowestSubscriber | undefined;
  counters.forEach((counterId) => {
    if (
      counters.typeId(counterId) !== CounterTypeId.SUBSCRIBER_POSITION ||
      counters.referenceId(counterId) !== id
    ) {
      return;
    }
    const subscriberPosition = counters.value(counterId);
    if (slowest !== undefined && slowest.position <= subscriberPosition) return;
    const key = decodeStreamCounterKey(counters.metadata.view, counters.keyOffset(counterId));
    const clientId = counters.ownerId(counterId);
    slowest = {
      registrationId: key.registrationId,
      clientId: BigInt(clientId),
      client: clientDescription(counters, clientId),
      streamId: key.streamId,
      position: subscriberPosition,
      behind: Math.max(0, position - subscriberPosition),
    };
  });
  return slowest;
}

/** What a client says of itself behind its id. */
function clientDescription(counters: CountersReader, clientId: number): string {
  const id = counters.findByTypeIdAndRegistrationId(CounterTypeId.CLIENT_HEARTBEAT, clientId);
  if (id === NULL_COUNTER_ID) return "";
  return /id=-?\d+ (.*)$/.exec(counters.label(id))?.[1] ?? "";
}

function describe({ registrationId, client, streamId, behind }: SlowestSubscriber): string {
  const pid = /(?:^| )pid=(\d+)/.exec(client)?.[1];
  const name = /(?:^| )name=(\S+)/.exec(client)?.[1];
  const who = [
    ...(name === undefined ? [] : [name]),
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    `stream ${streamId}`,
  ];
  return `subscriber ${registrationId} (${who.join(", ")}) is ${bytes(behind)} behind`;
}

/** 512 B, 8.0 KiB, 1.5 MiB. */
function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = count;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
