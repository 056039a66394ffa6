import { ErrorCode } from "../../../protocol/error-code.js";
import type { ChannelUri } from "../../../protocol/channel-uri.js";
import { ControlError } from "../../control-error.js";
import type { UdpChannel } from "./udp-channel.js";

/*
 * What a channel may not be, depending on who asks for it. Source: driver-protocol §20.
 */

/** @throws {ControlError} INVALID_CHANNEL unless a publication can be on this channel */
export function checkPublicationChannel(channel: UdpChannel): void {
  const { controlMode, text } = channel;
  check(
    channel.isMultiDestination || !channel.hasExplicitEndpoint || channel.remoteData.port !== 0,
    `endpoint of a publication must have a port: channel=${text}`,
  );
  check(
    controlMode !== "none" || channel.hasExplicitEndpoint || channel.tag !== undefined,
    `publication must have an endpoint or a control mode: channel=${text}`,
  );
}

/** @throws {ControlError} INVALID_CHANNEL unless a subscription can be on this channel */
export function checkSubscriptionChannel(channel: UdpChannel): void {
  check(
    !channel.hasExplicitControl || channel.localControl.port !== 0,
    `control address of a subscription must have a port: channel=${channel.text}`,
  );
}

const NOT_IN_SEND_DESTINATIONS = [
  "mtu",
  "rcv-wnd",
  "so-rcvbuf",
  "so-sndbuf",
  "response-correlation-id",
];

/** Before names are resolved. @throws {ControlError} INVALID_CHANNEL unless it can be a publication's destination */
export function checkSendDestinationUri(uri: ChannelUri): void {
  const text = uri.toString();
  check(!uri.isSpy, `destination of a publication must not be a spy: channel=${text}`);
  check(uri.media === "udp", `destination of a publication must be udp: channel=${text}`);
  for (const key of NOT_IN_SEND_DESTINATIONS) {
    check(!uri.has(key), `destination must not have the parameter ${key}: channel=${text}`);
  }
}

/** @throws {ControlError} INVALID_CHANNEL unless it can be a publication's destination */
export function checkSendDestination(channel: UdpChannel): void {
  check(
    channel.hasExplicitEndpoint && channel.remoteData.port !== 0,
    `destination must have an endpoint with a port: channel=${channel.text}`,
  );
}

function check(isTrue: boolean, text: string): void {
  if (!isTrue) throw new ControlError(ErrorCode.INVALID_CHANNEL, text);
}
