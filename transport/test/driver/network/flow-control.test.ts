import { describe, expect, it } from "vitest";
import { driverDefaults } from "../../../src/driver/driver-config.js";
import { MaxFlowControl } from "../../../src/driver/network/send/flow-control.js";
import { flowControlParams } from "../../../src/driver/network/send/flow-control-params.js";
import { GroupFlowControl } from "../../../src/driver/network/send/group-flow-control.js";
import { StatusMessage } from "../../../src/driver/network/send/status-message.js";

const S = 1_000_000_000;
const WINDOW = 1000;

function message(receiver: number, more: Partial<StatusMessage> = {}): StatusMessage {
  return Object.assign(new StatusMessage(), {
    receiverIdLow: receiver,
    windowLength: WINDOW,
    ...more,
  });
}

function tagged(receiver: number, tag: number): StatusMessage {
  return message(receiver, { hasGroupTag: true, groupTagLow: tag, groupTagHigh: 0 });
}

function group(options: { minSize?: number; tag?: bigint } = {}): GroupFlowControl & {
  counts: number[];
} {
  const counts: number[] = [];
  const control = new GroupFlowControl({
    groupMinSize: options.minSize ?? 0,
    receiverTimeoutNs: 5 * S,
    ...(options.tag === undefined ? {} : { groupTag: options.tag }),
    onReceiverCount: (count) => counts.push(count),
  });
  return Object.assign(control, { counts });
}

describe("max flow control", () => {
  it("follows the furthest receiver and never moves back", () => {
    const control = new MaxFlowControl();
    expect(control.onStatusMessage(message(1), 500, 0)).toBe(1500);
    expect(control.onStatusMessage(message(2), 100, 1500)).toBe(1500);
    expect(control.onIdle(100 * S, 1500)).toBe(1500);
    expect(control.hasRequiredReceivers()).toBe(true);
  });
});

describe("min flow control", () => {
  it("follows the slowest receiver", () => {
    const control = group();
    expect(control.onStatusMessage(message(1), 0, 0, 0)).toBe(1000);
    expect(control.onStatusMessage(message(2), 0, 1000, 0)).toBe(1000);
    expect(control.onStatusMessage(message(1), 700, 1000, 0)).toBe(1000);
    expect(control.onStatusMessage(message(2), 300, 1000, 0)).toBe(1300);
    expect(control.onIdle(S, 1300)).toBe(1300);
    expect(control.counts).toEqual([1, 2]);
  });

  it("forgets a receiver that is silent for longer than its timeout", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    control.onStatusMessage(message(2), 900, 1000, 0);
    control.onStatusMessage(message(2), 900, 1000, 5 * S);
    expect(control.onIdle(5 * S, 1000)).toBe(1000);
    expect(control.onIdle(5 * S + 1, 1000)).toBe(1900);
    expect(control.receiverCount).toBe(1);
  });

  it("forgets a receiver that has ended, at the next idle cycle", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    control.onStatusMessage(message(2), 800, 1000, 0);
    control.onStatusMessage(message(1, { isEndOfStream: true }), 0, 1000, 0);
    expect(control.onIdle(1, 1000)).toBe(1800);
    expect(control.counts).toEqual([1, 2, 1]);
  });

  it("moves the limit back when a window shrinks", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    expect(control.onStatusMessage(message(1, { windowLength: 400 }), 0, 1000, 0)).toBe(1000);
    expect(control.onIdle(1, 1000)).toBe(400);
  });

  it("takes a late receiver only if it is no further behind than its window", () => {
    const control = group();
    control.onStatusMessage(message(1), 5000, 0, 0);
    expect(control.onStatusMessage(message(2), 3999, 6000, 0)).toBe(6000);
    expect(control.receiverCount).toBe(1);
    expect(control.onStatusMessage(message(3), 4000, 6000, 0)).toBe(6000);
    expect(control.receiverCount).toBe(2);
    expect(control.onIdle(1, 6000)).toBe(5000);
    expect(control.onStatusMessage(message(4, { isEndOfStream: true }), 6000, 6000, 0)).toBe(6000);
    expect(control.receiverCount).toBe(2);
  });

  it("stands still until its group has the least size", () => {
    const control = group({ minSize: 2 });
    expect(control.hasRequiredReceivers()).toBe(false);
    expect(control.onStatusMessage(message(1), 500, 0, 0)).toBe(0);
    expect(control.onIdle(1, 0)).toBe(0);
    expect(control.onStatusMessage(message(2), 600, 0, 0)).toBe(1500);
    expect(control.hasRequiredReceivers()).toBe(true);
    expect(control.onIdle(6 * S, 1500)).toBe(1500);
    expect(control.hasRequiredReceivers()).toBe(false);
  });

  it("holds the limit while a receiver that asked for a setup is on its way in", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    control.onTriggerSendSetup(message(2));
    expect(control.onSetup(1000, 0, 0)).toBe(1000);
    expect(control.onStatusMessage(message(1), 500, 1000, 0)).toBe(1000);
    expect(control.onStatusMessage(message(2), 200, 1000, 0)).toBe(1000);
    expect(control.onStatusMessage(message(2), 200, 1000, 0)).toBe(1200);
    expect(control.onStatusMessage(message(2), 600, 1200, 0)).toBe(1500);
  });

  it("holds it no longer than the receiver timeout", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    control.onTriggerSendSetup(message(2));
    control.onSetup(1000, 0, 0);
    expect(control.onStatusMessage(message(1), 500, 1000, 5 * S)).toBe(1000);
    expect(control.onStatusMessage(message(1), 500, 1000, 5 * S + 1)).toBe(1500);
  });

  it("drops a receiver that refuses the stream", () => {
    const control = group();
    control.onStatusMessage(message(1), 0, 0, 0);
    control.onStatusMessage(message(2), 900, 1000, 0);
    control.onError(message(1));
    expect(control.onIdle(1, 1000)).toBe(1900);
  });
});

