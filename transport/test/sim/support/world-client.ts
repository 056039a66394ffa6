import type { SimAgent } from "./scheduler.js";

/** What clients do, and how often. */
export interface ClientHabits {
  readonly streamIds: readonly number[];
  readonly publicationChannels: readonly string[];
  readonly subscriptionChannels: readonly string[];
  readonly livenessMs: number;
  /** Publications and subscriptions that a client has at most. */
  readonly resourcesMax: number;
}

/** A process with a client in it, as the world sees it. */
export interface WorldClient extends SimAgent {
  /** Set in the quiet end of a run: no more adding, removing or half-done claims. */
  isQuiet: boolean;
  /** Set after that: reads only. */
  isDraining: boolean;
  readonly isClosed: boolean;
  /** Claims a frame in each of its publications, and is gone before it commits. */
  dieInClaims(): void;
  /** Ends as a well-behaved client does, or (`silent`) as one that just stops. */
  close(isSilent: boolean): void;
  /** The ledger learns that this client publishes no more. */
  leave(): void;
  /** Images with something left to read. */
  unread(): number;
  /** Publications that can neither publish nor say why. */
  stuck(): string[];
}
