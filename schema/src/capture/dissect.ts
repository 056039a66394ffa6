/**
 * From a captured packet to the UDP or TCP payload in it: link layer, VLAN tags, IPv4 or IPv6. Checksums
 * are not looked at, since captures of outgoing packets often have wrong ones.
 *
 * Sources: LINKTYPE list of tcpdump.org; IEEE 802.1Q; RFC 791, 8200, 768, 9293.
 */
import type { CapturedPacket } from "./captured-packet.js";
import { ipv4Text, ipv6Text } from "./ip-text.js";

/** One end of a connection. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What every dissected packet has. */
interface Addressed {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** A view of the file's bytes. */
  readonly payload: Uint8Array;
  /** True when the capture cut the packet before the payload's end. */
  readonly isCut: boolean;
}

/** A UDP datagram. */
export interface UdpPacket extends Addressed {
  readonly kind: "udp";
}

/** A TCP segment. */
export interface TcpPacket extends Addressed {
  readonly kind: "tcp";
  /** uint32. */
  readonly sequence: number;
  readonly isSyn: boolean;
  readonly isReset: boolean;
}

/** Why there is no payload: what it is not, or what is wrong with it. */
export type SkipReason =
  /** A link layer that is not known here. */
  | "link-type"
  /** Neither IPv4 nor IPv6. */
  | "not-ip"
  /** A part of an IP packet; fragments are not put together. */
  | "fragment"
  /** IP, but neither UDP nor TCP. */
  | "protocol"
  /** Headers that contradict themselves or are cut. */
  | "malformed";

/** A packet without a payload to look at. */
export interface SkippedPacket {
  readonly kind: "skipped";
  readonly reason: SkipReason;
}

/** What is in a packet. */
export type Dissected = UdpPacket | TcpPacket | SkippedPacket;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
/** More tags than this on one frame are taken for garbage. */
const VLAN_DEPTH_MAX = 4;
/** More IPv6 extension headers than this are taken for garbage. */
const EXTENSION_COUNT_MAX = 8;

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** Looks into a packet; any bytes give a result. */
export function dissect(packet: CapturedPacket): Dissected {
  const { data } = packet;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const result = linkLayer(packet.linkType, { view, data });
  return typeof result === "string" ? { kind: "skipped", reason: result } : result;
}

interface Frame {
  readonly view: DataView;
  readonly data: Uint8Array;
}

/** A dissected packet, or why there is none. */
type Outcome = UdpPacket | TcpPacket | SkipReason;

function linkLayer(linkType: number, frame: Frame): Outcome {
  switch (linkType) {
    case 0: // BSD loopback: address family in the byte order of the machine
    case 108: // OpenBSD loopback: the same, big endian
      return ipByVersion(frame, 4);
    case 1:
      return byEtherType(frame, 12);
    case 12: // raw IP, as some systems number it
    case 14:
    case 101: // raw IP
    case 228: // raw IPv4
    case 229: // raw IPv6
      return ipByVersion(frame, 0);
    case 113: // Linux cooked, version 1
      return byEtherType(frame, 14);
    case 276: // Linux cooked, version 2: the type stands first
      return frame.view.byteLength < 20
        ? "malformed"
        : byEtherTypeAt(frame, frame.view.getUint16(0), 20);
    default:
      return "link-type";
  }
}

/** The EtherType at `typeOffset`, behind any VLAN tags. */
function byEtherType(frame: Frame, typeOffset: number): Outcome {
  const { view } = frame;
  let at = typeOffset;
  for (let depth = 0; depth <= VLAN_DEPTH_MAX; depth++) {
    if (at + 2 > view.byteLength) return "malformed";
    const type = view.getUint16(at);
    if (!VLAN_TAGS.has(type)) return byEtherTypeAt(frame, type, at + 2);
    at += 4;
  }
  return "malformed";
}

function byEtherTypeAt(frame: Frame, type: number, at: number): Outcome {
  switch (type) {
    case ETHERTYPE_IPV4:
      return ipv4(frame, at);
    case ETHERTYPE_IPV6:
      return ipv6(frame, at);
    default:
      return "not-ip";
  }
}

function ipByVersion(frame: Frame, at: number): Outcome {
  if (at >= frame.view.byteLength) return "malformed";
  switch (frame.view.getUint8(at) >> 4) {
    case 4:
      return ipv4(frame, at);
    case 6:
      return ipv6(frame, at);
    default:
      return "not-ip";
  }
}