describe("tagged flow control", () => {
  it("waits only for receivers with its tag", () => {
    const control = group({ tag: 77n, minSize: 1 });
    expect(control.onStatusMessage(message(1), 500, 0, 0)).toBe(0);
    expect(control.onStatusMessage(tagged(2, 76), 500, 0, 0)).toBe(0);
    expect(control.onStatusMessage(tagged(3, 77), 100, 0, 0)).toBe(1100);
    expect(control.onStatusMessage(message(1), 5000, 1100, 0)).toBe(1100);
    expect(control.receiverCount).toBe(1);
  });

  it("lets any receiver raise the limit while none has the tag and none must", () => {
    const control = group({ tag: 77n });
    expect(control.onStatusMessage(message(1), 500, 0, 0)).toBe(1500);
    expect(control.receiverCount).toBe(0);
  });

  it("compares all 64 bits of a tag, negative ones too", () => {
    const control = group({ tag: -1n });
    control.onStatusMessage(tagged(1, -1), 0, 0, 0);
    expect(control.receiverCount).toBe(0);
    const own = message(1, { hasGroupTag: true, groupTagLow: -1, groupTagHigh: -1 });
    control.onStatusMessage(own, 0, 0, 0);
    expect(control.receiverCount).toBe(1);
  });
});

describe("flow control of a channel", () => {
  const of = (text: string | undefined, isGroup = true): ReturnType<typeof flowControlParams> =>
    flowControlParams(text, isGroup, driverDefaults);

  it("is the driver's unless the channel says", () => {
    expect(of(undefined)).toEqual({
      kind: "max",
      groupTag: -1n,
      groupMinSize: 0,
      receiverTimeoutNs: 5 * S,
      retransmitWindowMultiple: 4,
    });
    expect(of(undefined, false).retransmitWindowMultiple).toBe(16);
  });

  it.each([
    ["min", { kind: "min" }],
    ["min,g:/3", { kind: "min", groupMinSize: 3 }],
    ["min,t:2s,g:/1", { kind: "min", groupMinSize: 1, receiverTimeoutNs: 2 * S }],
    ["tagged,g:-7/2,t:500ms", { kind: "tagged", groupTag: -7n, groupMinSize: 2 }],
    ["tagged,g:9", { kind: "tagged", groupTag: 9n, groupMinSize: 0 }],
    ["max,rrwm:8", { kind: "max", retransmitWindowMultiple: 8 }],
  ])("reads %s", (text, expected) => {
    expect(of(text)).toMatchObject(expected);
  });

  it.each(["slow", "min,x:1", "min,g", "min,g:a", "tagged,g:1/b", "min,t:fast", "max,rrwm:0"])(
    "refuses %s",
    (text) => {
      expect(() => of(text)).toThrow(expect.objectContaining({ code: "DRIVER_COMMAND" }));
    },
  );

  it("is not the channel's to choose where there is one receiver", () => {
    expect(() => of("min", false)).toThrow(/one receiver/);
  });
});
