import {
  booleanKind,
  type ChannelTags,
  choiceKind,
  durationKind,
  int64Kind,
  integerKind,
  type ParamKind,
  responseIdKind,
  sessionIdKind,
  sizeKind,
  type TagReference,
  tagsKind,
  textKind,
  type TimestampOffset,
  timestampOffsetKind,
} from "./channel-param-kinds.js";
import { ChannelUri, ChannelUriError, type Media } from "./channel-uri.js";

/**
 * Every parameter of a channel, typed. Absent means the driver's default.
 *
 * P: publications, S: subscriptions. Lengths are bytes, times nanoseconds.
 * Source: Aeron `ChannelUri`, `ChannelUriStringBuilder`; design/features.md §1.3.
 */
export interface ChannelParams {
  /** P, S: address to send to or listen on, `host:port`; IPv6 in brackets. */
  readonly endpoint?: string;
  /** P, S: local interface: address, `address/prefix`, or `{name}`. */
  readonly interface?: string;
  /** P, S: control address of multi-destination and response channels. */
  readonly control?: string;
  /** P, S: how destinations come about. */
  readonly controlMode?: "dynamic" | "manual" | "response";
  /** P: the session id, or that of a tagged publication. S: the only session that is taken. int32. */
  readonly sessionId?: number | TagReference;
  /** P, S: stream id; must equal the one given beside the channel. int32. */
  readonly streamId?: number;
  /** P, S: tags for later reference. */
  readonly tags?: ChannelTags;
  /** P, S: a free name, not interpreted. */
  readonly alias?: string;
  /** P: bytes of a term: a power of two, 64 KiB to 1 GiB. */
  readonly termLength?: number;
  /** P: longest frame: a multiple of 32, above 32, up to 65504. */
  readonly mtu?: number;
  /** P: first term id of the stream. The three position parameters come together or not at all. int32. */
  readonly initialTermId?: number;
  /** P: term id at which the publication starts. int32. */
  readonly termId?: number;
  /** P: offset at which the publication starts: a multiple of 32, at most the term length. */
  readonly termOffset?: number;
  /** P: how long a closed publication stays to repair loss. */
  readonly lingerNs?: number;
  /** P: whether the end of the stream is signalled. Default true. */
  readonly eos?: boolean;
  /** P, S: whether log files are sparse. */
  readonly sparse?: boolean;
  /** P: whether a spy counts as a connection. */
  readonly spiesSimulateConnection?: boolean;
  /** P: flow control, as text: `max`, `min[,g:/N][,t:5s]`, `tagged,g:tag[/N][,t:5s]`. */
  readonly flowControl?: string;
  /** S: tag of the receiver in its status messages. int64. */
  readonly groupTag?: bigint;
  /** S: congestion control: `static`, `cubic`, or the name of another. */
  readonly congestionControl?: string;
  /** S: initial receiver window. */
  readonly receiverWindow?: number;
  /** P, S: send buffer of the socket. */
  readonly socketSendBuffer?: number;
  /** P, S: receive buffer of the socket. */
  readonly socketReceiveBuffer?: number;
  /** P: how far the publisher may run ahead of its slowest consumer. */
  readonly publicationWindow?: number;
  /** P: retransmits under way at most, 1..256. */
  readonly maxResend?: number;
  /** S: fixed delay of a NAK. */
  readonly nakDelayNs?: number;
  /** S: whether loss is repaired (default) or skipped. */
  readonly reliable?: boolean;
  /** S: whether the subscriber may hold back the publisher. Default true. */
  readonly tether?: boolean;
  /** S: whether NAKs back off as in a multicast group. */
  readonly group?: boolean | "infer";
  /** S: whether an image that became unavailable may come back. */
  readonly rejoin?: boolean;
  /** P, S: how long an untethered subscriber may stay beyond its window. */
  readonly untetheredWindowLimitTimeoutNs?: number;
  /** P, S: how long it lingers before its image goes. */
  readonly untetheredLingerTimeoutNs?: number;
  /** P, S: how long it rests before it may come back. */
  readonly untetheredRestingTimeoutNs?: number;
  /** P: time to live of multicast datagrams, 0..255; 0 is the system's default. */
  readonly ttl?: number;
  /** P, S: endpoint of a response channel. */
  readonly responseEndpoint?: string;
  /** P: subscription or image that a response channel answers; `prototype` only opens the port. */
  readonly responseCorrelationId?: bigint | "prototype";
  /** S: where the kernel's receive time goes. */
  readonly mediaReceiveTimestampOffset?: TimestampOffset;
  /** S: where the driver's receive time goes. */
  readonly channelReceiveTimestampOffset?: TimestampOffset;
  /** P: where the driver's send time goes. */
  readonly channelSendTimestampOffset?: TimestampOffset;
}

