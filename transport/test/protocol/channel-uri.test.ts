import { describe, expect, it } from "vitest";
import { buildChannel, channelParams, formatChannel } from "../../src/protocol/channel-params.js";
import { ChannelUri, ChannelUriError } from "../../src/protocol/channel-uri.js";

describe("ChannelUri", () => {
  it("takes media, spy prefix and parameters apart", () => {
    const uri = ChannelUri.parse("aeron-spy:aeron:udp?endpoint=localhost:40123|alias=a=b");
    expect(uri.isSpy).toBe(true);
    expect(uri.media).toBe("udp");
    expect([...uri.values]).toEqual([
      ["endpoint", "localhost:40123"],
      ["alias", "a=b"],
    ]);
  });

  it("keeps the last of duplicate keys and empty values", () => {
    const uri = ChannelUri.parse("aeron:ipc?alias=one|mtu=1408|alias=");
    expect(uri.get("alias")).toBe("");
    expect(uri.toString()).toBe("aeron:ipc?alias=|mtu=1408");
  });

  it.each([
    ["", /must start with/],
    ["udp?endpoint=a:1", /must start with/],
    ["aeron-spy:ipc", /must start with/],
    ["aeron:", /media must be/],
    ["aeron:tcp?endpoint=a:1", /media must be/],
    ["aeron:ipc:x", /media must be/],
    ["aeron:ipc?", /form key=value/],
    ["aeron:ipc?alias", /form key=value/],
    ["aeron:ipc?a=1||b=2", /form key=value/],
    ["aeron:ipc?=1", /must have a key/],
    [`aeron:ipc?alias=${"x".repeat(4096)}`, /at most 4095/],
  ])("refuses %j", (text, reason) => {
    expect(() => ChannelUri.parse(text)).toThrow(ChannelUriError);
    expect(() => ChannelUri.parse(text)).toThrow(reason);
  });
});

describe("channel parameters", () => {
  it("have types: sizes, times, booleans, tags", () => {
    const params = channelParams(
      ChannelUri.parse(
        "aeron:udp?endpoint=[::1]:40123|term-length=64k|mtu=8k|linger=2s|nak-delay=100us|eos=false|" +
          "tags=1,2|session-id=tag:7|fc=tagged,g:101/2,t:5s|group=infer|gtag=-5|" +
          "response-correlation-id=prototype|channel-snd-ts-offset=reserved|something=else",
      ),
    );
    expect(params).toEqual({
      endpoint: "[::1]:40123",
      termLength: 65536,
      mtu: 8192,
      lingerNs: 2_000_000_000,
      nakDelayNs: 100_000,
      eos: false,
      tags: { channelTag: 1n, entityTag: 2n },
      sessionId: { tag: 7n },
      flowControl: "tagged,g:101/2,t:5s",
      group: "infer",
      groupTag: -5n,
      responseCorrelationId: "prototype",
      channelSendTimestampOffset: "reserved",
    });
  });

  it("only 'true' is true", () => {
    expect(channelParams(ChannelUri.parse("aeron:ipc?tether=TRUE")).tether).toBe(false);
  });

  it.each([
    ["term-length=65537", "term-length"],
    ["term-length=32k", "term-length"],
    ["term-length=2g", "term-length"],
    ["mtu=33", "mtu"],
    ["mtu=32", "mtu"],
    ["mtu=65536", "mtu"],
    ["session-id=2147483648", "session-id"],
    ["session-id=tag:x", "session-id"],
    ["stream-id=1.5", "stream-id"],
    ["linger=5 s", "linger"],
    ["linger=9223372036854775807s", "linger"],
    ["control-mode=automatic", "control-mode"],
    ["tags=1,2,3", "tags"],
    ["max-resend=0", "max-resend"],
    ["ttl=256", "ttl"],
    ["gtag=9223372036854775808", "gtag"],
    ["init-term-id=1|term-id=1", "term-id"],
    ["init-term-id=2|term-id=1|term-offset=0", "term-id"],
    ["init-term-id=1|term-id=1|term-offset=31", "term-offset"],
    ["term-length=64k|init-term-id=1|term-id=1|term-offset=65568", "term-offset"],
  ])("refuses %s and names the parameter", (query, parameter) => {
    try {
      channelParams(ChannelUri.parse(`aeron:ipc?${query}`));
      expect.fail("was not refused");
    } catch (error) {
      expect(error).toBeInstanceOf(ChannelUriError);
      expect((error as ChannelUriError).parameter).toBe(parameter);
      expect((error as ChannelUriError).code).toBe("CHANNEL_URI");
    }
  });

  it("take term ids that wrap", () => {
    const params = channelParams(
      ChannelUri.parse("aeron:ipc?init-term-id=2147483647|term-id=-2147483648|term-offset=64"),
    );
    expect(params.termId).toBe(-2147483648);
  });

  it("are written in one order with the largest exact unit", () => {
    expect(
      formatChannel("udp", {
        termLength: 128 * 1024,
        lingerNs: 1_500_000,
        sessionId: -7,
        endpoint: "localhost:40123",
      }),
    ).toBe("aeron:udp?endpoint=localhost:40123|session-id=-7|term-length=128k|linger=1500us");
    expect(formatChannel("ipc")).toBe("aeron:ipc");
  });

  it("are checked when a channel is built too", () => {
    expect(() => buildChannel("ipc", { termLength: 5 })).toThrow(ChannelUriError);
    expect(() => buildChannel("ipc", { alias: "a|b" })).toThrow(ChannelUriError);
    expect(() => buildChannel("ipc", { alias: "x".repeat(5000) })).toThrow(/at most 4095/);
  });
});
