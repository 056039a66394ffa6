import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { SubscriptionLink } from "../../subscription-link.js";
import { type UntetheredOwner, UntetheredSubscription } from "../../untethered-subscription.js";
import type { NetworkPublicationState } from "./network-publication-descriptor.js";

/**
 * The spies of one publication: where they are, and which of them may be cut off.
 *
 * Source: driver-protocol §12 (spies), §18.
 */
export class PublicationSpies {
  readonly #state: NetworkPublicationState;
  /** Whether spies stand for receivers: then the sender goes on with the foremost. */
  readonly #simulatesConnection: boolean;
  /** Every linked spy, resting ones too. */
  readonly #spies = new Map<SubscriptionLink, AtomicCounter>();
  readonly #untethered: UntetheredSubscription[] = [];
  #positions: AtomicCounter[] = [];

  constructor(state: NetworkPublicationState, simulatesConnection: boolean) {
    this.#state = state;
    this.#simulatesConnection = simulatesConnection;
  }

  /** Spies whose position counts. */
  get count(): number {
    return this.#positions.length;
  }

  /** Whether spies keep the publication connected. */
  simulateConnection(): boolean {
    return this.#simulatesConnection && this.#positions.length > 0;
  }

  /** Hot. The hindmost of `position` and all spies that count. */
  minPosition(position: number): number {
    let min = position;
    const positions = this.#positions;
    for (let i = 0; i < positions.length; i++) {
      const each = (positions[i] as AtomicCounter).get();
      if (each < min) min = each;
    }
    return min;
  }

  /** Hot. Lets the sender know of the foremost spy. */
  report(): void {
    const positions = this.#positions;
    if (!this.#simulatesConnection || positions.length === 0) return;
    let max = 0;
    for (let i = 0; i < positions.length; i++) {
      max = Math.max(max, (positions[i] as AtomicCounter).get());
    }
    if (max > this.#state.maxSpyPosition()) this.#state.setMaxSpyPosition(max);
  }

  /** Whether the spy has been told of an image that it still has. */
  hasImage(link: SubscriptionLink): boolean {
    return this.#untethered.find((each) => each.link === link)?.isActive() ?? this.#spies.has(link);
  }

  add(
    link: SubscriptionLink,
    position: AtomicCounter,
    owner: UntetheredOwner,
    nowNs: number,
  ): void {
    this.#spies.set(link, position);
    if (!link.params.isTether) {
      this.#untethered.push(new UntetheredSubscription(link, position, owner, nowNs));
    }
    this.include(position);
  }

  /** A position counts, again or for the first time. */
  include(position: AtomicCounter): void {
    this.#positions.push(position);
    this.#onChange();
  }

  /** A position counts no longer; its spy may come back. */
  rest(position: AtomicCounter): void {
    this.#positions = this.#positions.filter((each) => each !== position);
    this.#onChange();
  }

  /** A spy is gone. */
  remove(link: SubscriptionLink, position: AtomicCounter): void {
    this.#spies.delete(link);
    const index = this.#untethered.findIndex((each) => each.link === link);
    if (index >= 0) this.#untethered.splice(index, 1);
    this.rest(position);
  }

  /** A spy that was cut off does not come back. */
  forget(link: SubscriptionLink): void {
    this.#spies.delete(link);
  }

  /** Takes all off; `onEach` is told of each before. */
  removeAll(onEach: (link: SubscriptionLink, position: AtomicCounter) => void): void {
    for (const [link, position] of this.#spies) onEach(link, position);
    this.#spies.clear();
    this.#untethered.length = 0;
    this.#positions = [];
    this.#onChange();
  }

  /** Lets time pass for spies that may be cut off. @param windowLimit position at which one is too far behind */
  onTimeEvent(nowNs: number, windowLimit: number): void {
    for (let i = this.#untethered.length - 1; i >= 0; i--) {
      if (this.#untethered[i]?.onTimeEvent(nowNs, windowLimit) === false) {
        this.#untethered.splice(i, 1);
      }
    }
  }

  #onChange(): void {
    this.report();
    this.#state.setHasSpies(this.#positions.length > 0);
  }
}
