import { RECEIVER_COUNT_MAX } from "./limits.js";

/**
 * Which receivers of a publication are alive: those that sent a status message of late.
 *
 * Flow control keeps its own account: who is alive and who is waited for are different questions.
 * Source: driver-protocol §12; Aeron ReceiverLivenessTracker.
 */
export class ReceiverLiveness {
  readonly #timeoutNs: number;
  readonly #idLow: number[] = [];
  readonly #idHigh: number[] = [];
  readonly #timeNs: number[] = [];

  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  /** Receivers alive. */
  get count(): number {
    return this.#idLow.length;
  }

  /** A receiver is alive. Returns true if it is new. */
  refresh(idLow: number, idHigh: number, nowNs: number): boolean {
    const index = this.#find(idLow, idHigh);
    if (index >= 0) {
      this.#timeNs[index] = nowNs;
      return false;
    }
    if (this.#idLow.length >= RECEIVER_COUNT_MAX) return false;
    this.#idLow.push(idLow);
    this.#idHigh.push(idHigh);
    this.#timeNs.push(nowNs);
    return true;
  }

  /** A receiver wants no more. Returns true if it was alive. */
  remove(idLow: number, idHigh: number): boolean {
    const index = this.#find(idLow, idHigh);
    if (index < 0) return false;
    this.#removeAt(index);
    return true;
  }

  /** Forgets those that have been silent too long. */
  expire(nowNs: number): void {
    for (let i = this.#timeNs.length - 1; i >= 0; i--) {
      if (nowNs - (this.#timeNs[i] as number) > this.#timeoutNs) this.#removeAt(i);
    }
  }

  #find(idLow: number, idHigh: number): number {
    const lows = this.#idLow;
    for (let i = 0; i < lows.length; i++) {
      if (lows[i] === idLow && this.#idHigh[i] === idHigh) return i;
    }
    return -1;
  }

  #removeAt(index: number): void {
    this.#idLow.splice(index, 1);
    this.#idHigh.splice(index, 1);
    this.#timeNs.splice(index, 1);
  }
}
