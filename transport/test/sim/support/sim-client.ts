import {
  ADMIN_ACTION,
  AtomicBuffer,
  type AtomicCounter,
  BACK_PRESSURED,
  BEGIN_FRAG_FLAG,
  computeRequiredLength,
  DATA_HEADER_LENGTH,
  END_FRAG_FLAG,
  type ExclusiveAppender,
  NOT_CONNECTED,
  type SharedAppender,
  alignFrame,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../../../src/os/shared-files.js";
import type { SeededRandom } from "../../support/manual-clock.js";
import { type Event, type Image, LappedError, RawClient } from "../../support/raw-client.js";
import type { Ledger, LogRecord, Reading } from "./ledger.js";
import type { Scheduler } from "./scheduler.js";
import { fill, MESSAGE_LENGTH_MAX, MESSAGE_LENGTH_MIN, source, verify } from "./sim-message.js";
import type { ClientHabits, WorldClient } from "./world-client.js";

interface SimPublication {
  readonly registrationId: bigint;
  readonly isExclusive: boolean;
  readonly appender: ExclusiveAppender | SharedAppender;
  readonly log: LogRecord;
}

interface SimImage {
  readonly image: Image;
  readonly log: LogRecord;
  readonly reading: Reading;
  /** Fragments of the message that is being put together. */
  readonly parts: Uint8Array[];
}

const MTU_PAYLOAD_LENGTH = 1408 - DATA_HEADER_LENGTH;

/**
 * A process with a client in it that speaks the protocol by hand: it adds and removes publications and
 * subscriptions, publishes, reads, and may die at any access. Every message it reads is checked against the ledger.
 */
export class SimClient implements WorldClient {
  readonly name: string;
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #ledger: Ledger;
  readonly #habits: ClientHabits;
  readonly #client: RawClient;
  readonly #publications: SimPublication[] = [];
  readonly #pendingPublications = new Map<bigint, boolean>();
  readonly #subscriptions = new Set<bigint>();
  readonly #images: SimImage[] = [];
  #lastKeepaliveMs: number;
  #heartbeat: AtomicCounter | undefined;
  isQuiet = false;
  isDraining = false;
  isClosed = false;

  constructor(
    name: string,
    files: SharedFiles,
    dir: string,
    scheduler: Scheduler,
    ledger: Ledger,
    habits: ClientHabits,
  ) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#random = scheduler.random;
    this.#ledger = ledger;
    this.#habits = habits;
    this.#client = new RawClient(files, dir);
    this.#lastKeepaliveMs = scheduler.epochMs();
  }

  step(): void {
    if (this.isClosed) return;
    if (!this.#keepAlive()) return;
    if (!this.#receive()) return;
    const choice = this.#random.below(100);
    if (choice < 45 || this.isDraining) this.#poll();
    else if (choice < 90) this.#publish();
    else if (!this.isQuiet) this.#administer();
  }

  /** Claims a frame in each of its publications, and is gone before it commits. */
  dieInClaims(): void {
    for (const { appender } of this.#publications) appender.claim(MESSAGE_LENGTH_MIN);
    this.leave();
    this.#scheduler.remove(this);
  }

  /** Ends as a well-behaved client does, or (`silent`) as one that just stops. */
  close(isSilent: boolean): void {
    if (!isSilent) this.#client.close();
    this.leave();
  }

  /** The ledger learns that this client publishes no more. */
  leave(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const publication of this.#publications) publication.log.publisherCount--;
    this.#publications.length = 0;
    for (const image of this.#images) this.#endImage(image);
    this.#images.length = 0;
  }

  /** Position of each of its images and of the log behind it, for progress at the end. */
  unread(): number {
    let count = 0;
    for (const { image } of this.#images) {
      if (image.position.get() < image.log.metadata.producerPosition()) count++;
    }
    return count;
  }

  /** Publications that can neither publish nor say why. */
  stuck(): string[] {
    const found: string[] = [];
    for (const { appender, log } of this.#publications) {
      const id = this.#ledger.begin(log, MESSAGE_LENGTH_MIN);
      fill(id, MESSAGE_LENGTH_MIN);
      let result = appender.append(source, 0, MESSAGE_LENGTH_MIN, undefined);
      for (let i = 0; i < 4 && result === ADMIN_ACTION; i++) {
        result = appender.append(source, 0, MESSAGE_LENGTH_MIN, undefined);
      }
      if (result >= 0)
        this.#succeed(log, id, MESSAGE_LENGTH_MIN, appender.termBeginPosition + result);
      else log.begun.delete(id);
      if (result === BACK_PRESSURED) found.push(log.path);
    }
    return found;
  }

  /** False if the client must give itself up: it was paused for longer than the driver waits. */
  #keepAlive(): boolean {
    const nowMs = this.#scheduler.epochMs();
    const { livenessMs } = this.#habits;
    if (nowMs - this.#lastKeepaliveMs > livenessMs) {
      this.leave();
      this.#scheduler.remove(this);
      return false;
    }
    if (nowMs - this.#lastKeepaliveMs >= livenessMs / 4) {
      if (this.#heartbeat === undefined) {
        const { counters, clientId } = this.#client;
        if (counters.findByTypeIdAndRegistrationId(11, Number(clientId)) >= 0) {
          this.#heartbeat = this.#client.heartbeat();
        }
      }
      this.#heartbeat?.set(nowMs);
      this.#lastKeepaliveMs = nowMs;
    }
    return true;
  }

  /** False if events were lost: the client must give itself up. */
  #receive(): boolean {
    try {
      for (const event of this.#client.receive()) this.#onEvent(event);
    } catch (error) {
      if (!(error instanceof LappedError)) throw error;
      this.leave();
      this.#scheduler.remove(this);
      return false;
    }
    this.#client.events.length = 0;
    return !this.isClosed;
  }

  #onEvent(event: Event): void {
    switch (event.event) {
      case "ON_PUBLICATION_READY":
      case "ON_EXCLUSIVE_PUBLICATION_READY":
        this.#onPublication(event);
        break;
      case "ON_AVAILABLE_IMAGE":
        this.#onImage(event);
        break;
      case "ON_UNAVAILABLE_IMAGE": {
        const index = this.#images.findIndex(
          ({ image }) =>
            image.correlationId === event["correlationId"] &&
            image.subscriptionId === event["subscriptionRegistrationId"],
        );
        const image = this.#images[index];
        if (image === undefined) break;
        this.#readAll(image);
        this.#endImage(image);
        this.#images.splice(index, 1);
        break;
      }
      case "ON_ERROR":
        this.#pendingPublications.delete(event["correlationId"] as bigint);
        this.#subscriptions.delete(event["correlationId"] as bigint);
        break;
      case "ON_CLIENT_TIMEOUT":
        if (event["correlationId"] === this.#client.clientId) {
          this.leave();
          this.#scheduler.remove(this);
        }
        break;
      default:
        break;
    }
  }

  #onPublication(event: Event): void {
    const correlationId = event["correlationId"] as bigint;
    const isExclusive = this.#pendingPublications.get(correlationId);
    if (isExclusive === undefined) return;
    this.#pendingPublications.delete(correlationId);
    this.#client.events.push(event);
    const publication = this.#client.publication(correlationId);
    const log = this.#ledger.open(
      publication.path,
      publication.sessionId,
      Number(event["streamId"]),
    );
    log.publisherCount++;
    this.#publications.push({
      registrationId: correlationId,
      isExclusive,
      appender: isExclusive
        ? this.#client.exclusive(publication)
        : this.#client.shared(publication),
      log,
    });
  }

  #onImage(event: Event): void {
    const subscriptionId = event["subscriptionRegistrationId"] as bigint;
    if (!this.#subscriptions.has(subscriptionId)) return;
    this.#client.events.push(event);
    const image = this.#client.image(subscriptionId, Number(event["sessionId"]));
    const path = String(event["logFileName"]);
    const log = this.#ledger.open(path, image.sessionId, Number(event["streamId"]));
    const reading = this.#ledger.read(log, image.position.get());
    this.#images.push({ image, log, reading, parts: [] });
  }

  #poll(): void {
    const image = this.#images[this.#random.below(Math.max(1, this.#images.length))];
    if (image !== undefined) this.#read(image, 1 + this.#random.below(20));
  }

  #read(simImage: SimImage, fragmentLimit: number): void {
    const { image, log, reading, parts } = simImage;
    image.reader.poll((buffer, offset, length, header) => {
      const flags = header.flags();
      if ((flags & BEGIN_FRAG_FLAG) !== 0) parts.length = 0;
      else if (parts.length === 0) return;
      parts.push(buffer.u8.slice(offset, offset + length));
      if ((flags & END_FRAG_FLAG) === 0) return;
      const message = concatenate(parts);
      parts.length = 0;
      this.#ledger.receive(log, reading, verify(message), message.length, header.position());
    }, fragmentLimit);
    reading.position = image.reader.position();
  }

  /** What is there when the image goes: the stream had ended, or was revoked. */
  #readAll(image: SimImage): void {
    for (let i = 0; i < 100; i++) {
      const before = image.reading.position;
      this.#read(image, 1000);
      if (image.reading.position === before) return;
    }
  }

  #endImage(image: SimImage): void {
    this.#ledger.checkComplete(image.log, image.reading);
  }

  #publish(): void {
    const publication =
      this.#publications[this.#random.below(Math.max(1, this.#publications.length))];
    if (publication === undefined) return;
    const count = 1 + this.#random.below(8);
    for (let i = 0; i < count; i++) {
      const length =
        MESSAGE_LENGTH_MIN +
        this.#random.below(this.#random.below(4) === 0 ? MESSAGE_LENGTH_MAX : 200);
      const isClaim = length < 1300 && this.#random.below(4) === 0;
      if (!(isClaim ? this.#claim(publication, length) : this.#offer(publication, length))) return;
    }
  }

  #offer({ appender, log }: SimPublication, length: number): boolean {
    const id = this.#ledger.begin(log, length);
    // The source is shared by all clients: another one may run in the middle of the append.
    const own = new AtomicBuffer(new ArrayBuffer((length + 7) & ~7));
    fill(id, length);
    own.putBytes(0, source.u8, 0, length);
    const result = appender.append(own, 0, length, undefined);
    if (result >= 0) {
      this.#succeed(log, id, length, appender.termBeginPosition + result);
      return true;
    }
    log.begun.delete(id);
    return this.#onResult(result);
  }

  #claim({ appender, log }: SimPublication, length: number): boolean {
    const id = this.#ledger.begin(log, length);
    const result = appender.claim(length);
    if (result < 0) {
      log.begun.delete(id);
      return this.#onResult(result);
    }
    const { term } = appender;
    const endPosition = appender.termBeginPosition + result;
    const frame = result - alignFrame(length + DATA_HEADER_LENGTH);
    fill(id, length);
    const bytes = source.u8.slice(0, length);
    term.putInt32(frame + DATA_HEADER_LENGTH, 0);
    term.putBytes(frame + DATA_HEADER_LENGTH, bytes, 0, length);
    if (!this.isQuiet && this.#random.below(8) === 0) {
      // Aborted: a frame that readers skip.
      log.begun.delete(id);
      term.putUint16(frame + 6, 0);
      term.putInt32Release(frame, length + DATA_HEADER_LENGTH);
      return true;
    }
    term.putInt32Release(frame, length + DATA_HEADER_LENGTH);
    this.#succeed(log, id, length, endPosition);
    return true;
  }

  #succeed(log: LogRecord, id: number, length: number, endPosition: number): void {
    const required = computeRequiredLength(length, MTU_PAYLOAD_LENGTH);
    this.#ledger.succeed(log, id, endPosition - required, endPosition);
  }

  #onResult(result: number): boolean {
    if (result === NOT_CONNECTED || result === BACK_PRESSURED) return false;
    return result === ADMIN_ACTION;
  }

  #administer(): void {
    // A command that its writer never finished holds all others up until it is overridden.
    const { ring } = this.#client;
    if (ring.size() > ring.capacity / 2) return;
    const { streamIds, publicationChannels, subscriptionChannels, resourcesMax } = this.#habits;
    const streamId = pick(this.#random, streamIds);
    const kind = this.#random.below(12);
    if (kind < 4) {
      if (this.#publications.length + this.#pendingPublications.size >= resourcesMax) return;
      const isExclusive = this.#random.below(2) === 0;
      const channel = pick(this.#random, publicationChannels);
      const id = this.#client.addPublication(channel, streamId, isExclusive);
      this.#pendingPublications.set(id, isExclusive);
    } else if (kind < 8) {
      if (this.#subscriptions.size >= resourcesMax) return;
      this.#subscriptions.add(
        this.#client.addSubscription(pick(this.#random, subscriptionChannels), streamId),
      );
    } else if (kind < 9) {
      this.#removeSubscription();
    } else if (kind < 11) {
      this.#removePublication();
    } else {
      this.#client.addCounter(2001, new Uint8Array(), this.name);
    }
  }

  #removeSubscription(): void {
    const id = pick(this.#random, [...this.#subscriptions]);
    if (id === undefined) return;
    this.#subscriptions.delete(id);
    for (let i = this.#images.length - 1; i >= 0; i--) {
      const image = this.#images[i];
      if (image?.image.subscriptionId !== id) continue;
      this.#endImage(image);
      this.#images.splice(i, 1);
    }
    this.#client.removeSubscription(id);
  }

  #removePublication(): void {
    const index = this.#random.below(Math.max(1, this.#publications.length));
    const publication = this.#publications[index];
    if (publication === undefined) return;
    this.#publications.splice(index, 1);
    publication.log.publisherCount--;
    const isRevoked = publication.isExclusive && this.#random.below(4) === 0;
    this.#client.removePublication(publication.registrationId, isRevoked);
  }
}

function pick<T>(random: SeededRandom, values: readonly T[]): T {
  return values[random.below(Math.max(1, values.length))] as T;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  return new Uint8Array(Buffer.concat(parts));
}
