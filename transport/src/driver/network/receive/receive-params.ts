import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import type { DriverConfig } from "../../driver-config.js";
import type { UdpChannel } from "../media/udp-channel.js";

/** What a subscription's channel says about receiving, completed from the driver's settings. Lengths in bytes. */
export interface ReceiveParams {
  /** Before it is limited to half a term of the image. */
  readonly windowLength: number;
  readonly congestionControl: "cubic" | "static";
  readonly groupTag: bigint | undefined;
  readonly receiveTimestampOffset: number | "reserved" | undefined;
  readonly nakDelayNs: number | undefined;
}

/**
 * Completes and checks what a channel says about receiving.
 *
 * @throws {ControlError} INVALID_CHANNEL if it cannot be
 */
export function receiveParams(channel: UdpChannel, config: DriverConfig): ReceiveParams {
  const { params, text } = channel;
  const windowLength = params.receiverWindow ?? config.initialWindowLength;
  const receiveBuffer = params.socketReceiveBuffer ?? config.socketReceiveBufferLength;
  check(
    receiveBuffer === 0 || windowLength <= receiveBuffer,
    `receiver window must fit the socket's receive buffer: rcv-wnd=${windowLength} so-rcvbuf=${receiveBuffer} channel=${text}`,
  );
  check(windowLength > 0, `receiver window must not be empty: channel=${text}`);
  const congestionControl = params.congestionControl ?? config.congestionControl;
  if (congestionControl !== "cubic" && congestionControl !== "static") {
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `congestion control must be static or cubic: cc=${congestionControl.slice(0, 100)}`,
    );
  }
  check(
    params.mediaReceiveTimestampOffset === undefined,
    `receive time of the medium is not known here: media-rcv-ts-offset in channel=${text}`,
  );
  return {
    windowLength,
    congestionControl,
    groupTag: params.groupTag ?? config.receiverGroupTag,
    receiveTimestampOffset: params.channelReceiveTimestampOffset,
    nakDelayNs: params.nakDelayNs,
  };
}

/** A subscription that joins an endpoint may not ask for sockets other than it has. @throws {ControlError} */
export function checkSharedEndpoint(existing: UdpChannel, requested: UdpChannel): void {
  const same = (what: string, is: unknown, wanted: unknown): void => {
    check(
      wanted === undefined || wanted === is,
      `existing endpoint must match: ${what}=${String(is)} requested=${String(wanted)} existing=${existing.text} channel=${requested.text}`,
    );
  };
  const a = existing.params;
  const b = requested.params;
  same("so-rcvbuf", a.socketReceiveBuffer, b.socketReceiveBuffer);
  same("so-sndbuf", a.socketSendBuffer, b.socketSendBuffer);
  same("rcv-wnd", a.receiverWindow, b.receiverWindow);
  same("channel-rcv-ts-offset", a.channelReceiveTimestampOffset, b.channelReceiveTimestampOffset);
}

function check(isTrue: boolean, text: string): void {
  if (!isTrue) throw new ControlError(ErrorCode.INVALID_CHANNEL, text);
}