/** Name of a typed parameter. */
type ChannelParamName = keyof ChannelParams;

/** How one parameter is spelt in a URI, and what it means. */
export interface ChannelParamDescription<Value = unknown> {
  /** Key in the URI. */
  readonly key: string;
  /** Who takes it: publications, subscriptions or both. */
  readonly side: "both" | "publication" | "subscription";
  /** What it does, for `alerion uri`. */
  readonly meaning: string;
  readonly kind: ParamKind<Value>;
}

type Descriptions = {
  readonly [Name in ChannelParamName]-?: ChannelParamDescription<NonNullable<ChannelParams[Name]>>;
};

const MIB = 1024 * 1024;
const INT32_MIN = -0x8000_0000;
const INT32_MAX = 0x7fff_ffff;
const int32 = integerKind(INT32_MIN, INT32_MAX);
const length = sizeKind(0, INT32_MAX);

function param<Value>(
  key: string,
  side: ChannelParamDescription["side"],
  kind: ParamKind<Value>,
  meaning: string,
): ChannelParamDescription<Value> {
  return { key, side, kind, meaning };
}

// prettier-ignore
/** All parameters by name: the one table behind parser, builder, documentation and `alerion uri`. */
const channelParamDescriptions: Descriptions = {
  endpoint: param("endpoint", "both", textKind, "address to send to, or to listen on"),
  interface: param("interface", "both", textKind, "local interface"),
  control: param("control", "both", textKind, "control address of multi-destination or response channels"),
  controlMode: param("control-mode", "both", choiceKind("manual", "dynamic", "response"), "how destinations come about"),
  sessionId: param("session-id", "both", sessionIdKind, "session id of the publication, or the only one a subscription takes"),
  streamId: param("stream-id", "both", int32, "stream id; must equal the one given beside the channel"),
  tags: param("tags", "both", tagsKind, "tags under which channel and entity are found again"),
  alias: param("alias", "both", textKind, "free name, not interpreted"),
  termLength: param("term-length", "publication", sizeKind(64 * 1024, 1024 * MIB, "power-of-two"), "bytes of a term; the log holds three"),
  mtu: param("mtu", "publication", sizeKind(64, 65504, 32), "longest frame in bytes, header included"),
  initialTermId: param("init-term-id", "publication", int32, "first term id of the stream"),
  termId: param("term-id", "publication", int32, "term id at which the publication starts"),
  termOffset: param("term-offset", "publication", integerKind(0, 1024 * MIB, 32), "offset at which the publication starts"),
  lingerNs: param("linger", "publication", durationKind, "how long a closed publication stays to repair loss"),
  eos: param("eos", "publication", booleanKind, "whether the end of the stream is signalled"),
  sparse: param("sparse", "both", booleanKind, "whether log files are sparse"),
  spiesSimulateConnection: param("ssc", "publication", booleanKind, "whether a spy counts as a connection"),
  flowControl: param("fc", "publication", textKind, "flow control of multicast and multi-destination senders"),
  groupTag: param("gtag", "subscription", int64Kind, "tag of the receiver in its status messages"),
  congestionControl: param("cc", "subscription", textKind, "congestion control of the receiver"),
  receiverWindow: param("rcv-wnd", "subscription", length, "initial receiver window in bytes"),
  socketSendBuffer: param("so-sndbuf", "both", length, "send buffer of the socket in bytes"),
  socketReceiveBuffer: param("so-rcvbuf", "both", length, "receive buffer of the socket in bytes"),
  publicationWindow: param("pub-wnd", "publication", length, "how far the publisher may run ahead, in bytes"),
  maxResend: param("max-resend", "publication", integerKind(1, 256), "retransmits under way at most"),
  nakDelayNs: param("nak-delay", "subscription", durationKind, "fixed delay of a NAK"),
  reliable: param("reliable", "subscription", booleanKind, "whether loss is repaired or skipped"),
  tether: param("tether", "subscription", booleanKind, "whether the subscriber may hold back the publisher"),
  group: param("group", "subscription", choiceKind<boolean | "infer">(true, false, "infer"), "whether NAKs back off as in a multicast group"),
  rejoin: param("rejoin", "subscription", booleanKind, "whether an unavailable image may come back"),
  untetheredWindowLimitTimeoutNs: param("untethered-window-limit-timeout", "both", durationKind, "how long an untethered subscriber may stay beyond its window"),
  untetheredLingerTimeoutNs: param("untethered-linger-timeout", "both", durationKind, "how long it lingers before its image goes"),
  untetheredRestingTimeoutNs: param("untethered-resting-timeout", "both", durationKind, "how long it rests before it may come back"),
  ttl: param("ttl", "publication", integerKind(0, 255), "time to live of multicast datagrams"),
  responseEndpoint: param("response-endpoint", "both", textKind, "endpoint of a response channel"),
  responseCorrelationId: param("response-correlation-id", "publication", responseIdKind, "subscription or image that a response channel answers"),
  mediaReceiveTimestampOffset: param("media-rcv-ts-offset", "subscription", timestampOffsetKind, "where the kernel's receive time goes"),
  channelReceiveTimestampOffset: param("channel-rcv-ts-offset", "subscription", timestampOffsetKind, "where the driver's receive time goes"),
  channelSendTimestampOffset: param("channel-snd-ts-offset", "publication", timestampOffsetKind, "where the driver's send time goes"),
};

