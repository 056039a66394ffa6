import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildChannel,
  channelParams,
  type ChannelParams,
  describeChannelKey,
} from "../../src/protocol/channel-params.js";
import { ChannelUri, ChannelUriError } from "../../src/protocol/channel-uri.js";

const int32 = fc.integer();
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ maxLength: 30 }).filter((value) => !value.includes("|"));
const length = fc.nat({ max: 0x7fff_ffff });
const duration = fc.maxSafeNat();
const tags = fc.record({ channelTag: int64, entityTag: int64 }, { requiredKeys: [] });
const offset = fc.oneof(fc.constant("reserved" as const), int32);

const independent = fc.record(
  {
    endpoint: text,
    interface: text,
    control: text,
    controlMode: fc.constantFrom("dynamic" as const, "manual" as const, "response" as const),
    sessionId: fc.oneof(int32, fc.record({ tag: int64 })),
    streamId: int32,
    tags,
    alias: text,
    termLength: fc.integer({ min: 16, max: 30 }).map((bits) => 2 ** bits),
    mtu: fc.integer({ min: 2, max: 2047 }).map((count) => count * 32),
    lingerNs: duration,
    eos: fc.boolean(),
    sparse: fc.boolean(),
    spiesSimulateConnection: fc.boolean(),
    flowControl: text,
    groupTag: int64,
    congestionControl: text,
    receiverWindow: length,
    socketSendBuffer: length,
    socketReceiveBuffer: length,
    publicationWindow: length,
    maxResend: fc.integer({ min: 1, max: 256 }),
    nakDelayNs: duration,
    reliable: fc.boolean(),
    tether: fc.boolean(),
    group: fc.constantFrom(true, false, "infer" as const),
    rejoin: fc.boolean(),
    untetheredWindowLimitTimeoutNs: duration,
    untetheredLingerTimeoutNs: duration,
    untetheredRestingTimeoutNs: duration,
    ttl: fc.nat({ max: 255 }),
    responseEndpoint: text,
    responseCorrelationId: fc.oneof(int64, fc.constant("prototype" as const)),
    mediaReceiveTimestampOffset: offset,
    channelReceiveTimestampOffset: offset,
    channelSendTimestampOffset: offset,
  },
  { requiredKeys: [] },
);

const position = fc.option(
  fc
    .record({
      initialTermId: int32,
      ahead: fc.nat({ max: 0x7fff_ffff }),
      offset: fc.nat({ max: 2048 }),
    })
    .map((p) => ({
      initialTermId: p.initialTermId,
      termId: (p.initialTermId + p.ahead) | 0,
      termOffset: p.offset * 32,
    })),
  { nil: {} },
);

const params = fc
  .tuple(independent, position)
  .map(([some, more]): ChannelParams => ({ ...some, ...more }));

describe("channel URIs", () => {
  it("every typed channel survives being written and read", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("ipc" as const, "udp" as const),
        params,
        fc.boolean(),
        (media, given, isSpy) => {
          const built = buildChannel(media, given, { isSpy });
          const read = ChannelUri.parse(built.toString());
          expect(read).toEqual(built);
          expect(channelParams(read)).toEqual(given);
        },
      ),
    );
  });

  it("the parameters cover every key of the builder", () => {
    fc.assert(
      fc.property(params, (given) => {
        for (const key of buildChannel("udp", given).values.keys()) {
          expect(describeChannelKey(key)?.key).toBe(key);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("any text is a channel or a typed error", () => {
    const fragments = fc.constantFrom(
      "aeron:",
      "aeron-spy:",
      "udp",
      "ipc",
      "?",
      "|",
      "=",
      "term-length",
      "mtu",
      "session-id",
      "tag:",
      "64k",
      "-1",
      "99999999999999999999",
      "tags",
      ",",
      "linger",
      "5s",
      "é",
      "\u0000",
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fragments, fc.string({ maxLength: 5 })), { maxLength: 15 }),
        (parts) => {
          const raw = parts.join("");
          for (const candidate of [raw, `aeron:udp?${raw}`]) {
            try {
              const uri = ChannelUri.parse(candidate);
              expect(ChannelUri.parse(uri.toString())).toEqual(uri);
              channelParams(uri);
            } catch (error) {
              expect(error).toBeInstanceOf(ChannelUriError);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
