import type { CachedClock } from "../cached-clock.js";

/** How much a receiver lets its sender send ahead. Lengths are bytes. */
export interface CongestionControl {
  readonly windowLengthMax: number;
  readonly initialWindowLength: number;
  /** Whether the receiver is to measure the time to the sender and back. */
  readonly measuresRtt: boolean;
  /** Whether time alone may change the window. */
  readonly changesWithTime: boolean;
  /** Whether the sender must hear of the last window at once. */
  readonly forcesStatusMessage: boolean;
  /**
   * Hot. Whenever something has changed; every duty cycle where time may change the window.
   *
   * @param hasConsumed whether subscribers have read on since the last status message
   * @param hasLoss whether a gap was found just now
   * @returns window length
   */
  onTrackRebuild(hasConsumed: boolean, hasLoss: boolean): number;
  close(): void;
}

/** The window is what it is. */
export class StaticWindow implements CongestionControl {
  readonly windowLengthMax: number;
  readonly initialWindowLength: number;
  readonly measuresRtt: boolean = false;
  readonly changesWithTime: boolean = false;
  readonly forcesStatusMessage: boolean = false;

  constructor(windowLength: number) {
    this.windowLengthMax = windowLength;
    this.initialWindowLength = windowLength;
  }

  onTrackRebuild(): number {
    return this.windowLengthMax;
  }

  close(): void {
    // Nothing is held.
  }
}

/** How CUBIC is set up. */
export interface CubicOptions {
  readonly mtuLength: number;
  readonly windowLengthMax: number;
  readonly measuresRtt: boolean;
  readonly initialRttNs: number;
  /** Never below what TCP would send. */
  readonly isTcpMode: boolean;
  /** Measured round trip; 0 before the first. */
  readonly roundTripNs: () => number;
  /** Shows window and round trip to whoever looks. */
  readonly show: (windowLength: number, roundTripNs: number) => void;
  readonly free: () => void;
}

/** Growth of the window, per second³. */
const C = 0.4;
/** Part of the window that loss takes away. */
const B = 0.2;
const NS_PER_SECOND = 1_000_000_000;

/**
 * CUBIC: after loss the window shrinks by a fifth, then grows with the cube of the time, slowly around the size at
 * which loss happened.
 *
 *   W(t) = C·(t - K)³ + Wmax, K = ∛(Wmax·B/C), in MTUs and seconds
 *
 * Source: driver-protocol §14; RFC 8312; Aeron `CubicCongestionControl`; conformance/aeron/udp/java-rttm.
 */
export class CubicWindow implements CongestionControl {
  readonly windowLengthMax: number;
  readonly initialWindowLength: number;
  readonly measuresRtt: boolean;
  readonly changesWithTime: boolean = true;
  forcesStatusMessage: boolean = false;
  readonly #options: CubicOptions;
  readonly #clock: CachedClock;
  readonly #windowMax: number;
  #window: number = 1;
  #lossWindow: number;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #k: number = 0.5;
  #timeOfLossNs: number = 0.5;
  #timeOfUpdateNs: number = 0.5;

  constructor(options: CubicOptions, clock: CachedClock) {
    const { mtuLength, windowLengthMax } = options;
    this.#clock = clock;
    this.#options = options;
    this.windowLengthMax = windowLengthMax;
    this.initialWindowLength = mtuLength;
    this.measuresRtt = options.measuresRtt;
    this.#windowMax = Math.max(1, Math.floor(windowLengthMax / mtuLength));
    this.#lossWindow = this.#windowMax;
    this.#k = Math.cbrt((this.#lossWindow * B) / C);
    this.#timeOfLossNs = clock.nowNs;
    this.#timeOfUpdateNs = clock.nowNs;
    options.show(mtuLength, options.initialRttNs);
  }

  onTrackRebuild(hasConsumed: boolean, hasLoss: boolean): number {
    const { nowNs } = this.#clock;
    const windowBefore = this.#window;
    this.forcesStatusMessage = false;
    if (hasLoss) {
      this.#lossWindow = this.#window;
      this.#k = Math.cbrt((this.#lossWindow * B) / C);
      this.#window = Math.max(1, Math.floor(this.#window * (1 - B)));
      this.#timeOfLossNs = nowNs;
      this.forcesStatusMessage = true;
    } else if (
      this.#window < this.#windowMax &&
      nowNs - this.#timeOfUpdateNs > this.#roundTripNs()
    ) {
      this.#grow(nowNs);
      this.#timeOfUpdateNs = nowNs;
    } else if (this.#window === 1 && hasConsumed) {
      // With one packet on its way nothing else would tell the sender to go on.
      this.forcesStatusMessage = true;
    }
    const windowLength = this.#window * this.#options.mtuLength;
    if (this.#window !== windowBefore) this.#options.show(windowLength, this.#roundTripNs());
    return windowLength;
  }

  close(): void {
    this.#options.free();
  }

  #roundTripNs(): number {
    const measuredNs = this.#options.roundTripNs();
    return measuredNs > 0 ? measuredNs : this.#options.initialRttNs;
  }

  #grow(nowNs: number): void {
    const sinceLoss = (nowNs - this.#timeOfLossNs) / NS_PER_SECOND;
    const distance = sinceLoss - this.#k;
    const growth = Math.trunc(C * distance * distance * distance);
    let window = Math.min(this.#windowMax, this.#lossWindow + growth);
    if (this.#options.isTcpMode && window < this.#lossWindow) {
      const rounds = sinceLoss / (this.#roundTripNs() / NS_PER_SECOND);
      const tcpWindow = this.#lossWindow * (1 - B) + ((3 * B) / (2 - B)) * rounds;
      window = Math.min(this.#windowMax, Math.max(window, Math.floor(tcpWindow)));
    }
    this.#window = Math.max(1, window);
  }
}
