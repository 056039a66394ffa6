/** The time of an agent's duty cycle: read from the clock once, at its start. */
export class CachedClock {
  /** Monotonic nanoseconds. A double from the start: see AtomicBuffer on representation changes. */
  nowNs: number = 0.5;
}
