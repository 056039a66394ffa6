import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { AeronClient } from "./aeron-client.js";
import type { DriverResource } from "./driver-resource.js";

/** A publication that clients hold references to. */
export interface SharedPublication {
  readonly registrationId: bigint;
  incrementReferences(): void;
  decrementReferences(): void;
  revoke(): void;
}

/** One client's hold on a publication; several may share one. */
export class PublicationLink implements DriverResource {
  /** Correlation id of the client's ADD command. */
  readonly registrationId: bigint;
  readonly client: AeronClient;
  readonly publication: SharedPublication;

  constructor(registrationId: bigint, client: AeronClient, publication: SharedPublication) {
    this.registrationId = registrationId;
    this.client = client;
    this.publication = publication;
    publication.incrementReferences();
  }

  onTimeEvent(): void {
    // Lives as long as its client.
  }

  hasReachedEndOfLife(): boolean {
    return this.client.hasTimedOut();
  }

  close(): void {
    this.publication.decrementReferences();
  }
}

/** One client's counter. */
export class CounterLink implements DriverResource {
  readonly registrationId: bigint;
  readonly client: AeronClient;
  readonly counter: AtomicCounter;
  readonly #free: (link: CounterLink) => void;

  constructor(
    registrationId: bigint,
    client: AeronClient,
    counter: AtomicCounter,
    free: (link: CounterLink) => void,
  ) {
    this.registrationId = registrationId;
    this.client = client;
    this.counter = counter;
    this.#free = free;
  }

  onTimeEvent(): void {
    // Lives as long as its client.
  }

  hasReachedEndOfLife(): boolean {
    return this.client.hasTimedOut();
  }

  close(): void {
    this.#free(this);
  }
}
