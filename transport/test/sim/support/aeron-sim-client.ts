import { AlerionError } from "@alerion/runtime";
import {
  AtomicBuffer,
  BACK_PRESSURED,
  computeRequiredLength,
  ControlledAction,
  type FragmentHandler,
} from "@alerion/runtime/concurrent";
import { Aeron } from "../../../src/client/aeron.js";
import { BufferClaim } from "../../../src/client/buffer-claim.js";
import { ClientConductor } from "../../../src/client/client-conductor.js";
import type { ConcurrentPublication } from "../../../src/client/concurrent-publication.js";
import type { Counter } from "../../../src/client/counter.js";
import { tryConnect } from "../../../src/client/driver-connection.js";
import { ExclusivePublication } from "../../../src/client/exclusive-publication.js";
import {
  ControlledFragmentAssembler,
  FragmentAssembler,
} from "../../../src/client/fragment-assembler.js";
import type { Image } from "../../../src/client/image.js";
import type { Registration } from "../../../src/client/registration.js";
import type { Subscription } from "../../../src/client/subscription.js";
import type { SharedFiles } from "../../../src/os/shared-files.js";
import type { SeededRandom } from "../../support/manual-clock.js";
import { InvariantError, type Ledger, type LogRecord, type Reading } from "./ledger.js";
import { type Scheduler, SimulatedCrash } from "./scheduler.js";
import { fill, MESSAGE_LENGTH_MAX, MESSAGE_LENGTH_MIN, source, verify } from "./sim-message.js";
import type { ClientHabits, WorldClient } from "./world-client.js";

type AnyPublication = ConcurrentPublication | ExclusivePublication;

interface SimPublication {
  readonly publication: AnyPublication;
  readonly log: LogRecord;
}

/** Read by one kind of poll only: what the one assembler has begun the other could not go on with. */
interface SimSubscription {
  readonly channel: string;
  readonly registration: Registration<Subscription>;
  readonly isControlled: boolean;
  readonly assembler: FragmentAssembler;
  readonly controlled: ControlledFragmentAssembler;
}

interface SimImage extends StreamSource {
  readonly reading: Reading;
}

/** Where an image's messages come from. */
export interface StreamSource {
  readonly log: LogRecord;
  /** False where gaps are allowed: an unreliable subscription. */
  readonly isReliable: boolean;
  /** How far its publisher has come; undefined once that is gone. */
  producerPosition(): number | undefined;
}

/** What a client may end with, and what a command may fail with. Anything else is a fault of ours. */
const EXPECTED_CODES: ReadonlySet<string> = new Set([
  "CLIENT_CLOSED",
  "CLIENT_LAPPED",
  "CLIENT_TIMEOUT",
  "CONDUCTOR_SERVICE_TIMEOUT",
  "DRIVER_BUSY",
  "DRIVER_TIMEOUT",
  "REGISTRATION",
  // The log of an image that went while its client was paused.
  "SHARED_FILE",
]);
const DRIVER_TIMEOUT_MS = 100;
const MTU_PAYLOAD_LENGTH = 1408 - 32;

/** Where a client finds its driver, and what it needs of the world. */
export interface AeronWorld {
  readonly scheduler: Scheduler;
  /** As this client sees them: with its hook. */
  readonly files: SharedFiles;
  readonly dir: string;
  readonly habits: ClientHabits;
  /** The ledger of the driver whose CnC file this is; undefined once another driver has taken its place. */
  ledgerOf(cnc: ArrayBufferLike): Ledger | undefined;
  /** Name of the publication's log in the ledger. */
  publicationPath(publication: AnyPublication): string;
  /** The publication that an image comes from. @throws {InvariantError} if there is none */
  sourceOf(image: Image, channel: string, ledger: Ledger): StreamSource;
}

/**
 * A process with the real client in it: `Aeron` and everything under it. It does what users do at any moment,
 * is slow or quick, loses turns, closes at any point, dies at any access, and connects anew when its driver is
 * gone. Every message it reads is checked against the ledger.
 */
export class AeronSimClient implements WorldClient {
  readonly name: string;
  readonly #world: AeronWorld;
  readonly #random: SeededRandom;
  readonly #isSlow: boolean;
  readonly #claim: BufferClaim = new BufferClaim();
  readonly #adding = new Set<Registration<AnyPublication> | Registration<Subscription>>();
  readonly #publications: SimPublication[] = [];
  #subscriptions: SimSubscription[] = [];
  readonly #counters: Registration<Counter>[] = [];
  readonly #images = new Map<Image, SimImage>();
  #aeron: Aeron | undefined;
  #ledger: Ledger | undefined;
  #cnc: ArrayBufferLike | undefined;
  isQuiet = false;
  isDraining = false;
  isClosed = false;
  /** How often it had to connect anew. */
  reconnectCount = 0;

