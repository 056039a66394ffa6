import type { DriverConfig } from "../../driver-config.js";
import { UdpAddress } from "../udp-address.js";
import type { TransportRequest } from "../udp-network.js";
import type { UdpChannel } from "./udp-channel.js";

type SocketConfig = Pick<
  DriverConfig,
  "socketMulticastTtl" | "socketReceiveBufferLength" | "socketSendBufferLength"
>;

/** The sockets of a sender: one, or two for multicast, where control frames come to a group of their own. */
export interface SendTransportRequests {
  readonly data: TransportRequest;
  readonly control: TransportRequest | undefined;
}

/** The sockets that a publication's endpoint needs. */
export function sendTransportRequests(
  channel: UdpChannel,
  config: SocketConfig,
): SendTransportRequests {
  const buffers = bufferLengths(channel, config);
  const { family } = channel.remoteData;
  if (channel.multicastInterface !== undefined) {
    const any = UdpAddress.of({ address: new Uint8Array(family === 4 ? 4 : 16), port: 0 });
    const ttl = channel.multicastTtl === 0 ? config.socketMulticastTtl : channel.multicastTtl;
    return {
      data: {
        family,
        bind: any,
        connect: channel.remoteData,
        multicastInterface: channel.multicastInterface,
        ...(ttl === 0 ? {} : { multicastTtl: ttl }),
        reuseAddress: false,
        ...buffers,
      },
      control: groupRequest(channel.remoteControl, channel, buffers),
    };
  }
  const bind = channel.localControl;
  const isConnected = !channel.isMultiDestination && channel.controlMode !== "response";
  return {
    data: {
      family: bind.family,
      bind,
      ...(isConnected ? { connect: channel.remoteData } : {}),
      reuseAddress: false,
      ...buffers,
    },
    control: undefined,
  };
}

/** The socket that a subscription's endpoint, or a destination of it, needs. */
export function receiveTransportRequest(
  channel: UdpChannel,
  config: SocketConfig,
): TransportRequest {
  const buffers = bufferLengths(channel, config);
  if (channel.multicastInterface !== undefined) {
    const ttl = channel.multicastTtl === 0 ? config.socketMulticastTtl : channel.multicastTtl;
    return {
      ...groupRequest(channel.remoteData, channel, buffers),
      multicastInterface: channel.multicastInterface,
      ...(ttl === 0 ? {} : { multicastTtl: ttl }),
    };
  }
  const bind = channel.remoteData;
  return { family: bind.family, bind, reuseAddress: false, ...buffers };
}

interface BufferLengths {
  readonly receiveBufferLength?: number;
  readonly sendBufferLength?: number;
}

function groupRequest(
  group: UdpAddress,
  channel: UdpChannel,
  buffers: BufferLengths,
): TransportRequest {
  const { family } = group;
  return {
    family,
    bind: UdpAddress.of({ address: new Uint8Array(family === 4 ? 4 : 16), port: group.port }),
    group: { address: group.address, iface: channel.multicastInterface ?? {} },
    reuseAddress: true,
    ...buffers,
  };
}

/** What the sockets of a channel are asked for; absent means the system's. */
export function bufferLengths(channel: UdpChannel, config: SocketConfig): BufferLengths {
  const receive = channel.params.socketReceiveBuffer ?? config.socketReceiveBufferLength;
  const send = channel.params.socketSendBuffer ?? config.socketSendBufferLength;
  return {
    ...(receive === 0 ? {} : { receiveBufferLength: receive }),
    ...(send === 0 ? {} : { sendBufferLength: send }),
  };
}
