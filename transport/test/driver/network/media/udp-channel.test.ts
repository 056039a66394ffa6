import { describe, expect, it } from "vitest";
import {
  checkPublicationChannel,
  checkSendDestination,
  checkSendDestinationUri,
  checkSubscriptionChannel,
} from "../../../../src/driver/network/media/channel-checks.js";
import { TableNameResolver } from "../../../../src/driver/network/media/name-resolver.js";
import {
  receiveTransportRequest,
  sendTransportRequests,
} from "../../../../src/driver/network/media/transport-requests.js";
import { channelContext, UdpChannel } from "../../../../src/driver/network/media/udp-channel.js";
import { driverDefaults } from "../../../../src/driver/driver-config.js";
import { UdpAddress } from "../../../../src/driver/network/udp-address.js";
import type { SocketAddress } from "../../../../src/os/os.js";
import { ChannelUri } from "../../../../src/protocol/channel-uri.js";
import { ManualClock } from "../../../support/manual-clock.js";
import { SimNetwork } from "../../../support/sim-network.js";

const host = new SimNetwork(new ManualClock()).host("10.0.0.5", "fd00::5");
const resolver = new TableNameResolver([["venue", Uint8Array.of(10, 0, 0, 9)]]);
const context = channelContext(resolver, host);

function parse(params: string, isDestination = false): UdpChannel {
  return UdpChannel.parse(ChannelUri.parse(`aeron:udp?${params}`), context, isDestination);
}

function addressText(address: SocketAddress | undefined): string {
  return address === undefined ? "none" : UdpAddress.of(address).toString();
}

function addresses(channel: UdpChannel): string[] {
  return [channel.localData, channel.remoteData, channel.localControl, channel.remoteControl].map(
    String,
  );
}

describe("a UDP channel", () => {
  it("sends from any address to its endpoint", () => {
    const channel = parse("endpoint=127.0.0.1:40123");
    expect(addresses(channel)).toEqual([
      "0.0.0.0:0",
      "127.0.0.1:40123",
      "0.0.0.0:0",
      "127.0.0.1:40123",
    ]);
    expect(channel).toMatchObject({
      canonicalForm: "UDP-0.0.0.0:0-127.0.0.1:40123",
      controlMode: "none",
      isMulticast: false,
      hasExplicitControl: false,
      hasExplicitEndpoint: true,
    });
  });

  it("keeps names in its canonical form, and resolves them", () => {
    const channel = parse("endpoint=venue:40123|interface=10.0.0.0/24");
    expect(channel.canonicalForm).toBe("UDP-10.0.0.5:0-venue:40123");
    expect(String(channel.remoteData)).toBe("10.0.0.9:40123");
    expect(String(parse("endpoint=localhost:1").remoteData)).toBe("127.0.0.1:1");
  });

  it("binds to its control address", () => {
    const channel = parse("control=localhost:9000|control-mode=dynamic");
    expect(channel.canonicalForm).toBe("UDP-localhost:9000-0.0.0.0:0");
    expect(addresses(channel)).toEqual([
      "127.0.0.1:9000",
      "0.0.0.0:0",
      "127.0.0.1:9000",
      "0.0.0.0:0",
    ]);
    expect(channel.isMultiDestination).toBe(true);
    expect(channel.hasGroupSemantics).toBe(true);
  });

  it("takes the family of its endpoint", () => {
    const channel = parse("endpoint=[fd00::7]:40123");
    expect(channel.canonicalForm).toBe("UDP-[0:0:0:0:0:0:0:0]:0-[fd00::7]:40123");
    expect(channel.remoteData.family).toBe(6);
    expect(channel.localData.family).toBe(6);
    expect(String(parse("endpoint=[::1]:5|interface=[fd00::]/64").localData)).toBe(
      "[fd00:0:0:0:0:0:0:5]:0",
    );
  });

  it("has control one above data on multicast", () => {
    const channel = parse("endpoint=224.20.30.39:40456|interface=10.0.0.0/8|ttl=4");
    expect(addresses(channel)).toEqual([
      "10.0.0.5:0",
      "224.20.30.39:40456",
      "10.0.0.5:0",
      "224.20.30.40:40456",
    ]);
    expect(channel).toMatchObject({
      canonicalForm: "UDP-10.0.0.5:0-224.20.30.39:40456",
      isMulticast: true,
      multicastTtl: 4,
      hasGroupSemantics: true,
    });
    expect(String(parse("endpoint=[ff02::1]:9").remoteControl)).toBe("[ff02:0:0:0:0:0:0:2]:9");
  });

  it("finds interfaces by address, mask and name, real ones before the loopback", () => {
    const local = (iface: string): string =>
      String(parse(`endpoint=10.0.0.9:1|interface=${iface}`).localData);
    expect(local("{eth0}")).toBe("10.0.0.5:0");
    expect(local("{eth0}:77")).toBe("10.0.0.5:77");
    expect(local("{lo}")).toBe("127.0.0.1:0");
    expect(local("localhost")).toBe("127.0.0.1:0");
    expect(local("10.0.0.5:9")).toBe("10.0.0.5:9");
    expect(local("0.0.0.0")).toBe("0.0.0.0:0");
    expect(String(parse("endpoint=224.0.1.1:1").localData)).toBe("10.0.0.5:0");
    expect(String(parse("endpoint=224.0.1.1:1|interface=localhost").localData)).toBe("127.0.0.1:0");
  });

  it("shares no endpoint when its port or address is the system's choice", () => {
    const forms = ["endpoint=localhost:0", "endpoint=localhost:0", "control-mode=manual"].map(
      (params) => parse(params).canonicalForm,
    );
    expect(new Set(forms).size).toBe(3);
    expect(parse("endpoint=localhost:0|tags=7").canonicalForm).toBe("UDP-0.0.0.0:0-localhost:0#7");
    expect(parse("endpoint=localhost:0", true).canonicalForm).toBe("UDP-0.0.0.0:0-localhost:0");
  });

  it("is found by its tag if nothing contradicts", () => {
    const existing = parse("endpoint=localhost:5000|tags=3");
    expect(parse("tags=3").matchesTag(existing)).toBe(true);
    expect(parse("endpoint=localhost:5000|tags=3").matchesTag(existing)).toBe(true);
    expect(parse("tags=4").matchesTag(existing)).toBe(false);
    expect(parse("endpoint=localhost:5000").matchesTag(existing)).toBe(false);
    expect(() => parse("tags=3|endpoint=localhost:5001").matchesTag(existing)).toThrow(
      "endpoint or control",
    );
    expect(() => parse("tags=3|control-mode=manual").matchesTag(existing)).toThrow("control-mode");
    expect(() => parse("tags=3|so-rcvbuf=1k").matchesTag(existing)).toThrow("so-rcvbuf");
  });

  it.each([
    ["alias=nothing", "must have an endpoint"],
    ["endpoint=localhost:5000|control-mode=dynamic", "control address"],
    ["endpoint=224.0.1.2:5000", "odd byte"],
    ["endpoint=localhost", "host:port"],
    ["endpoint=localhost:70000", "host:port"],
    ["endpoint=fd00::5:40123", "host:port"],
    ["endpoint=localhost:1|interface={eth9}", "interface must exist"],
    ["endpoint=localhost:1|interface=192.168.0.0/16", "interface must exist"],
    ["endpoint=localhost:1|interface=eth0", "interface must be address"],
    ["endpoint=localhost:1|interface=10.0.0.5/33", "interface must be address"],
    ["endpoint=224.0.1.1:1|interface={eth9}", "interface must exist"],
  ])("is refused with INVALID_CHANNEL: %s", (params, text) => {
    expect(() => parse(params)).toThrow(
      expect.objectContaining({ errorCode: 1, message: expect.stringContaining(text) as string }),
    );
  });

  it("is refused with UNKNOWN_HOST for a name that nobody knows", () => {
    expect(() => parse("endpoint=nowhere:1")).toThrow(expect.objectContaining({ errorCode: 9 }));
    expect(() => parse("control=nowhere:1|control-mode=dynamic")).toThrow("control=");
  });

  it("is refused by use", () => {
    expect(() => checkPublicationChannel(parse("endpoint=localhost:0"))).toThrow(
      "must have a port",
    );
    expect(() => checkPublicationChannel(parse("control=localhost:1"))).toThrow("control mode");
    expect(() => checkSubscriptionChannel(parse("control=localhost:0"))).toThrow(
      "must have a port",
    );
    expect(() => checkSendDestination(parse("endpoint=localhost:0", true))).toThrow("port");
    const destination = (uri: string): void => checkSendDestinationUri(ChannelUri.parse(uri));
    for (const param of ["mtu=2048", "rcv-wnd=64k", "so-sndbuf=1k", "response-correlation-id=1"]) {
      expect(() => destination(`aeron:udp?endpoint=localhost:1|${param}`)).toThrow("parameter");
    }
    expect(() => destination("aeron-spy:aeron:udp?endpoint=localhost:1")).toThrow("spy");
    expect(() => destination("aeron:ipc")).toThrow("udp");
    for (const params of [
      "endpoint=localhost:1",
      "control=localhost:0|control-mode=dynamic",
      "control-mode=manual",
      "control=localhost:1|control-mode=response",
      "tags=3",
    ]) {
      expect(() => checkPublicationChannel(parse(params))).not.toThrow();
    }
  });
});

