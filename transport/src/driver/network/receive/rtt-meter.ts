const RTT_START_NS = 100_000;
const RTT_TIMEOUT_FACTOR = 4;
const RTT_TIMEOUT_MAX_NS = 1_000_000_000;

/**
 * Decides when to measure the time to the sender and back, for congestion control that needs it.
 *
 * One measurement at a time; one that is not answered within four round trips is given up.
 * Source: driver-protocol §14 (cc=cubic); Aeron `CubicCongestionControl`.
 */
export class RttMeter {
  // Doubles from the start: see AtomicBuffer on representation changes.
  #timeOfLastMeasurementNs: number = 0.5;
  #timeoutNs: number = 0.5;
  #isOutstanding: boolean = false;

  constructor() {
    this.#timeOfLastMeasurementNs = 0;
    this.#timeoutNs = RTT_START_NS * RTT_TIMEOUT_FACTOR;
  }

  shouldMeasure(nowNs: number): boolean {
    return !this.#isOutstanding || nowNs - this.#timeOfLastMeasurementNs > this.#timeoutNs;
  }

  onSent(nowNs: number): void {
    this.#timeOfLastMeasurementNs = nowNs;
    this.#isOutstanding = true;
  }

  /**
   * Takes an answer.
   *
   * @returns the round trip in ns; -1 for an answer that nobody waits for, or that cannot be
   */
  onReply(nowNs: number, echoTimestampNs: number, receptionDeltaNs: number): number {
    const roundTripNs = nowNs - echoTimestampNs - receptionDeltaNs;
    // Timestamps come back from outside: only what can be is believed.
    if (!this.#isOutstanding || !(roundTripNs >= 0 && roundTripNs <= RTT_TIMEOUT_MAX_NS)) return -1;
    this.#isOutstanding = false;
    this.#timeoutNs = Math.min(
      Math.max(roundTripNs, RTT_START_NS) * RTT_TIMEOUT_FACTOR,
      RTT_TIMEOUT_MAX_NS,
    );
    return roundTripNs;
  }
}