/** The part of a packet that IP carries. */
interface IpPayload {
  readonly source: string;
  readonly destination: string;
  readonly start: number;
  /** Where it ends by the IP header; beyond the captured bytes where the capture cut it. */
  readonly end: number;
}

function ipv4(frame: Frame, at: number): Outcome {
  const { view } = frame;
  const left = view.byteLength - at;
  if (left < 20 || view.getUint8(at) >> 4 !== 4) return "malformed";
  const headerLength = (view.getUint8(at) & 0x0f) * 4;
  // 0 in captures of packets that the network card was to cut into segments.
  const totalLength = view.getUint16(at + 2) || left;
  if (headerLength < 20 || headerLength > left || totalLength < headerLength) return "malformed";
  // All bits but "don't fragment" and the reserved one: more fragments, or an offset.
  if ((view.getUint16(at + 6) & 0x3fff) !== 0) return "fragment";
  return transport(frame, view.getUint8(at + 9), {
    source: ipv4Text(view, at + 12),
    destination: ipv4Text(view, at + 16),
    start: at + headerLength,
    end: at + totalLength,
  });
}

function ipv6(frame: Frame, at: number): Outcome {
  const { view } = frame;
  const left = view.byteLength - at;
  if (left < 40 || view.getUint8(at) >> 4 !== 6) return "malformed";
  const payloadLength = view.getUint16(at + 4) || left - 40;
  const end = at + 40 + payloadLength;
  let protocol = view.getUint8(at + 6);
  let start = at + 40;
  for (let count = 0; count <= EXTENSION_COUNT_MAX; count++) {
    const length = extensionLength(view, protocol, start);
    if (length === undefined) return "malformed";
    if (length === 0) {
      return transport(frame, protocol, {
        source: ipv6Text(view, at + 8),
        destination: ipv6Text(view, at + 24),
        start,
        end,
      });
    }
    // Offset and "more fragments"; a fragment header without either is a whole packet.
    if (protocol === 44 && (view.getUint16(start + 2) & 0xfff9) !== 0) return "fragment";
    protocol = view.getUint8(start);
    start += length;
  }
  return "malformed";
}

/** Bytes of the extension header; 0 when the protocol is none, undefined when it is cut. */
function extensionLength(view: DataView, protocol: number, start: number): number | undefined {
  switch (protocol) {
    case 0: // hop-by-hop options
    case 43: // routing
    case 60: // destination options
      return start + 8 > view.byteLength ? undefined : (view.getUint8(start + 1) + 1) * 8;
    case 44: // fragment
      return start + 8 > view.byteLength ? undefined : 8;
    case 51: // authentication
      return start + 8 > view.byteLength ? undefined : (view.getUint8(start + 1) + 2) * 4;
    default:
      return 0;
  }
}

function transport(frame: Frame, protocol: number, ip: IpPayload): Outcome {
  switch (protocol) {
    case PROTOCOL_UDP:
      return udp(frame, ip);
    case PROTOCOL_TCP:
      return tcp(frame, ip);
    default:
      return "protocol";
  }
}

function udp(frame: Frame, ip: IpPayload): Outcome {
  const { view } = frame;
  const { start } = ip;
  if (start + 8 > Math.min(ip.end, view.byteLength)) return "malformed";
  const length = view.getUint16(start + 4);
  if (length < 8 || start + length > ip.end) return "malformed";
  return { kind: "udp", ...addressed(frame, ip, start + 8, start + length) };
}

function tcp(frame: Frame, ip: IpPayload): Outcome {
  const { view } = frame;
  const { start } = ip;
  if (start + 20 > Math.min(ip.end, view.byteLength)) return "malformed";
  const headerLength = (view.getUint8(start + 12) >> 4) * 4;
  const payload = start + headerLength;
  if (headerLength < 20 || payload > Math.min(ip.end, view.byteLength)) return "malformed";
  const flags = view.getUint8(start + 13);
  return {
    kind: "tcp",
    ...addressed(frame, ip, payload, ip.end),
    sequence: view.getUint32(start + 4),
    isSyn: (flags & 2) !== 0,
    isReset: (flags & 4) !== 0,
  };
}

/** Ports are the first two fields of UDP and TCP alike. */
function addressed({ view, data }: Frame, ip: IpPayload, start: number, end: number): Addressed {
  return {
    source: { address: ip.source, port: view.getUint16(ip.start) },
    destination: { address: ip.destination, port: view.getUint16(ip.start + 2) },
    payload: data.subarray(start, Math.min(end, data.length)),
    isCut: end > data.length,
  };
}
