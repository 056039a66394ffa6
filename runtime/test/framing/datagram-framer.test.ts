import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlerionError } from "@alerion/runtime";
import {
  BackToBackFramer,
  DatagramFramer,
  DERIBIT_PACKET,
  deribitChannel,
  deribitSequenceNumber,
  MDP3_MESSAGE,
  MDP3_PACKET_HEADER_LENGTH,
  mdp3SendingTime,
  mdp3SendingTimeHigh,
  mdp3SendingTimeLow,
  mdp3SequenceNumber,
} from "@alerion/runtime/framing";
import { guardedView } from "../support/guarded-view.js";
import { Collector, bytesOf, codeOf, viewOf } from "./support.js";

const HEADER = "1fd22601 c0f1084c6b0e1214";

function hand(framer: { onMessage: DatagramFramer["onMessage"] }, hex: string): void {
  const bytes = bytesOf(hex);
  framer.onMessage(viewOf(bytes), 0, bytes.length);
}

describe("a datagram framer", () => {
  it("hands on every message of a packet, and where the packet header lies", () => {
    const seen: string[] = [];
    const framer: DatagramFramer = new DatagramFramer(
      MDP3_MESSAGE,
      {
        onMessage(view, offset, length) {
          const packet = framer.packetOffset;
          const low = mdp3SendingTimeLow(view, packet);
          const high = mdp3SendingTimeHigh(view, packet);
          expect((BigInt(high) << 32n) | BigInt(low)).toBe(mdp3SendingTime(view, packet));
          seen.push(`${mdp3SequenceNumber(view, packet)} ${view.getUint8(offset)} ${length}`);
        },
      },
      { packetHeaderLength: MDP3_PACKET_HEADER_LENGTH },
    );
    const bytes = bytesOf(`ffff ${HEADER} 0300 07 0400 0809 0200`.replace("0200", "0300 0a"));
    framer.onMessage(viewOf(bytes), 2, bytes.length - 2);
    expect(seen).toStrictEqual(["19321375 7 1", "19321375 8 2", "19321375 10 1"]);
    expect(framer.messageCount).toBe(3);
    expect(framer.datagramCount).toBe(1);
  });

  it.each([
    ["a frame beyond the end", `${HEADER} 0300 07 0400 08`, "FRAME_TRUNCATED"],
    ["half a length at the end", `${HEADER} 0300 07 04`, "FRAME_TRUNCATED"],
    ["a length below two", `${HEADER} 0300 07 0100`, "FRAME_TOO_SHORT"],
    ["a zero length", `${HEADER} 0000`, "FRAME_TOO_SHORT"],
    ["a datagram shorter than its header", "1fd2", "FRAME_TRUNCATED"],
  ])("drops %s whole, counts it and says why", (_, hex, code) => {
    const collector = new Collector();
    const codes: string[] = [];
    const framer = new DatagramFramer(MDP3_MESSAGE, collector, {
      packetHeaderLength: MDP3_PACKET_HEADER_LENGTH,
      onMalformed: (malformed) => codes.push(malformed),
    });
    hand(framer, hex);
    expect(collector.messages).toStrictEqual([]);
    expect(codes).toStrictEqual([code]);
    expect(framer.malformedCount).toBe(1);
  });

  it("stops when its handler changes the bytes that are still to come", () => {
    const codes: string[] = [];
    const framer = new DatagramFramer(
      MDP3_MESSAGE,
      { onMessage: (view) => view.setUint16(3, 0xffff, true) },
      { onMalformed: (code) => codes.push(code) },
    );
    hand(framer, "0300 07 0300 08");
    expect(framer.messageCount).toBe(1);
    expect(codes).toStrictEqual(["FRAME_TRUNCATED"]);
  });

  it("refuses a datagram outside of the view", () => {
    const framer = new DatagramFramer(MDP3_MESSAGE, new Collector());
    expect(codeOf(() => framer.onMessage(viewOf(new Uint8Array(2)), 1, 2))).toBe(
      "FRAMING_RANGE_INVALID",
    );
  });

  it("reads any bytes without leaving them, and hands on all or nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 14 }), (bytes, headerLength) => {
        const collector = new Collector();
        const framer = new DatagramFramer(MDP3_MESSAGE, collector, {
          packetHeaderLength: headerLength,
        });
        const { view, offset } = guardedView(bytes);
        framer.onMessage(view, offset, bytes.length);
        const handed = collector.messages.reduce((sum, message) => sum + message.length + 2, 0);
        expect(handed).toBe(framer.malformedCount === 1 ? 0 : bytes.length - headerLength);
      }),
    );
  });
});

describe("messages back to back", () => {
  /** Messages whose first byte is their length. */
  const measure = (view: DataView, offset: number): number => {
    const length = view.getUint8(offset);
    if (length === 0x63) throw new AlerionError("UNKNOWN", "length must be known");
    return length;
  };

  it("are cut where the measure says, in a Deribit datagram", () => {
    const seen: string[] = [];
    const messages = new BackToBackFramer(measure, {
      onMessage: (view, offset, length) => seen.push(`${view.getUint8(offset)} ${length}`),
    });
    hand(new DatagramFramer(DERIBIT_PACKET, messages), "0600 0100 3b000000 01 02aa 03bbcc");
    expect(seen).toStrictEqual(["1 1", "2 2", "3 3"]);
    const header = viewOf(bytesOf("0600 0100 3b000000"));
    expect(deribitChannel(header, 0)).toBe(1);
    expect(deribitSequenceNumber(header, 0)).toBe(59);
  });

  it.each([
    ["that cannot be measured", "01 63 01", "UNKNOWN"],
    ["without length", "01 00 01", "FRAME_TOO_SHORT"],
    ["beyond the end", "01 03 01", "FRAME_TRUNCATED"],
  ])("end at one %s, which is counted and told", (_, hex, code) => {
    const collector = new Collector();
    const told: string[] = [];
    const framer = new BackToBackFramer(measure, collector, {
      onMalformed: (error, __, offset, length) => told.push(`${error.code} ${offset} ${length}`),
    });
    hand(framer, hex);
    expect(collector.hex).toStrictEqual(["01"]);
    expect(told).toStrictEqual([`${code} 1 2`]);
    expect(framer.malformedCount).toBe(1);
    expect(framer.messageCount).toBe(1);
  });

  it("let errors of the handler and foreign errors of the measure pass", () => {
    const broken = new BackToBackFramer(() => {
      throw new TypeError("mine");
    }, new Collector());
    expect(() => hand(broken, "01")).toThrow("mine");
    const throwing = new BackToBackFramer(measure, {
      onMessage() {
        throw new AlerionError("HANDLER", "handler");
      },
    });
    expect(codeOf(() => hand(throwing, "01"))).toBe("HANDLER");
    expect(throwing.malformedCount).toBe(0);
  });
});
