import type { AddressFamily } from "../../../os/os.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { UdpAddress } from "../udp-address.js";
import type { LocalInterface } from "../udp-network.js";
import { parseIpAddress } from "./name-resolver.js";

/** What `interface=` asks for: an address within a network, or an interface by name. */
export interface InterfaceSearch {
  readonly text: string;
  /** `undefined`: by name. */
  readonly address: Uint8Array | undefined;
  readonly prefixLength: number;
  readonly interfaceName: string | undefined;
  readonly port: number;
}

/** An interface that was found, and the address of it that was meant. */
export interface FoundInterface {
  readonly iface: LocalInterface;
  readonly address: UdpAddress;
}

/**
 * Reads `address[:port][/prefix]`, IPv6 addresses in brackets, or `{name}[:port]`.
 *
 * Source: driver-protocol §20; Aeron `InterfaceSearchAddress`.
 *
 * @throws {ControlError} INVALID_CHANNEL
 */
export function parseInterfaceSearch(text: string): InterfaceSearch {
  const named = /^\{([^{}]+)\}(?::(\d{1,5}))?$/.exec(text);
  if (named !== null) {
    const port = Number(named[2] ?? 0);
    if (port > 65_535) throw malformed(text);
    return { text, address: undefined, prefixLength: 0, interfaceName: named[1], port };
  }
  const match = /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d{1,5}))?(?:\/(\d{1,3}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const address = host === "localhost" ? Uint8Array.of(127, 0, 0, 1) : parseIpAddress(host);
  if (match === null || address === undefined) throw malformed(text);
  const bits = address.length * 8;
  const port = Number(match[3] ?? 0);
  const prefixLength = Number(match[4] ?? bits);
  if (port > 65_535 || prefixLength > bits) throw malformed(text);
  return { text, address, prefixLength, interfaceName: undefined, port };
}

/** The search for any interface of a family. */
export function anyInterface(family: AddressFamily): InterfaceSearch {
  const address = new Uint8Array(family === 4 ? 4 : 16);
  return { text: "any", address, prefixLength: 0, interfaceName: undefined, port: 0 };
}

/**
 * Finds the interface that a search means: the one with the longest network prefix, the loopback last.
 *
 * @param isMulticast whether it must take multicast
 * @throws {ControlError} INVALID_CHANNEL if there is none
 */
export function findInterface(
  search: InterfaceSearch,
  family: AddressFamily,
  interfaces: readonly LocalInterface[],
  isMulticast: boolean,
): FoundInterface {
  const candidates: { iface: LocalInterface; bytes: Uint8Array; prefixLength: number }[] = [];
  for (const iface of interfaces) {
    if (isMulticast && !iface.isMulticast && !iface.isLoopback) continue;
    for (const { address, prefixLength } of iface.addresses) {
      if (matches(search, iface, address, family)) {
        candidates.push({ iface, bytes: address, prefixLength });
      }
    }
  }
  candidates.sort(
    (a, b) =>
      Number(a.iface.isLoopback) - Number(b.iface.isLoopback) || b.prefixLength - a.prefixLength,
  );
  const [best] = candidates;
  if (best === undefined) {
    const names = interfaces.map(({ name }) => name).join(",");
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `interface must exist: interface=${search.text} family=IPv${family} interfaces=${names}`,
    );
  }
  return {
    iface: best.iface,
    address: UdpAddress.of({ address: best.bytes, port: search.port }),
  };
}

function matches(
  search: InterfaceSearch,
  iface: LocalInterface,
  address: Uint8Array,
  family: AddressFamily,
): boolean {
  if (search.address === undefined) {
    return iface.name === search.interfaceName && address.length === (family === 4 ? 4 : 16);
  }
  return (
    address.length === search.address.length &&
    startsAlike(address, search.address, search.prefixLength)
  );
}

function startsAlike(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
    if ((((a[bit >> 3] ?? 0) ^ (b[bit >> 3] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

function malformed(text: string): ControlError {
  return new ControlError(
    ErrorCode.INVALID_CHANNEL,
    `interface must be address[:port][/prefix] or {name}[:port]: interface=${JSON.stringify(text.slice(0, 100))}`,
  );
}