/** The table as a list. A kind is only ever given values of its own parameter. */
const descriptions = Object.entries(channelParamDescriptions) as unknown as readonly (readonly [
  ChannelParamName,
  ChannelParamDescription,
])[];

const byKey = new Map(descriptions.map(([name, { key }]) => [key, name]));

/** What the parameter of this key is; `undefined` for a key that Aeron does not know. */
export function describeChannelKey(key: string): ChannelParamDescription | undefined {
  const name = byKey.get(key);
  return name === undefined ? undefined : channelParamDescriptions[name];
}

/**
 * The typed parameters of a channel. Keys that Aeron does not know are left out, as its drivers ignore them.
 *
 * @throws {ChannelUriError} if a value is not what its parameter allows, or only some of the three position
 *   parameters are there
 */
export function channelParams(uri: ChannelUri): ChannelParams {
  const params: Partial<Record<ChannelParamName, unknown>> = {};
  for (const [key, text] of uri.values) {
    const name = byKey.get(key);
    if (name === undefined) continue;
    const kind = channelParamDescriptions[name].kind as ParamKind<unknown>;
    const value = kind.parse(text);
    if (value === undefined || kind.check(value) !== undefined) {
      throw new ChannelUriError(
        `parameter must be ${kind.expected}: ${key}=${JSON.stringify(text.slice(0, 100))}`,
        key,
      );
    }
    params[name] = value;
  }
  const typed = params as ChannelParams;
  checkPositionParams(typed);
  return typed;
}

/**
 * Builds a channel from typed parameters, in the order of the table.
 *
 * @throws {ChannelUriError} if a value is not what its parameter allows
 */
export function buildChannel(
  media: Media,
  params: ChannelParams,
  options: { isSpy?: boolean } = {},
): ChannelUri {
  const values = new Map<string, string>();
  for (const [name, { key, kind }] of descriptions) {
    const value: unknown = params[name];
    if (value === undefined) continue;
    const problem = kind.check(value);
    const text = kind.format(value);
    if (problem !== undefined || text.includes("|")) {
      throw new ChannelUriError(
        `parameter must be ${kind.expected}: ${key}=${JSON.stringify(text.slice(0, 100))}`,
        key,
      );
    }
    values.set(key, text);
  }
  checkPositionParams(params);
  const uri = new ChannelUri(media, values, options.isSpy ?? false);
  // The one check that needs the whole text: its length.
  return ChannelUri.parse(uri.toString());
}

/** The channel of `buildChannel` as text. */
export function formatChannel(media: Media, params: ChannelParams = {}): string {
  return buildChannel(media, params).toString();
}

function checkPositionParams(params: ChannelParams): void {
  const given = [params.initialTermId, params.termId, params.termOffset];
  const count = given.filter((value) => value !== undefined).length;
  if (count === 0) return;
  if (count < given.length) {
    throw new ChannelUriError(
      `position parameters must come together: init-term-id=${params.initialTermId} term-id=${params.termId} term-offset=${params.termOffset}`,
      "term-id",
    );
  }
  const { initialTermId = 0, termId = 0, termOffset = 0, termLength } = params;
  if (((termId - initialTermId) | 0) < 0) {
    throw new ChannelUriError(
      `term id must not lie before the initial term id: init-term-id=${initialTermId} term-id=${termId}`,
      "term-id",
    );
  }
  if (termLength !== undefined && termOffset > termLength) {
    throw new ChannelUriError(
      `term offset must not exceed the term length: term-offset=${termOffset} term-length=${termLength}`,
      "term-offset",
    );
  }
}
