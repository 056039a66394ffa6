import type { ChannelParams } from "../protocol/channel-params.js";
import { ErrorCode } from "../protocol/error-code.js";
import { ControlError } from "./control-error.js";
import type { DriverConfig } from "./driver-config.js";

/** Settings of a subscription: from its channel, else from the driver. */
export interface SubscriptionParams {
  readonly sessionId: number | undefined;
  readonly isReliable: boolean;
  readonly isTether: boolean;
  readonly isRejoin: boolean;
  readonly isSparse: boolean;
  /** Waits for the session of its response publication. */
  readonly isResponse: boolean;
  readonly group: boolean | "infer";
  readonly untetheredWindowLimitTimeoutNs: number;
  readonly untetheredLingerTimeoutNs: number;
  readonly untetheredRestingTimeoutNs: number;
}

/** @throws {ControlError} INVALID_CHANNEL if the channel contradicts the command */
export function subscriptionParams(
  params: ChannelParams,
  streamId: number,
  config: DriverConfig,
): SubscriptionParams {
  checkStreamId(params, streamId);
  const { sessionId } = params;
  if (typeof sessionId === "object") {
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `session id of a subscription must be a number: session-id=tag:${sessionId.tag}`,
    );
  }
  const windowLimitTimeoutNs =
    params.untetheredWindowLimitTimeoutNs ?? config.untetheredWindowLimitTimeoutNs;
  return {
    sessionId,
    isReliable: params.reliable ?? config.reliableStream,
    isTether: params.tether ?? config.tetherSubscriptions,
    isRejoin: params.rejoin ?? config.rejoinStream,
    isSparse: params.sparse ?? config.termBufferSparseFile,
    isResponse: params.controlMode === "response",
    group: params.group ?? "infer",
    untetheredWindowLimitTimeoutNs: windowLimitTimeoutNs,
    untetheredLingerTimeoutNs:
      params.untetheredLingerTimeoutNs ?? defaultLingerNs(config, windowLimitTimeoutNs),
    untetheredRestingTimeoutNs:
      params.untetheredRestingTimeoutNs ?? config.untetheredRestingTimeoutNs,
  };
}

/** The untethered linger timeout that applies when the channel has none: -1 stands for the window limit's. */
export function defaultLingerNs(config: DriverConfig, windowLimitTimeoutNs: number): number {
  const lingerNs = config.untetheredLingerTimeoutNs;
  return lingerNs === -1 ? windowLimitTimeoutNs : lingerNs;
}

/** @throws {ControlError} INVALID_CHANNEL if the channel names another stream than the command */
export function checkStreamId(params: ChannelParams, streamId: number): void {
  if (params.streamId !== undefined && params.streamId !== streamId) {
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `stream id of the channel must be that of the command: channel=${params.streamId} command=${streamId}`,
    );
  }
}
