import type { ChannelUri } from "../../../protocol/channel-uri.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { checkSendDestination, checkSendDestinationUri } from "../media/channel-checks.js";
import { UdpChannel } from "../media/udp-channel.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import type { SendEndpoint } from "./send-endpoints.js";
import type { SenderCommands } from "./sender-commands.js";

/** Adds and removes the destinations of publications with `control-mode=manual`. */
export class SendDestinations {
  readonly #context: NetworkConductorContext;
  readonly #sender: SenderCommands;

  constructor(context: NetworkConductorContext, sender: SenderCommands) {
    this.#context = context;
    this.#sender = sender;
  }

  /** @throws {ControlError} INVALID_CHANNEL unless the endpoint takes destinations, and this one */
  add(endpoint: SendEndpoint, destinationId: bigint, uri: ChannelUri): void {
    checkIsManual(endpoint);
    const channel = this.#parse(uri);
    const address = channel.remoteData;
    const { endpoint: name = "" } = channel.params;
    endpoint.destinations.push({ destinationId, endpoint: name, address: address.clone() });
    const { endpointId } = endpoint;
    this.#sender.addDestination({
      endpointId,
      destinationId,
      address: { address: address.address, port: address.port },
    });
  }

  /** Removes by address; nothing happens if it is not there. */
  remove(endpoint: SendEndpoint, uri: ChannelUri): void {
    checkIsManual(endpoint);
    const channel = this.#parse(uri);
    const { endpoint: name } = channel.params;
    const found = endpoint.destinations.find(
      (each) => each.endpoint === name || each.address.equals(channel.remoteData),
    );
    if (found !== undefined) this.#remove(endpoint, found.destinationId);
  }

  /** @throws {ControlError} GENERIC_ERROR if there is no such destination */
  removeById(endpoint: SendEndpoint, destinationId: bigint): void {
    checkIsManual(endpoint);
    if (endpoint.destinations.some((each) => each.destinationId === destinationId)) {
      this.#remove(endpoint, destinationId);
      return;
    }
    throw new ControlError(
      ErrorCode.GENERIC_ERROR,
      `destination must be known: registrationId=${destinationId} channel=${endpoint.channel.text}`,
    );
  }

  #parse(uri: ChannelUri): UdpChannel {
    checkSendDestinationUri(uri);
    const channel = UdpChannel.parse(uri, this.#context.channels, true);
    checkSendDestination(channel);
    return channel;
  }

  #remove(endpoint: SendEndpoint, destinationId: bigint): void {
    const { destinations, endpointId } = endpoint;
    const index = destinations.findIndex((each) => each.destinationId === destinationId);
    destinations.splice(index, 1);
    this.#sender.removeDestination({ endpointId, destinationId });
  }
}

function checkIsManual({ channel }: SendEndpoint): void {
  if (channel.controlMode === "manual") return;
  throw new ControlError(
    ErrorCode.INVALID_CHANNEL,
    `channel must have control-mode=manual for destinations: channel=${channel.text}`,
  );
}
