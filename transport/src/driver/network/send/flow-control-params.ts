import { int64Kind, integerKind, parseDurationNs } from "../../../protocol/channel-param-kinds.js";
import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import type { DriverConfig } from "../../driver-config.js";
import { type FlowControl, MaxFlowControl } from "./flow-control.js";
import { GroupFlowControl } from "./group-flow-control.js";

/** How a publication is held back, as plain data. */
export interface FlowControlParams {
  readonly kind: "max" | "min" | "tagged";
  /** Tag of the receivers that count, `tagged` only. */
  readonly groupTag: bigint;
  readonly groupMinSize: number;
  readonly receiverTimeoutNs: number;
  /** A retransmit is at most so many initial windows long. */
  readonly retransmitWindowMultiple: number;
}

type FlowControlConfig = Pick<
  DriverConfig,
  | "flowControlGroupMinSize"
  | "flowControlGroupTag"
  | "flowControlReceiverTimeoutNs"
  | "multicastFlowControl"
  | "multicastRetransmitWindowMultiple"
  | "unicastRetransmitWindowMultiple"
>;

const groupSizeKind = integerKind(0, 0x7fff_ffff);
const multipleKind = integerKind(1, 0x7fff_ffff);

/**
 * Flow control of a publication, from `fc=` of its channel, else from the driver.
 *
 *   fc=max|min|tagged [,g:[tag][/minSize]] [,t:timeout] [,rrwm:multiple]
 *
 * @param isGroup multicast or several destinations: only those may choose
 * @throws {ControlError} INVALID_CHANNEL if the text is none of that, or the channel has one receiver only
 * Source: driver-protocol §15
 */
export function flowControlParams(
  text: string | undefined,
  isGroup: boolean,
  config: FlowControlConfig,
): FlowControlParams {
  const defaults: FlowControlParams = {
    kind: isGroup ? config.multicastFlowControl : "max",
    groupTag: config.flowControlGroupTag,
    groupMinSize: config.flowControlGroupMinSize,
    receiverTimeoutNs: config.flowControlReceiverTimeoutNs,
    retransmitWindowMultiple: isGroup
      ? config.multicastRetransmitWindowMultiple
      : config.unicastRetransmitWindowMultiple,
  };
  if (text === undefined) return defaults;
  if (!isGroup) {
    throw invalid(text, "flow control must be left to the driver where there is one receiver");
  }
  const [kind, ...options] = text.split(",");
  if (kind !== "max" && kind !== "min" && kind !== "tagged") {
    throw invalid(text, "flow control must be max, min or tagged");
  }
  return options.reduce((params, option) => withOption(params, option, text), {
    ...defaults,
    kind,
  });
}

function withOption(params: FlowControlParams, option: string, text: string): FlowControlParams {
  const colon = option.indexOf(":");
  const value = option.slice(colon + 1);
  switch (option.slice(0, Math.max(colon, 0))) {
    case "g": {
      const [tagText = "", sizeText = ""] = value.split("/", 2);
      return {
        ...params,
        ...(tagText === ""
          ? {}
          : { groupTag: required(int64Kind.parse(tagText), text, "group tag") }),
        ...(sizeText === ""
          ? {}
          : { groupMinSize: checked(groupSizeKind, sizeText, text, "group size") }),
      };
    }
    case "t":
      return { ...params, receiverTimeoutNs: required(parseDurationNs(value), text, "timeout") };
    case "rrwm":
      return {
        ...params,
        retransmitWindowMultiple: checked(multipleKind, value, text, "retransmit window multiple"),
      };
    default:
      throw invalid(text, "option of flow control must be g:, t: or rrwm:");
  }
}

function checked(
  kind: ReturnType<typeof integerKind>,
  value: string,
  text: string,
  what: string,
): number {
  const parsed = required(kind.parse(value), text, what);
  if (kind.check(parsed) !== undefined) throw invalid(text, `${what} must be ${kind.expected}`);
  return parsed;
}

function required<Value>(value: Value | undefined, text: string, what: string): Value {
  if (value === undefined) throw invalid(text, `${what} must be readable`);
  return value;
}

function invalid(text: string, problem: string): ControlError {
  return new ControlError(ErrorCode.INVALID_CHANNEL, `${problem}: fc=${text}`);
}

/** Makes the flow control that the parameters say, in the sender. */
export function createFlowControl(
  params: FlowControlParams,
  onReceiverCount: (count: number) => void,
): FlowControl {
  const { kind, groupMinSize, receiverTimeoutNs, groupTag } = params;
  if (kind === "max") return new MaxFlowControl();
  return new GroupFlowControl({
    groupMinSize,
    receiverTimeoutNs,
    ...(kind === "tagged" ? { groupTag } : {}),
    onReceiverCount,
  });
}
