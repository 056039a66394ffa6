import type { BlockLayout, MessageLayout } from "@alerion/schema";
import { upperSnake } from "../naming/case.js";
import { stringLiteral } from "../print/literals.js";
import type { BlockModel } from "./block-model.js";
import { FieldOrder, type OrderTransition } from "./field-order.js";
import { prefixed } from "./member-scope.js";

/** The side of a message that a state machine is for. */
export type OrderSide = "Decoder" | "Encoder";

/** Names of the functions that a group calls. */
export interface GroupOrder {
  readonly count: string;
  readonly next: string;
  readonly reset: string;
}

/** The function for a field, a group or var data of the class. */
export function memberOrderName(className: string, side: OrderSide, member: string): string {
  return prefixed("on", className) + side + prefixed("", member);
}

/** The functions for a group class itself. */
export function groupOrderNames(className: string, side: OrderSide): GroupOrder {
  return {
    count: `countOf${className}${side}`,
    next: `nextOf${className}${side}`,
    reset: `resetOf${className}${side}`,
  };
}

/** The function that says which state `wrap` leads to. */
function wrapOrderName(className: string, side: OrderSide): string {
  return `startOf${className}${side}`;
}

interface Arm {
  readonly states: readonly { readonly index: number; readonly name: string }[];
  readonly target: string;
}

interface Switch {
  readonly condition: string;
  readonly arms: readonly Arm[];
}

/** A function from state to state. */
interface OrderFunction {
  readonly name: string;
  readonly label: string;
  readonly statesName: string;
  /** Second argument, "" where there is none. */
  readonly argument: string;
  readonly switches: readonly Switch[];
}

/** The state machine of one side of a message, as functions. */
export interface OrderModel {
  readonly side: OrderSide;
  readonly statesName: string;
  readonly stateTexts: readonly string[];
  readonly startName: string;
  readonly startsByVersion: boolean;
  readonly starts: readonly { readonly version: number; readonly index: number }[];
  readonly firstStart: number;
  readonly functions: readonly OrderFunction[];
}

/** The functions of a message's field order, as its templates print them. */
export function orderModel(layout: MessageLayout, model: BlockModel, side: OrderSide): OrderModel {
  const order = new FieldOrder(layout, side === "Decoder" ? "decoder" : "encoder");
  const statesName = `${upperSnake(model.className)}_${side.toUpperCase()}_STATES`;
  const starts = order.starts.map(({ version, state }) => ({ version, index: state.index }));
  const functions: OrderFunction[] = [];
  addBlock(layout, model, "", { order, side, statesName, functions });
  return {
    side,
    statesName,
    stateTexts: order.states.map(({ name }) => stringLiteral(name)),
    startName: wrapOrderName(model.className, side),
    startsByVersion: starts.length > 1,
    starts: starts.slice(1).reverse(),
    firstStart: starts[0]?.index ?? 0,
    functions,
  };
}

interface Target {
  readonly order: FieldOrder;
  readonly side: OrderSide;
  readonly statesName: string;
  readonly functions: OrderFunction[];
}

function addBlock(layout: BlockLayout, model: BlockModel, path: string, target: Target): void {
  const { order, side, statesName, functions } = target;
  const add = (
    name: string,
    label: string,
    argument: string,
    switches: readonly Switch[],
  ): void => {
    functions.push({ name, label, statesName, argument, switches });
  };
  const plain = (transitions: readonly OrderTransition[]): Switch[] => [
    { condition: "", arms: armsOf(transitions) },
  ];
  for (const [index, field] of model.fields.entries()) {
    const transitions = order.transitionsOf("field", path + (layout.fields[index]?.name ?? ""));
    add(memberOrderName(model.className, side, field.name), field.label, "", plain(transitions));
  }
  for (const [index, group] of model.groups.entries()) {
    const groupLayout = layout.groups[index];
    if (groupLayout === undefined) continue;
    const groupPath = path + groupLayout.name;
    const names = groupOrderNames(group.className, side);
    add(names.count, group.label, "count", [
      { condition: "count > 0", arms: armsOf(order.transitionsOf("group", groupPath)) },
      { condition: "", arms: armsOf(order.transitionsOf("emptyGroup", groupPath)) },
    ]);
    add(names.next, group.label, "remaining", [
      { condition: "remaining > 1", arms: armsOf(order.transitionsOf("next", groupPath)) },
      { condition: "", arms: armsOf(order.transitionsOf("last", groupPath)) },
    ]);
    add(names.reset, group.label, "", plain(order.transitionsOf("reset", groupPath)));
    addBlock(groupLayout, group, `${groupPath}.`, target);
  }
  for (const [index, data] of model.data.entries()) {
    const dataPath = path + (layout.data[index]?.name ?? "");
    add(
      memberOrderName(model.className, side, data.name),
      data.label,
      "",
      plain(order.transitionsOf("data", dataPath)),
    );
    if (side === "Encoder") continue;
    add(
      memberOrderName(model.className, side, `${data.name}Length`),
      data.label,
      "",
      plain(order.transitionsOf("length", dataPath)),
    );
  }
}

/** The states that lead to one target together; those that lead to themselves as one more. */
function armsOf(transitions: readonly OrderTransition[]): Arm[] {
  const arms = new Map<string, { index: number; name: string }[]>();
  for (const { from, to } of transitions) {
    const target = from.index === to.index ? "state" : String(to.index);
    const states = arms.get(target) ?? [];
    states.push(from);
    arms.set(target, states);
  }
  return [...arms].map(([target, states]) => ({ states, target }));
}
