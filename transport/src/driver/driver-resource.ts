/** Something with a life of its own that the conductor looks after once a timer interval. */
export interface DriverResource {
  /** Lets time pass. `nowNs` is monotonic, `nowMs` epoch. */
  onTimeEvent(nowNs: number, nowMs: number): void;
  /** Whether the conductor may close and forget it. */
  hasReachedEndOfLife(): boolean;
  /** Gives back what it holds. Called once, by the conductor. */
  close(): void;
}

/** Lets time pass for all resources of a list, then closes and removes those that have ended. */
export function manageResources<R extends DriverResource>(
  resources: R[],
  nowNs: number,
  nowMs: number,
): number {
  let endedCount = 0;
  // Backwards and by index: a resource that ends is taken out while others still come.
  for (let i = resources.length - 1; i >= 0; i--) {
    const resource = resources[i];
    if (resource === undefined) continue;
    resource.onTimeEvent(nowNs, nowMs);
    if (resource.hasReachedEndOfLife()) {
      resources.splice(resources.indexOf(resource), 1);
      resource.close();
      endedCount++;
    }
  }
  return endedCount;
}