describe("sockets of a channel", () => {
  it("are one connected socket for a unicast sender, an unconnected one for several destinations", () => {
    const unicast = sendTransportRequests(
      parse("endpoint=localhost:5000|so-sndbuf=64k"),
      driverDefaults,
    );
    expect(unicast.control).toBeUndefined();
    expect(addressText(unicast.data.connect)).toBe("127.0.0.1:5000");
    expect(unicast.data).toMatchObject({ sendBufferLength: 65536, receiveBufferLength: 131072 });
    const mdc = sendTransportRequests(
      parse("control=localhost:5000|control-mode=dynamic"),
      driverDefaults,
    );
    expect(mdc.data.connect).toBeUndefined();
    expect(addressText(mdc.data.bind)).toBe("127.0.0.1:5000");
  });

  it("are two for a multicast sender and one for a receiver", () => {
    const channel = parse("endpoint=224.0.1.1:5000|interface=10.0.0.5|ttl=3");
    const { data, control } = sendTransportRequests(channel, driverDefaults);
    expect(addressText(data.connect)).toBe("224.0.1.1:5000");
    expect(data.multicastTtl).toBe(3);
    expect(control?.group?.address).toEqual(Uint8Array.of(224, 0, 1, 2));
    expect(control?.reuseAddress).toBe(true);
    const receive = receiveTransportRequest(channel, driverDefaults);
    expect(receive.group?.address).toEqual(Uint8Array.of(224, 0, 1, 1));
    expect(addressText(receive.bind)).toBe("0.0.0.0:5000");
  });

  it("bind a receiver to its endpoint", () => {
    const channel = parse("endpoint=localhost:0");
    expect(addressText(receiveTransportRequest(channel, driverDefaults).bind)).toBe("127.0.0.1:0");
  });
});
