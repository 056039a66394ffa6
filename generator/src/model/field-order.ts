import type { BlockLayout, MessageLayout } from "@alerion/schema";

/** A state of the order of a message's parts; `index` 0 is before `wrap`. */
export interface OrderState {
  readonly index: number;
  readonly name: string;
}

/** From one state to another; the same one for what does not move the cursor. */
export interface OrderTransition {
  readonly from: OrderState;
  readonly to: OrderState;
}

/** Calls that move through the order; the path of the part is dotted, without the message. */
export type OrderCall =
  "field" | "emptyGroup" | "group" | "next" | "last" | "reset" | "length" | "data";

interface Interaction {
  readonly label: string;
  readonly transitions: OrderTransition[];
}

/**
 * In which order the parts of a message may be used: the state machine of the official tool, for the versions in
 * which its parts came. Decoders meet all of them, encoders write the last.
 *
 *   BLOCK --group(>0)--> N --next--> N_BLOCK … --next--> 1_BLOCK …  --> what follows
 *         --group(0)---> DONE                                       --> what follows
 *
 * Source: behaviour of the official tool 1.41 (FieldPrecedenceModel), held to its graphs in the tests.
 */
export class FieldOrder {
  readonly #states: OrderState[] = [{ index: 0, name: "NOT_WRAPPED" }];
  readonly #interactions = new Map<string, Interaction>();
  /** Version and the state that `wrap` leads to, ascending. */
  readonly starts: { readonly version: number; readonly state: OrderState }[] = [];

  constructor(message: MessageLayout, side: "decoder" | "encoder") {
    const all = versionsOf(message);
    for (const version of side === "decoder" ? all : all.slice(-1))
      this.#addVersion(message, version);
  }

  get states(): readonly OrderState[] {
    return this.#states;
  }

  /** Where a call leads from each state that allows it. */
  transitionsOf(call: OrderCall, path: string): readonly OrderTransition[] {
    return this.#interactions.get(`${call} ${path}`)?.transitions ?? [];
  }

  /** The graph in the form of the official tool. */
  toDot(): string {
    const lines: string[] = [];
    for (const { label, transitions } of this.#interactions.values()) {
      for (const { from, to } of transitions) {
        lines.push(`    ${from.name} -> ${to.name} [label="  ${label}  "];\n`);
      }
    }
    return `digraph G {\n${lines.join("")}}\n`;
  }

  #addVersion(message: MessageLayout, version: number): void {
    const block = this.#state(`V${version}_BLOCK`);
    this.starts.push({ version, state: block });
    this.#connect(
      "wrap",
      `wrap(version=${version})`,
      `${version}`,
      this.#states.slice(0, 1),
      block,
    );
    this.#addBlock(message, version, `V${version}_`, "", [block]);
  }

  /** @returns the states in which the block and all that follows it may be complete */
  #addBlock(
    block: BlockLayout,
    version: number,
    prefix: string,
    path: string,
    start: readonly OrderState[],
  ): readonly OrderState[] {
    const isKnown = (part: { readonly sinceVersion: number }): boolean =>
      part.sinceVersion <= version;
    for (const { name } of block.fields.filter(isKnown)) {
      for (const state of start)
        this.#connect("field", `${path}${name}(?)`, path + name, [state], state);
    }
    let current = start;
    for (const group of block.groups.filter(isKnown)) {
      current = this.#addGroup(
        group,
        version,
        prefix + group.name.toUpperCase(),
        path + group.name,
        current,
      );
    }
    for (const { name } of block.data.filter(isKnown)) {
      const done = this.#state(`${prefix}${name.toUpperCase()}_DONE`);
      for (const state of current.toSorted((a, b) => a.index - b.index)) {
        this.#connect("length", `${path}${name}Length()`, path + name, [state], state);
      }
      this.#connect("data", `${path}${name}(?)`, path + name, current, done);
      current = [done];
    }
    return current;
  }

  #addGroup(
    group: BlockLayout,
    version: number,
    prefix: string,
    path: string,
    current: readonly OrderState[],
  ): readonly OrderState[] {
    const many = this.#state(`${prefix}_N`);
    const manyBlock = this.#state(`${prefix}_N_BLOCK`);
    const lastBlock = this.#state(`${prefix}_1_BLOCK`);
    const done = this.#state(`${prefix}_DONE`);
    this.#connect("emptyGroup", `${path}Count(0)`, path, current, done);
    this.#connect("group", `${path}Count(>0)`, path, current, many);
    const manyEnd = this.#addBlock(group, version, `${prefix}_N_`, `${path}.`, [manyBlock]);
    const lastEnd = this.#addBlock(group, version, `${prefix}_1_`, `${path}.`, [lastBlock]);
    const where = String.raw`${path}.next()\n  where count - newIndex`;
    this.#connect("next", `${where} > 1`, path, [many, ...manyEnd], manyBlock);
    this.#connect("last", `${where} == 1`, path, [many, ...manyEnd], lastBlock);
    const left = [many, done, ...manyEnd, ...lastEnd];
    this.#connect("reset", `${path}.resetCountToIndex()`, path, left, done);
    return [done, ...lastEnd];
  }

  #state(name: string): OrderState {
    const state = { index: this.#states.length, name };
    this.#states.push(state);
    return state;
  }

  #connect(
    call: OrderCall | "wrap",
    label: string,
    path: string,
    from: readonly OrderState[],
    to: OrderState,
  ): void {
    const key = `${call} ${path}`;
    const interaction = this.#interactions.get(key) ?? { label, transitions: [] };
    this.#interactions.set(key, interaction);
    const inOrder = from.toSorted((a, b) => a.index - b.index);
    for (const state of inOrder) interaction.transitions.push({ from: state, to });
  }
}

/** The versions in which the message or a part of it came. */
function versionsOf(message: MessageLayout): readonly number[] {
  const versions = new Set([message.sinceVersion]);
  const add = (block: BlockLayout): void => {
    for (const part of [...block.fields, ...block.groups, ...block.data]) {
      versions.add(part.sinceVersion);
    }
    for (const group of block.groups) add(group);
  };
  add(message);
  return [...versions].sort((a, b) => a - b);
}
