import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { SubscriptionLink } from "./subscription-link.js";

/** What an untethered subscriber asks of the stream that feeds it. */
export interface UntetheredOwner {
  /** The image goes; its position still counts. */
  onUntetheredLinger(link: SubscriptionLink): void;
  /** The position no longer counts. `rejoins` says whether the subscriber may come back. */
  onUntetheredRest(link: SubscriptionLink, position: AtomicCounter, rejoins: boolean): void;
  /** The subscriber joins again. */
  onUntetheredRejoin(link: SubscriptionLink, position: AtomicCounter): void;
}

/**
 * A subscriber that may not hold its publisher back: if it stays beyond the window it is cut off, and may join
 * again later at the live position.
 *
 *   ACTIVE -- beyond the limit for the window limit timeout --> LINGER -- linger timeout --> RESTING
 *   RESTING -- resting timeout --> ACTIVE; without rejoin LINGER ends in removal
 *
 * Source: driver-protocol §18; Aeron `UntetheredSubscription`.
 */
export class UntetheredSubscription {
  readonly link: SubscriptionLink;
  readonly position: AtomicCounter;
  readonly #owner: UntetheredOwner;
  #state: "ACTIVE" | "LINGER" | "RESTING" = "ACTIVE";
  #timeOfLastUpdateNs: number;

  constructor(
    link: SubscriptionLink,
    position: AtomicCounter,
    owner: UntetheredOwner,
    nowNs: number,
  ) {
    this.link = link;
    this.position = position;
    this.#owner = owner;
    this.#timeOfLastUpdateNs = nowNs;
  }

  /** Whether the client has been told that its image is there. */
  isActive(): boolean {
    return this.#state === "ACTIVE";
  }

  /** Whether its position holds the stream's window back. */
  counts(): boolean {
    return this.#state !== "RESTING";
  }

  /**
   * Lets time pass.
   *
   * @param windowLimit position at or below which the subscriber is too far behind
   * @returns false if the subscriber is to be forgotten
   */
  onTimeEvent(nowNs: number, windowLimit: number): boolean {
    const { params } = this.link;
    switch (this.#state) {
      case "ACTIVE":
        if (this.position.get() > windowLimit) {
          this.#timeOfLastUpdateNs = nowNs;
        } else if (this.#hasElapsed(nowNs, params.untetheredWindowLimitTimeoutNs)) {
          this.#owner.onUntetheredLinger(this.link);
          this.#enter("LINGER", nowNs);
        }
        return true;
      case "LINGER":
        if (!this.#hasElapsed(nowNs, params.untetheredLingerTimeoutNs)) return true;
        this.#owner.onUntetheredRest(this.link, this.position, params.isRejoin);
        this.#enter("RESTING", nowNs);
        return params.isRejoin;
      case "RESTING":
        if (this.#hasElapsed(nowNs, params.untetheredRestingTimeoutNs)) {
          this.#owner.onUntetheredRejoin(this.link, this.position);
          this.#enter("ACTIVE", nowNs);
        }
        return true;
    }
  }

  #hasElapsed(nowNs: number, timeoutNs: number): boolean {
    return nowNs - this.#timeOfLastUpdateNs >= timeoutNs;
  }

  #enter(state: "ACTIVE" | "LINGER" | "RESTING", nowNs: number): void {
    this.#state = state;
    this.#timeOfLastUpdateNs = nowNs;
  }
}
