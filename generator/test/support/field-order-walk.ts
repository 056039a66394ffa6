/** Drives code generated with `checks` through random calls, beside a graph of the official tool. */
import type { BlockModel, GroupModel } from "../../src/model/block-model.js";
import type { FieldModel } from "../../src/model/field-model.js";
import type { Flyweight } from "./generated-codecs.js";

/** An official graph: where a label leads from a state. */
export class OrderGraph {
  readonly #edges = new Map<string, Map<string, string>>();

  constructor(dot: string) {
    for (const [, from, to, label] of dot.matchAll(
      /^ {4}(\S+) -> (\S+) \[label=" {2}(.*?) {2}"\];$/gmu,
    )) {
      if (from === undefined || to === undefined || label === undefined) continue;
      const edges = this.#edges.get(label) ?? new Map<string, string>();
      edges.set(from, to);
      this.#edges.set(label, edges);
    }
  }

  /** The next state, undefined where the call is not allowed. */
  follow(label: string, state: string): string | undefined {
    return this.#edges.get(label)?.get(state);
  }

  /** Whether a part with that label exists in the version of `state`. */
  knows(label: string, state: string): boolean {
    const version = state.slice(0, state.indexOf("_") + 1);
    return [...(this.#edges.get(label)?.keys() ?? [])].some((from) => from.startsWith(version));
  }

  /** The state after `wrap` for an acting version. */
  start(version: number): string {
    const starts = [...this.#edges.keys()]
      .map((label) => /^wrap\(version=(\d+)\)$/u.exec(label)?.[1])
      .filter((each) => each !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
    const found = starts.filter((each) => each <= version).at(-1) ?? starts[0];
    return this.follow(`wrap(version=${found})`, "NOT_WRAPPED") ?? "";
  }
}

/** A call that can be tried, and the labels it may have in the graph. */
export interface Step {
  readonly text: string;
  /** Labels of which one must lead on; which one is known after or before the call. */
  readonly labels: () => readonly string[];
  readonly call: () => void;
}

interface Handle {
  readonly flyweight: Flyweight;
  count: number;
  index: number;
}

/** All calls on a message's encoder or decoder that make sense now. */
export class Walker {
  readonly #root: Flyweight;
  readonly #model: BlockModel;
  readonly #isEncoder: boolean;
  readonly #handles = new Map<string, Handle>();

  constructor(root: Flyweight, model: BlockModel, isEncoder: boolean) {
    this.#root = root;
    this.#model = model;
    this.#isEncoder = isEncoder;
  }

  steps(): Step[] {
    return this.#block(this.#root, this.#model, "");
  }

  #block(flyweight: Flyweight, model: BlockModel, path: string): Step[] {
    const fields = model.fields.map((field) => this.#field(flyweight, field, path));
    const groups = model.groups.flatMap((group) => this.#group(flyweight, group, path));
    const data = model.data.flatMap(({ name, schemaName, isBytes }) => {
      const label = path + schemaName;
      const value = isBytes ? new Uint8Array(1) : "a";
      const whole: Step = {
        text: `${label}()`,
        labels: () => [`${label}(?)`],
        call: () => flyweight[name]?.(...(this.#isEncoder ? [value] : [])),
      };
      const length: Step = {
        text: `${label}Length()`,
        labels: () => [`${label}Length()`],
        call: () => flyweight[`${name}Length`]?.(),
      };
      return this.#isEncoder ? [whole] : [whole, length];
    });
    return [...fields, ...groups, ...data];
  }

  #field(flyweight: Flyweight, field: FieldModel, path: string): Step {
    const schemaName = JSON.parse(field.label.replaceAll("'", '"')) as string;
    const label = path + schemaName.slice(schemaName.lastIndexOf(".") + 1);
    return {
      text: `${label}()`,
      labels: () => [`${label}(?)`],
      call: () => flyweight[field.name]?.(...(this.#isEncoder ? settable(field) : indexed(field))),
    };
  }

  #group(outer: Flyweight, group: GroupModel, path: string): Step[] {
    const label = path + group.schemaName;
    const steps: Step[] = [];
    if (this.#isEncoder) {
      for (const count of [0, 1, 2]) {
        steps.push({
          text: `${label}Count(${count})`,
          labels: () => [`${label}Count(${count === 0 ? "0" : ">0"})`],
          call: () => this.#hold(label, outer[`${group.name}Count`]?.(count) as Flyweight, count),
        });
      }
    } else {
      let count: number | undefined;
      steps.push({
        text: `${label}()`,
        labels: () =>
          ["0", ">0"]
            .filter((each) => count === undefined || (each === "0") === (count === 0))
            .map((each) => `${label}Count(${each})`),
        call: () => {
          const flyweight = outer[group.name]?.() as Flyweight;
          count = flyweight["count"]?.() as number;
          this.#hold(label, flyweight, count);
        },
      });
    }
    const handle = this.#handles.get(label);
    if (handle === undefined) return steps;
    const left = handle.count - handle.index;
    steps.push({
      text: `${label}.next()`,
      labels: () => [
        left <= 0
          ? "never"
          : String.raw`${label}.next()\n  where count - newIndex ${left > 1 ? "> 1" : "== 1"}`,
      ],
      call: () => {
        handle.flyweight["next"]?.();
        handle.index++;
      },
    });
    if (this.#isEncoder) {
      steps.push({
        text: `${label}.resetCountToIndex()`,
        labels: () => [`${label}.resetCountToIndex()`],
        call: () => {
          handle.flyweight["resetCountToIndex"]?.();
          handle.count = handle.index;
        },
      });
    }
    return [...steps, ...this.#block(handle.flyweight, group, `${label}.`)];
  }

  #hold(label: string, flyweight: Flyweight, count: number): void {
    this.#handles.set(label, { flyweight, count, index: 0 });
  }
}

function indexed(field: FieldModel): unknown[] {
  return field.kind === "numbers" || field.kind === "longs" ? [0] : [];
}

function settable(field: FieldModel): unknown[] {
  switch (field.kind) {
    case "composite":
    case "constant":
      return [];
    case "text":
      return ["a"];
    case "numbers":
      return [0, 1];
    case "longs":
      return [0, 1n];
    case "long":
    case "longSet":
      return [1n];
    case "number":
    case "set":
    case "enum":
      return [1];
  }
}
