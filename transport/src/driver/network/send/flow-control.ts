import type { StatusMessage } from "./status-message.js";

/**
 * Decides how far a publication may send: its limit is a position, and receivers move it by their status messages.
 *
 * All of it happens in the sender. Positions are bytes, times monotonic ns. Source: driver-protocol §15.
 */
export interface FlowControl {
  /** Whether time alone may move the limit: then `onIdle` is to be asked in every idle cycle. */
  readonly tracksReceivers: boolean;
  /**
   * A receiver says where it is.
   *
   * @param position of the message
   * @returns the new limit
   */
  onStatusMessage(
    message: StatusMessage,
    position: number,
    senderLimit: number,
    nowNs: number,
  ): number;
  /** A receiver asks for a setup. */
  onTriggerSendSetup(message: StatusMessage, nowNs: number): void;
  /** The setup that was asked for goes out. Returns the limit. */
  onSetup(senderLimit: number, senderPosition: number, nowNs: number): number;
  /** Nothing was sent in this cycle. Returns the limit, which may move back. */
  onIdle(nowNs: number, senderLimit: number, senderPosition: number): number;
  /** A receiver refuses the stream. */
  onError(receiver: ErrorSource, nowNs: number): void;
  /** Whether as many receivers are there as the publication needs to count as connected. */
  hasRequiredReceivers(): boolean;
}

/** Who sent an error frame. */
export interface ErrorSource {
  readonly receiverIdLow: number;
  readonly receiverIdHigh: number;
  readonly hasGroupTag: boolean;
  readonly groupTagLow: number;
  readonly groupTagHigh: number;
}

/** Follows whoever is furthest: unicast, where there is but one, and `fc=max` of groups. */
export class MaxFlowControl implements FlowControl {
  readonly tracksReceivers: boolean = false;

  onStatusMessage(message: StatusMessage, position: number, senderLimit: number): number {
    return Math.max(senderLimit, position + message.windowLength);
  }

  onTriggerSendSetup(): void {
    // Nobody is tracked.
  }

  onSetup(senderLimit: number): number {
    return senderLimit;
  }

  onIdle(_nowNs: number, senderLimit: number): number {
    return senderLimit;
  }

  onError(): void {
    // Nobody is tracked.
  }

  hasRequiredReceivers(): boolean {
    return true;
  }
}
