import type { ClientHandlers } from "./client-handlers.js";
import type { Counter } from "./counter.js";
import type { Image } from "./image.js";
import type { LogRegistry } from "./log-registry.js";
import type { Publication } from "./publication.js";
import type { Subscription } from "./subscription.js";

/** What a client has added, by registration id, the images of its subscriptions, and the logs that all these map. */
export class ClientResources {
  readonly publications: Map<bigint, Publication> = new Map<bigint, Publication>();
  readonly subscriptions: Map<bigint, Subscription> = new Map<bigint, Subscription>();
  readonly counters: Map<bigint, Counter> = new Map<bigint, Counter>();
  readonly logs: LogRegistry;
  /**
   * Time of the conductor's present step. Not an integer at first, so that the field holds a double from the start: else
   * each duty cycle makes one anew, 16 bytes.
   */
  nowNs: number = 0.5;
  readonly #handlers: ClientHandlers;
  readonly #lingerNs: number;

  /** @param lingerNs how long a log stays mapped after its last use */
  constructor(logs: LogRegistry, handlers: ClientHandlers, lingerNs: number) {
    this.logs = logs;
    this.#handlers = handlers;
    this.#lingerNs = lingerNs;
  }

  /** What has been added with a registration id and is still open. */
  find(registrationId: bigint): Publication | Subscription | Counter | undefined {
    return (
      this.publications.get(registrationId) ??
      this.subscriptions.get(registrationId) ??
      this.counters.get(registrationId)
    );
  }

  /** Whether a channel's endpoint, by its status counter, is one that something here uses. */
  usesEndpoint(statusCounterId: number): boolean {
    return (
      [...this.publications.values()].some((each) => each.status.counterId === statusCounterId) ||
      [...this.subscriptions.values()].some((each) => each.status.counterId === statusCounterId)
    );
  }

  /** Gives a log back; it stays mapped for a while, for whoever still looks at it. */
  releaseLog(registrationId: bigint): void {
    this.logs.release(registrationId, this.nowNs + this.#lingerNs);
  }

  closeImages(subscription: Subscription): void {
    for (const image of subscription.takeImages()) this.closeImage(subscription, image);
  }

  closeImage(subscription: Subscription, image: Image): void {
    image.onClosed();
    this.releaseLog(image.correlationId);
    subscription.onImageClosed(image);
    this.#handlers.imageUnavailable(subscription, image);
  }

  /** Looks which publications are held back, so that offers need not keep a clock. */
  observe(nowMs: number): void {
    for (const publication of this.publications.values()) publication.observe(nowMs);
  }

  /** The client has ended, and all it had with it. The driver frees its side by itself. */
  end(): void {
    for (const subscription of this.subscriptions.values()) {
      this.closeImages(subscription);
      subscription.onClientClosed();
    }
    for (const publication of this.publications.values()) publication.onClientClosed();
    for (const counter of this.counters.values()) counter.onGone();
    this.subscriptions.clear();
    this.publications.clear();
    this.counters.clear();
    this.logs.close();
  }
}
