import { describe, expect, it } from "vitest";
import {
  RetransmitHandler,
  type RetransmitOptions,
} from "../../../src/driver/network/send/retransmit-handler.js";

const LINGER_NS = 10;

function handler(options: Partial<RetransmitOptions> = {}): {
  nak: (termOffset: number, length: number, nowNs: number, termId?: number) => void;
  pass: (nowNs: number) => void;
  sent: string[];
  overflows: () => number;
} {
  let overflowCount = 0;
  const sent: string[] = [];
  const resender = {
    resend: (termId: number, termOffset: number, length: number) => {
      sent.push(`${termId}:${termOffset}+${length}`);
    },
  };
  const retransmits = new RetransmitHandler({
    slotCount: 1,
    isUnicast: true,
    delayNs: 0,
    lingerNs: LINGER_NS,
    onOverflow: () => overflowCount++,
    ...options,
  });
  return {
    nak: (termOffset, length, nowNs, termId = 0) => {
      retransmits.onNak(termId, termOffset, length, nowNs, resender);
    },
    pass: (nowNs) => {
      retransmits.processTimeouts(nowNs, resender);
    },
    sent,
    overflows: () => overflowCount,
  };
}

describe("retransmit handler", () => {
  it("sends at once, then ignores NAKs that begin in the range until it has lingered", () => {
    const h = handler();
    h.nak(64, 64, 0);
    h.nak(64, 64, 1);
    h.nak(96, 512, 1);
    expect(h.sent).toEqual(["0:64+64"]);
    h.pass(LINGER_NS - 1);
    h.nak(64, 64, LINGER_NS - 1);
    expect(h.sent).toHaveLength(1);
    h.pass(LINGER_NS);
    h.nak(64, 64, LINGER_NS);
    expect(h.sent).toEqual(["0:64+64", "0:64+64"]);
  });

  it("takes another range in place of the old one where there is one receiver", () => {
    const h = handler();
    h.nak(64, 64, 0);
    h.nak(128, 64, 0);
    h.nak(64, 64, 0);
    expect(h.sent).toEqual(["0:64+64", "0:128+64", "0:64+64"]);
    expect(h.overflows()).toBe(0);
  });

  it("looks after several ranges in a group, and counts what is too much", () => {
    const h = handler({ slotCount: 2, isUnicast: false });
    h.nak(0, 64, 0);
    h.nak(64, 64, 0);
    h.nak(128, 64, 0);
    h.nak(64, 64, 0);
    h.nak(0, 64, 0, 1);
    expect(h.sent).toEqual(["0:0+64", "0:64+64"]);
    expect(h.overflows()).toBe(2);
    h.pass(LINGER_NS);
    h.nak(0, 64, LINGER_NS, 1);
    expect(h.sent).toHaveLength(3);
  });

  it("waits for the delay before it sends, and is asked once for all NAKs in between", () => {
    const h = handler({ delayNs: 5 });
    h.nak(0, 64, 0);
    h.nak(0, 64, 1);
    h.pass(4);
    expect(h.sent).toEqual([]);
    h.pass(5);
    expect(h.sent).toEqual(["0:0+64"]);
    h.nak(0, 64, 6);
    h.pass(5 + LINGER_NS);
    h.nak(0, 64, 5 + LINGER_NS);
    h.pass(10 + LINGER_NS);
    expect(h.sent).toEqual(["0:0+64", "0:0+64"]);
  });
});