  constructor(name: string, world: AeronWorld) {
    this.name = name;
    this.#world = world;
    this.#random = world.scheduler.random;
    this.#isSlow = this.#random.below(4) === 0;
  }

  /** Whether it still holds on to a driver that is no more. */
  isBehind(): boolean {
    return this.#cnc !== undefined && this.#world.ledgerOf(this.#cnc) !== this.#ledger;
  }

  step(): void {
    if (this.isClosed) return;
    const aeron = this.#aeron;
    if (aeron === undefined) {
      this.#connect();
      return;
    }
    // Turns are lost now and then.
    if (this.isQuiet || this.#random.below(10) > 0) aeron.doWork();
    if (aeron.isClosed()) {
      this.#onEnded(aeron.closeReason());
      return;
    }
    this.#settle();
    if (!this.isQuiet && this.#random.below(2500) === 0) {
      this.close(false);
      this.#world.scheduler.remove(this);
      return;
    }
    const choice = this.#random.below(100);
    if (choice < 45 || this.isDraining) this.#poll();
    else if (choice < 90) this.#publish();
    else if (!this.isQuiet) this.#administer(aeron);
  }

  dieInClaims(): void {
    for (const { publication } of this.#publications) {
      publication.tryClaim(MESSAGE_LENGTH_MIN, this.#claim);
    }
    this.leave();
    this.#world.scheduler.remove(this);
  }

  close(isSilent: boolean): void {
    // Its user's handlers run in here, and are told that everything goes.
    if (!isSilent) void this.#aeron?.close();
    this.leave();
  }

  leave(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#letGo();
  }

  unread(): number {
    let count = 0;
    for (const [image, origin] of this.#images) {
      const position = origin.producerPosition();
      if (position !== undefined && image.position() < position) count++;
    }
    return count;
  }

  stuck(): string[] {
    const found: string[] = [];
    for (const { publication, log } of this.#publications) {
      let result = this.#offer({ publication, log }, MESSAGE_LENGTH_MIN);
      for (let i = 0; i < 4 && result < 0 && result !== BACK_PRESSURED; i++) {
        result = this.#offer({ publication, log }, MESSAGE_LENGTH_MIN);
      }
      if (result === BACK_PRESSURED) found.push(log.path);
    }
    return found;
  }

  // -- connecting -------------------------------------------------------------------------------------------

  #connect(): void {
    const { files, dir, scheduler, habits } = this.#world;
    // The driver may end while its directory is being looked at.
    const attempt = tryConnect(files, dir, scheduler, DRIVER_TIMEOUT_MS);
    if (attempt.kind !== "connected") return;
    const { connection } = attempt;
    const cnc = connection.memory.buffer;
    const ledger = this.#world.ledgerOf(cnc);
    if (ledger === undefined) return;
    const conductor = new ClientConductor({
      connection,
      files,
      clock: scheduler,
      options: {
        driverTimeoutMs: DRIVER_TIMEOUT_MS,
        keepaliveIntervalMs: Math.floor(habits.livenessMs / 4),
        resourceLingerMs: 5,
        onAvailableImage: (image) => this.#onImage(image),
        onUnavailableImage: (image) => this.#onImageGone(image),
      },
      onError: (error) => this.#onError(error),
      onCommand: () => {},
      labelSuffix: ` name=${this.name}`,
    });
    this.#cnc = cnc;
    this.#ledger = ledger;
    this.#aeron = new Aeron({
      conductor,
      host: { idle: () => Promise.resolve(), close: () => {} },
      clock: scheduler,
      counters: connection.counters,
      dir,
      onClosed: () => Promise.resolve(),
      connectAnew: () => Promise.reject(new Error("the simulation connects by itself")),
    });
  }

  #onEnded(reason: Error | undefined): void {
    this.#expect(reason);
    this.#letGo();
    this.#aeron = undefined;
    this.#cnc = undefined;
    this.#ledger = undefined;
    this.reconnectCount++;
  }

  #letGo(): void {
    for (const { log } of this.#publications) log.publisherCount--;
    this.#publications.length = 0;
    for (const image of this.#images.keys()) this.#onImageGone(image);
    this.#subscriptions.length = 0;
    this.#counters.length = 0;
    this.#adding.clear();
  }

  #onError(error: unknown): void {
    // Whoever dies reports nothing; that it is dead shows at its next access.
    if (error instanceof SimulatedCrash) return;
    this.#expect(error);
  }

  #expect(error: unknown): void {
    if (error instanceof AlerionError && EXPECTED_CODES.has(error.code)) return;
    if (error instanceof InvariantError) throw error;
    throw new InvariantError("errors", `client must fail by a typed error: ${String(error)}`);
  }

  // -- resources --------------------------------------------------------------------------------------------

  #settle(): void {
    for (const registration of this.#adding) {
      if (registration.state === "pending") continue;
      this.#adding.delete(registration);
      const { resource } = registration;
      if (registration.state === "failed") this.#expect(registration.error);
      else if (resource !== undefined && "offer" in resource) this.#onPublication(resource);
    }
  }

  #onPublication(publication: AnyPublication): void {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    const path = this.#world.publicationPath(publication);
    const log = ledger.open(path, publication.sessionId, publication.streamId);
    log.publisherCount++;
    this.#publications.push({ publication, log });
  }

  #onImage(image: Image): void {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    const subscription = this.#subscriptions.find(
      ({ registration }) => registration.registrationId === image.subscriptionRegistrationId,
    );
    for (const other of this.#images.keys()) {
      const isTwin =
        other.subscriptionRegistrationId === image.subscriptionRegistrationId &&
        other.sessionId === image.sessionId &&
        other.sourceIdentity === image.sourceIdentity;
      if (isTwin && !other.isEndOfStream()) {
        throw new InvariantError(
          "images",
          `a subscription must not have two images of one session: ids=${other.correlationId},${image.correlationId} sessionId=${image.sessionId}`,
        );
      }
    }
    const found = this.#world.sourceOf(image, subscription?.channel ?? "", ledger);
    this.#images.set(image, {
      log: found.log,
      isReliable: found.isReliable,
      producerPosition: () => found.producerPosition(),
      reading: ledger.read(found.log, image.joinPosition),
    });
  }

  #onImageGone(image: Image): void {
    const known = this.#images.get(image);
    if (known === undefined) return;
    this.#images.delete(image);
    // Who died in a handler has consumed that fragment and not told the ledger.
    if (!this.#world.scheduler.isDead(this)) known.reading.position = image.position();
    if (known.isReliable) this.#ledger?.checkComplete(known.log, known.reading);
    for (const { registration, assembler, controlled } of this.#subscriptions) {
      if (registration.registrationId !== image.subscriptionRegistrationId) continue;
      assembler.freeSession(image.sessionId);
      controlled.freeSession(image.sessionId);
    }
  }

  #administer(aeron: Aeron): void {
    const { streamIds, publicationChannels, subscriptionChannels, resourcesMax } =
      this.#world.habits;
    const streamId = this.#pick(streamIds) ?? 1;
    const kind = this.#random.below(14);
    try {
      if (kind < 4) {
        if (this.#publications.length + this.#adding.size >= resourcesMax) return;
        const channel = this.#pick(publicationChannels) ?? "";
        if (this.#random.below(2) === 0)
          this.#adding.add(aeron.asyncAddPublication(channel, streamId));
        else this.#adding.add(aeron.asyncAddExclusivePublication(channel, streamId));
      } else if (kind < 8) {
        if (this.#subscriptions.length + this.#adding.size >= resourcesMax) return;
        this.#subscribe(aeron, this.#pick(subscriptionChannels) ?? "", streamId);
      } else if (kind < 9) {
        this.#removeSubscription();
      } else if (kind < 11) {
        this.#removePublication();
      } else if (kind < 12) {
        // Wanted no more before it came.
        for (const registration of this.#adding) registration.cancel();
        this.#adding.clear();
        this.#subscriptions = this.#subscriptions.filter(
          ({ registration }) => registration.state !== "cancelled",
        );
      } else if (kind < 13) {
        this.#countSomething(aeron);
      } else if (this.#random.below(8) === 0) {
        this.#reject();
      }
    } catch (error) {
      if (error instanceof SimulatedCrash) throw error;
      this.#expect(error);
    }
  }

  #subscribe(aeron: Aeron, channel: string, streamId: number): void {
    const onMessage: FragmentHandler = (buffer, offset, length, header) => {
      const known = this.#images.get(header.context as Image);
      if (known === undefined) throw new InvariantError("D1", "message must come from an image");
      const message = buffer.u8.slice(offset, offset + length);
      const position = header.position();
      this.#ledger?.receive(known.log, known.reading, verify(message), length, position);
    };
    const assembler = new FragmentAssembler(onMessage);
    const controlled = new ControlledFragmentAssembler((buffer, offset, length, header) => {
      // Not now: the same message must come again.
      if (this.#random.below(6) === 0) return ControlledAction.ABORT;
      onMessage(buffer, offset, length, header);
      return this.#pick([
        ControlledAction.CONTINUE,
        ControlledAction.COMMIT,
        ControlledAction.BREAK,
      ]) as ControlledAction;
    });
    const registration = aeron.asyncAddSubscription(channel, streamId);
    this.#adding.add(registration);
    const isControlled = this.#random.below(3) === 0;
    this.#subscriptions.push({ channel, registration, isControlled, assembler, controlled });
  }

  #removeSubscription(): void {
    const index = this.#random.below(Math.max(1, this.#subscriptions.length));
    const known = this.#subscriptions[index];
    if (known === undefined) return;
    this.#subscriptions.splice(index, 1);
    known.registration.cancel();
    void known.registration.resource?.close();
  }

  #removePublication(): void {
    const index = this.#random.below(Math.max(1, this.#publications.length));
    const known = this.#publications[index];
    if (known === undefined) return;
    this.#publications.splice(index, 1);
    known.log.publisherCount--;
    const { publication } = known;
    if (publication instanceof ExclusivePublication && this.#random.below(4) === 0) {
      void publication.revoke();
    } else {
      void publication.close();
    }
  }

  #countSomething(aeron: Aeron): void {
    const last = this.#counters.pop();
    if (last === undefined) this.#counters.push(aeron.asyncAddCounter(2001, this.name));
    else if (last.resource === undefined) last.cancel();
    else last.resource.close();
  }

  #reject(): void {
    const image = this.#pick([...this.#images.keys()]);
    void image?.reject("not wanted").catch((error: unknown) => this.#onError(error));
  }

  // -- messages ---------------------------------------------------------------------------------------------

  #poll(): void {
    if (this.#isSlow && !this.isQuiet && this.#random.below(20) > 0) return;
    const known = this.#pick(this.#subscriptions);
    const subscription = known?.registration.resource;
    if (known === undefined || subscription === undefined) return;
    const { assembler, controlled, isControlled } = known;
    const limit = this.#isSlow && !this.isQuiet ? 1 : 1 + this.#random.below(20);
    if (isControlled) {
      subscription.controlledPoll(controlled.onFragment, limit);
    } else if (this.#random.below(4) === 0) {
      const image = this.#pick(subscription.images());
      const limitPosition = (image?.position() ?? 0) + this.#random.below(8000);
      image?.boundedPoll(assembler.onFragment, limitPosition, limit);
    } else {
      subscription.poll(assembler.onFragment, limit);
    }
    for (const image of subscription.images()) {
      const reading = this.#images.get(image)?.reading;
      if (reading !== undefined) reading.position = image.position();
    }
  }

  #publish(): void {
    const known = this.#pick(this.#publications);
    if (known === undefined) return;
    const count = 1 + this.#random.below(8);
    for (let i = 0; i < count; i++) {
      const length =
        MESSAGE_LENGTH_MIN +
        this.#random.below(this.#random.below(4) === 0 ? MESSAGE_LENGTH_MAX : 200);
      const isClaim = length < 1300 && this.#random.below(4) === 0;
      const result = isClaim ? this.#claimOne(known, length) : this.#offer(known, length);
      if (result < 0) return;
    }
  }

  #offer({ publication, log }: SimPublication, length: number): number {
    const ledger = this.#ledger as Ledger;
    const id = ledger.begin(log, length);
    // The source is shared by all clients: another one may run in the middle of the offer.
    const own = new AtomicBuffer(new ArrayBuffer((length + 7) & ~7));
    fill(id, length);
    own.putBytes(0, source.u8, 0, length);
    const isInParts = this.#random.below(4) === 0;
    const half = (length >> 1) & ~7;
    const result = isInParts
      ? publication.offerParts([
          { buffer: own, offset: 0, length: half },
          { buffer: own, offset: half, length: length - half },
        ])
      : publication.offer(own, 0, length);
    if (result >= 0) this.#succeed(log, id, length, result);
    else log.begun.delete(id);
    return result;
  }

  #claimOne({ publication, log }: SimPublication, length: number): number {
    const ledger = this.#ledger as Ledger;
    const id = ledger.begin(log, length);
    const claim = this.#claim;
    const result = publication.tryClaim(length, claim);
    if (result < 0) {
      log.begun.delete(id);
      return result;
    }
    fill(id, length);
    const bytes = source.u8.slice(0, length);
    // A look at the hook: others run while the claim is open.
    claim.buffer.putInt32(claim.offset, 0);
    claim.buffer.putBytes(claim.offset, bytes, 0, length);
    if (!this.isQuiet && this.#random.below(8) === 0) {
      log.begun.delete(id);
      claim.abort();
      return result;
    }
    claim.commit();
    this.#succeed(log, id, length, result);
    return result;
  }

  #succeed(log: LogRecord, id: number, length: number, endPosition: number): void {
    const required = computeRequiredLength(length, MTU_PAYLOAD_LENGTH);
    this.#ledger?.succeed(log, id, endPosition - required, endPosition);
  }

  #pick<T>(values: readonly T[]): T | undefined {
    return values[this.#random.below(Math.max(1, values.length))];
  }
}
