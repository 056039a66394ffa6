import type { MulticastInterface } from "../../../os/os.js";
import { type ChannelParams, channelParams } from "../../../protocol/channel-params.js";
import type { ChannelUri } from "../../../protocol/channel-uri.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { UdpAddress } from "../udp-address.js";
import type { UdpNetwork } from "../udp-network.js";
import {
  anyInterface,
  findInterface,
  type InterfaceSearch,
  parseInterfaceSearch,
} from "./interface-search.js";
import type { NameResolver } from "./name-resolver.js";

/** How the destinations of a channel come about. */
export type ControlMode = "dynamic" | "manual" | "none" | "response";

/** What a channel's addresses are found with. */
export interface ChannelContext {
  readonly resolver: NameResolver;
  readonly network: Pick<UdpNetwork, "interfaces">;
  /** A number that no other channel of the driver was given. */
  readonly nextUnique: () => number;
}

/** A context that counts its channels. */
export function channelContext(
  resolver: NameResolver,
  network: Pick<UdpNetwork, "interfaces">,
): ChannelContext {
  let unique = 0;
  return { resolver, network, nextUnique: () => unique++ };
}

/** Addresses that a channel works with; each family is that of the remote side. */
interface ChannelAddresses {
  /** Where data goes, or where it is listened to. Any address, port 0, when the channel does not say. */
  readonly remoteData: UdpAddress;
  /** Multicast: the group of the control frames. Else as `remoteData`. */
  readonly remoteControl: UdpAddress;
  /** Where a sender's socket is bound. */
  readonly localData: UdpAddress;
  readonly localControl: UdpAddress;
}

/**
 * A UDP channel with everything that its URI says, checked, names resolved.
 *
 * Source: driver-protocol §9 (sockets), §20; Aeron `UdpChannel`.
 */
export class UdpChannel implements ChannelAddresses {
  readonly uri: ChannelUri;
  /** The URI as the client wrote it. */
  readonly text: string;
  readonly params: ChannelParams;
  readonly controlMode: ControlMode;
  readonly isMulticast: boolean;
  readonly hasExplicitEndpoint: boolean;
  readonly hasExplicitControl: boolean;
  readonly remoteData: UdpAddress;
  readonly remoteControl: UdpAddress;
  readonly localData: UdpAddress;
  readonly localControl: UdpAddress;
  /** Interface of a multicast channel. */
  readonly multicastInterface: MulticastInterface | undefined;
  /** 0: the driver's. */
  readonly multicastTtl: number;
  /** Two channels with the same form share an endpoint. */
  readonly canonicalForm: string;
  /** Tag under which the channel is found again. */
  readonly tag: bigint | undefined;

  private constructor(
    uri: ChannelUri,
    params: ChannelParams,
    addresses: ChannelAddresses,
    canonicalForm: string,
    multicastInterface: MulticastInterface | undefined,
  ) {
    this.uri = uri;
    this.text = uri.toString();
    this.params = params;
    this.controlMode = params.controlMode ?? "none";
    this.isMulticast = multicastInterface !== undefined;
    this.hasExplicitEndpoint = params.endpoint !== undefined;
    this.hasExplicitControl = params.control !== undefined;
    this.remoteData = addresses.remoteData;
    this.remoteControl = addresses.remoteControl;
    this.localData = addresses.localData;
    this.localControl = addresses.localControl;
    this.multicastInterface = multicastInterface;
    this.multicastTtl = params.ttl ?? 0;
    this.canonicalForm = canonicalForm;
    this.tag = params.tags?.channelTag;
  }

  /**
   * Interprets a URI.
   *
   * @param isDestination of a multi-destination publication or subscription: needs no form of its own
   * @throws {ChannelUriError} if a parameter is not what its type allows
   * @throws {ControlError} INVALID_CHANNEL, UNKNOWN_HOST
   * @throws {ResolutionPending} if a name is not resolved yet
   */
  static parse(
    uri: ChannelUri,
    context: ChannelContext,
    isDestination: boolean = false,
  ): UdpChannel {
    check(uri.media === "udp", `media must be udp: uri=${uri.toString()}`);
    const params = channelParams(uri);
    const { resolver } = context;
    const endpoint =
      params.endpoint === undefined
        ? undefined
        : resolver.resolve(params.endpoint, "endpoint", false);
    const control =
      params.control === undefined ? undefined : resolver.resolve(params.control, "control", false);
    checkDistinguishable(uri, params);
    const remote = endpoint ?? anyAddress(control);
    if (isMulticastAddress(remote)) return UdpChannel.#multicast(uri, params, remote, context);

    const needsSuffix =
      !isDestination &&
      ((endpoint === undefined && control === undefined) ||
        endpoint?.port === 0 ||
        control?.port === 0);
    const suffix = !needsSuffix
      ? ""
      : params.tags?.channelTag === undefined
        ? `-${context.nextUnique()}`
        : `#${params.tags.channelTag}`;
    const local = control ?? localAddress(params, remote, context);
    const localText = params.control ?? local.toString();
    const canonicalForm = `UDP-${localText}-${params.endpoint ?? remote.toString()}${suffix}`;
    const addresses = {
      remoteData: remote,
      remoteControl: remote,
      localData: local,
      localControl: local,
    };
    return new UdpChannel(uri, params, addresses, canonicalForm, undefined);
  }

