import { isIPv4, isIPv6 } from "node:net";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import { UdpAddress } from "../udp-address.js";

/** Turns names into addresses without ever blocking. All calls come from the conductor's thread. */
export interface NameResolver {
  /**
   * The address of a host and port.
   *
   * @param hostAndPort `host:port`; IPv6 addresses in brackets
   * @param parameter of the channel, for error texts
   * @param isReResolution true asks anew where an answer may have been kept
   * @throws {ResolutionPending} if the answer is not there yet: ask again in a later duty cycle
   * @throws {ControlError} UNKNOWN_HOST if there is no such host, INVALID_CHANNEL if the text is no address
   */
  resolve(hostAndPort: string, parameter: string, isReResolution: boolean): UdpAddress;
  /** Every duty cycle. Returns work done. */
  doWork(): number;
  close(): void;
}

/**
 * A name is being looked up. Internal: whoever carries out a command lets it wait and tries again; it never
 * reaches a client. Throw it before there are side effects.
 */
export class ResolutionPending extends Error {
  override readonly name: string = "ResolutionPending";

  constructor(host: string) {
    super(`name is being resolved: host=${host}`);
  }
}

/** Host and port of an address text, the port checked, the host not. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Takes `host:port` apart; an IPv6 host comes without its brackets.
 *
 * @throws {ControlError} INVALID_CHANNEL unless both are there and the port is in 0..65535
 */
export function parseHostAndPort(text: string, parameter: string): HostAndPort {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? NaN);
  if (match === null || port > 65_535) {
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `address must have the form host:port: ${parameter}=${quote(text)}`,
    );
  }
  return { host: match[1] ?? match[2] ?? "", port };
}

/** Bytes of an IP address in text form, a zone left out; `undefined` if it is none. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  const address = text.replace(/%.*$/, "");
  if (!isIPv6(address)) return undefined;
  return ipv6Bytes(address);
}

/** @param text a valid IPv6 address */
function ipv6Bytes(text: string): Uint8Array {
  const lastColon = text.lastIndexOf(":");
  const tail = text.slice(lastColon + 1);
  // The last 32 bits may be written as an IPv4 address.
  const embedded = isIPv4(tail) ? Uint8Array.from(tail.split("."), Number) : undefined;
  const groups =
    embedded === undefined ? text : `${text.slice(0, lastColon + 1)}${groupsOf(embedded)}`;
  const [head = "", rest] = groups.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = rest === undefined || rest === "" ? [] : rest.split(":");
  const bytes = new Uint8Array(16);
  const put = (group: string, at: number): void => {
    const value = Number.parseInt(group, 16);
    bytes[at * 2] = value >> 8;
    bytes[at * 2 + 1] = value & 0xff;
  };
  for (const [i, group] of before.entries()) put(group, i);
  for (const [i, group] of after.entries()) put(group, 8 - after.length + i);
  return bytes;
}

function groupsOf(ipv4: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4;
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/** Literals and `localhost`: names that need nobody to ask. `undefined` for all others. */
export function resolveLiteral(host: string): Uint8Array | undefined {
  if (host.toLowerCase() === "localhost") return LOOPBACK;
  return parseIpAddress(host);
}

/** Resolves literals, `localhost` and the names of a table: for drivers without DNS, and for tests. */
export class TableNameResolver implements NameResolver {
  readonly #table: Map<string, Uint8Array>;

  constructor(table: Iterable<readonly [host: string, address: Uint8Array]> = []) {
    this.#table = new Map(table);
  }

  /** Gives a name another address, as when a host moves; `undefined` takes it away. */
  set(host: string, address: Uint8Array | undefined): void {
    if (address === undefined) this.#table.delete(host);
    else this.#table.set(host, address);
  }

  resolve(hostAndPort: string, parameter: string): UdpAddress {
    const { host, port } = parseHostAndPort(hostAndPort, parameter);
    const address = this.#table.get(host) ?? resolveLiteral(host);
    if (address === undefined) throw unknownHost(hostAndPort, parameter);
    return UdpAddress.of({ address, port });
  }

  doWork(): number {
    return 0;
  }

  close(): void {
    this.#table.clear();
  }
}

/** What a client is told about a name that nobody knows. */
export function unknownHost(hostAndPort: string, parameter: string): ControlError {
  return new ControlError(
    ErrorCode.UNKNOWN_HOST,
    `host must be known: ${parameter}=${quote(hostAndPort)}`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
