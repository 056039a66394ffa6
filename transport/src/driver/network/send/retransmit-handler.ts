/** Sends again what a receiver lacks. */
export interface Resender {
  resend(termId: number, termOffset: number, length: number): void;
}

/** When and how often what is lost is sent again. Times are ns. */
export interface RetransmitOptions {
  /** How many ranges can be looked after at once: one receiver only ever lacks one. */
  readonly slotCount: number;
  /** One receiver: a new range replaces the old one when no slot is free. Else it counts as overflow. */
  readonly isUnicast: boolean;
  /** How long to wait before sending; 0 sends at once. */
  readonly delayNs: number;
  /** How long NAKs for a range are ignored after it was sent. */
  readonly lingerNs: number;
  readonly onOverflow: () => void;
}

const FREE = 0;
const DELAYED = 1;
const LINGERING = 2;

interface Slot {
  state: number;
  termId: number;
  termOffset: number;
  length: number;
  deadlineNs: number;
}

/**
 * Answers NAKs: each range once, however many receivers miss it at the same time.
 *
 * Source: driver-protocol §16; Aeron RetransmitHandler.
 */
export class RetransmitHandler {
  readonly #options: RetransmitOptions;
  readonly #slots: Slot[] = [];
  #activeCount: number = 0;

  constructor(options: RetransmitOptions) {
    this.#options = options;
    for (let i = 0; i < options.slotCount; i++) {
      this.#slots.push({ state: FREE, termId: 0, termOffset: 0, length: 0, deadlineNs: 0.5 });
    }
  }

  /** @param length as it will be sent: already cut to what flow control allows */
  onNak(
    termId: number,
    termOffset: number,
    length: number,
    nowNs: number,
    resender: Resender,
  ): void {
    const slots = this.#slots;
    let free: Slot | undefined;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as Slot;
      if (slot.state === FREE) {
        free ??= slot;
      } else if (
        slot.termId === termId &&
        slot.termOffset <= termOffset &&
        termOffset < slot.termOffset + slot.length
      ) {
        return;
      }
    }
    if (free === undefined) {
      if (!this.#options.isUnicast) {
        this.#options.onOverflow();
        return;
      }
      free = slots[0] as Slot;
    } else {
      this.#activeCount++;
    }
    free.termId = termId;
    free.termOffset = termOffset;
    free.length = length;
    if (this.#options.delayNs === 0) {
      this.#send(free, nowNs, resender);
    } else {
      free.state = DELAYED;
      free.deadlineNs = nowNs + this.#options.delayNs;
    }
  }

  /** Whether there is anything that time could change. Hot. */
  isActive(): boolean {
    return this.#activeCount > 0;
  }

  /** Every cycle while `isActive`. */
  processTimeouts(nowNs: number, resender: Resender): void {
    for (const slot of this.#slots) {
      if (slot.state === FREE || nowNs < slot.deadlineNs) continue;
      if (slot.state === DELAYED) {
        this.#send(slot, nowNs, resender);
      } else {
        slot.state = FREE;
        this.#activeCount--;
      }
    }
  }

  #send(slot: Slot, nowNs: number, resender: Resender): void {
    resender.resend(slot.termId, slot.termOffset, slot.length);
    slot.state = LINGERING;
    slot.deadlineNs = nowNs + this.#options.lingerNs;
  }
}