  static #multicast(
    uri: ChannelUri,
    params: ChannelParams,
    group: UdpAddress,
    context: ChannelContext,
  ): UdpChannel {
    const bytes = group.address;
    const last = bytes.length - 1;
    const lastByte = bytes[last] ?? 0;
    check(
      (lastByte & 1) === 1,
      `multicast data address must end in an odd byte: endpoint=${params.endpoint}`,
    );
    bytes[last] = lastByte + 1;
    const controlGroup = UdpAddress.of({ address: bytes, port: group.port });
    const search = interfaceSearch(params, group);
    const { iface, address } = findInterface(
      search,
      group.family,
      context.network.interfaces(),
      true,
    );
    const addresses = {
      remoteData: group,
      remoteControl: controlGroup,
      localData: address,
      localControl: address,
    };
    const multicastInterface =
      group.family === 4 ? { address: address.address } : { index: iface.index };
    const canonicalForm = `UDP-${address.toString()}-${group.toString()}`;
    return new UdpChannel(uri, params, addresses, canonicalForm, multicastInterface);
  }

  /** Whether a publication has several destinations: known by control mode, not by address. */
  get isMultiDestination(): boolean {
    return this.controlMode === "dynamic" || this.controlMode === "manual";
  }

  /** Whether NAKs back off and setups carry the group flag, unless the subscription says. */
  get hasGroupSemantics(): boolean {
    return this.isMulticast || this.isMultiDestination;
  }

  /**
   * Whether this channel refers to `existing` by its tag.
   *
   * @throws {ControlError} INVALID_CHANNEL if the tag is the same and the rest contradicts
   */
  matchesTag(existing: UdpChannel): boolean {
    if (this.tag === undefined || this.tag !== existing.tag) return false;
    const differs = (what: string): string =>
      `channels with the same tag must agree: tag=${this.tag} differs=${what} existing=${existing.text} requested=${this.text}`;
    check(
      this.controlMode === "none" || this.controlMode === existing.controlMode,
      differs("control-mode"),
    );
    const saysNothing = !this.hasExplicitEndpoint && !this.hasExplicitControl;
    check(
      saysNothing ||
        (this.remoteData.equals(existing.remoteData) && this.localData.equals(existing.localData)),
      differs("endpoint or control"),
    );
    const a = this.params;
    const b = existing.params;
    check(agree(a.socketReceiveBuffer, b.socketReceiveBuffer), differs("so-rcvbuf"));
    check(agree(a.socketSendBuffer, b.socketSendBuffer), differs("so-sndbuf"));
    return true;
  }
}

function agree(wanted: number | undefined, existing: number | undefined): boolean {
  return wanted === undefined || wanted === existing;
}

function checkDistinguishable(uri: ChannelUri, params: ChannelParams): void {
  const { endpoint, control, controlMode, tags } = params;
  check(
    controlMode !== "dynamic" || control !== undefined,
    `dynamic control mode must come with a control address: uri=${uri.toString()}`,
  );
  check(
    endpoint !== undefined ||
      control !== undefined ||
      tags?.channelTag !== undefined ||
      controlMode === "manual" ||
      controlMode === "response",
    `udp channel must have an endpoint, a control address, a tag, or control-mode=manual: uri=${uri.toString()}`,
  );
}

function anyAddress(like: UdpAddress | undefined): UdpAddress {
  return UdpAddress.of({ address: new Uint8Array(like?.family === 6 ? 16 : 4), port: 0 });
}

function interfaceSearch(params: ChannelParams, remote: UdpAddress): InterfaceSearch {
  return params.interface === undefined
    ? anyInterface(remote.family)
    : parseInterfaceSearch(params.interface);
}

function localAddress(
  params: ChannelParams,
  remote: UdpAddress,
  context: ChannelContext,
): UdpAddress {
  const search = interfaceSearch(params, remote);
  const { address } = search;
  if (address !== undefined && address.every((byte) => byte === 0)) {
    // The family is the remote's: a socket has one.
    return UdpAddress.of({
      address: new Uint8Array(remote.family === 4 ? 4 : 16),
      port: search.port,
    });
  }
  return findInterface(search, remote.family, context.network.interfaces(), false).address;
}

/** Whether an address is a multicast group. */
export function isMulticastAddress(address: UdpAddress): boolean {
  const first = (address.words[0] as number) & 0xff;
  return address.family === 4 ? first >= 224 && first < 240 : first === 0xff;
}

/** Whether an address is the one that stands for all of a host. */
export function isAnyAddress(address: UdpAddress): boolean {
  const { words } = address;
  return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 0;
}

function check(isTrue: boolean, text: string): void {
  if (!isTrue) throw new ControlError(ErrorCode.INVALID_CHANNEL, text);
}
