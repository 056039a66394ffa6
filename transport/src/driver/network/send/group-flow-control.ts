import type { ErrorSource, FlowControl } from "./flow-control.js";
import { RECEIVER_COUNT_MAX } from "./limits.js";
import type { StatusMessage } from "./status-message.js";

/** Whom a group's flow control waits for. */
export interface GroupFlowControlOptions {
  /** Receivers without which the publication is not connected. */
  readonly groupMinSize: number;
  /** A receiver that is silent for this long no longer counts. */
  readonly receiverTimeoutNs: number;
  /** Only receivers with this tag count (`fc=tagged`); all when absent (`fc=min`). */
  readonly groupTag?: bigint;
  /** Is told how many receivers count, when that changes. */
  readonly onReceiverCount: (count: number) => void;
}

interface Receiver {
  readonly idLow: number;
  readonly idHigh: number;
  /** Position up to which it takes data. */
  limit: number;
  timeOfLastMessageNs: number;
  hasEnded: boolean;
}

/**
 * Waits for the slowest receiver: all of a group (`fc=min`), or those with a tag (`fc=tagged`).
 *
 * A receiver that comes late joins only if it is not far behind. While one that asked for a setup is on its way
 * in, the limit is held, so that it finds the stream where the setup says.
 *
 * Source: driver-protocol §15; Aeron AbstractMinMulticastFlowControl.
 */
export class GroupFlowControl implements FlowControl {
  readonly tracksReceivers: boolean = true;
  readonly #options: GroupFlowControlOptions;
  readonly #isTagged: boolean;
  readonly #tagLow: number;
  readonly #tagHigh: number;
  readonly #receivers: Receiver[] = [];
  #isSetupAskedFor: boolean = false;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #heldLimit: number = Number.MAX_VALUE;
  #heldUntilNs: number = 0.5;

  constructor(options: GroupFlowControlOptions) {
    this.#options = options;
    const { groupTag } = options;
    this.#isTagged = groupTag !== undefined;
    this.#tagLow = Number(BigInt.asIntN(32, groupTag ?? 0n));
    this.#tagHigh = Number(BigInt.asIntN(32, (groupTag ?? 0n) >> 32n));
  }

  /** Receivers that count. */
  get receiverCount(): number {
    return this.#receivers.length;
  }

  onStatusMessage(
    message: StatusMessage,
    position: number,
    senderLimit: number,
    nowNs: number,
  ): number {
    const { windowLength } = message;
    const limit = position + windowLength;
    const isTracked = this.#matches(message);
    const receivers = this.#receivers;
    let min = this.#bound(nowNs);
    let isKnown = false;
    for (let i = 0; i < receivers.length; i++) {
      const receiver = receivers[i] as Receiver;
      if (isTracked && isSame(receiver, message)) {
        isKnown = true;
        receiver.limit = limit;
        receiver.timeOfLastMessageNs = nowNs;
        receiver.hasEnded = message.isEndOfStream;
      }
      if (receiver.limit < min) min = receiver.limit;
    }
    if (
      isTracked &&
      !isKnown &&
      !message.isEndOfStream &&
      receivers.length < RECEIVER_COUNT_MAX &&
      (receivers.length === 0 || limit >= min - windowLength)
    ) {
      this.#add(message, limit, nowNs);
      min = Math.min(min, limit);
    }
    return this.#limitOf(senderLimit, limit, min);
  }

  onTriggerSendSetup(message: StatusMessage): void {
    if (this.#matches(message)) this.#isSetupAskedFor = true;
  }

  onSetup(senderLimit: number, _senderPosition: number, nowNs: number): number {
    if (this.#isSetupAskedFor) {
      this.#isSetupAskedFor = false;
      if (this.#receivers.length > 0) {
        this.#heldLimit = senderLimit;
        this.#heldUntilNs = nowNs + this.#options.receiverTimeoutNs;
      }
    }
    return senderLimit;
  }

  onIdle(nowNs: number, senderLimit: number): number {
    const receivers = this.#receivers;
    let min = this.#bound(nowNs);
    let hasChanged = false;
    for (let i = receivers.length - 1; i >= 0; i--) {
      const receiver = receivers[i] as Receiver;
      const isSilent = nowNs - receiver.timeOfLastMessageNs > this.#options.receiverTimeoutNs;
      if (isSilent || receiver.hasEnded) {
        receivers.splice(i, 1);
        hasChanged = true;
      } else if (receiver.limit < min) {
        min = receiver.limit;
      }
    }
    if (hasChanged) this.#options.onReceiverCount(receivers.length);
    if (receivers.length === 0 || receivers.length < this.#options.groupMinSize) return senderLimit;
    return min;
  }

  onError(source: ErrorSource): void {
    if (this.#isTagged && !this.#matches(source)) return;
    for (const receiver of this.#receivers) {
      if (isSame(receiver, source)) receiver.hasEnded = true;
    }
  }

  hasRequiredReceivers(): boolean {
    return this.#receivers.length >= this.#options.groupMinSize;
  }

  #limitOf(senderLimit: number, limit: number, min: number): number {
    const count = this.#receivers.length;
    if (count < this.#options.groupMinSize) return senderLimit;
    if (count === 0) return Math.max(senderLimit, limit);
    return Math.max(senderLimit, min);
  }

  #bound(nowNs: number): number {
    if (nowNs > this.#heldUntilNs) this.#heldLimit = Number.MAX_VALUE;
    return this.#heldLimit;
  }

  #add(message: StatusMessage, limit: number, nowNs: number): void {
    this.#receivers.push({
      idLow: message.receiverIdLow,
      idHigh: message.receiverIdHigh,
      limit,
      timeOfLastMessageNs: nowNs,
      hasEnded: false,
    });
    this.#heldLimit = Number.MAX_VALUE;
    this.#options.onReceiverCount(this.#receivers.length);
  }

  #matches(message: ErrorSource): boolean {
    if (!this.#isTagged) return true;
    return (
      message.hasGroupTag &&
      message.groupTagLow === this.#tagLow &&
      message.groupTagHigh === this.#tagHigh
    );
  }
}

function isSame(receiver: Receiver, message: ErrorSource): boolean {
  return receiver.idLow === message.receiverIdLow && receiver.idHigh === message.receiverIdHigh;
}
