import { describe, expect, it } from "vitest";
import {
  AgentInvoker,
  AgentRunner,
  AgentTerminationError,
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  CompositeAgent,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from "@alerion/runtime/concurrent";
import type { Agent } from "@alerion/runtime/concurrent";

/** Does what a script says, one entry per step, and keeps a record. */
class ScriptedAgent implements Agent {
  readonly roleName: string;
  readonly record: string[] = [];
  readonly #script: (number | Error)[];

  constructor(roleName: string, script: (number | Error)[]) {
    this.roleName = roleName;
    this.#script = script;
  }
  onStart(): void {
    this.record.push("start");
  }
  doWork(): number {
    const next = this.#script.shift() ?? 0;
    this.record.push(String(next));
    if (typeof next === "number") return next;
    throw next;
  }
  onClose(): void {
    this.record.push("close");
  }
}

describe("agent invoker", () => {
  it("starts once, steps when invoked, reports errors and goes on, closes once", () => {
    const errors: unknown[] = [];
    const agent = new ScriptedAgent("a", [1, new Error("bad step"), 2]);
    const invoker = new AgentInvoker(agent, (error) => errors.push(error));
    expect(invoker.invoke()).toBe(0);
    invoker.start();
    invoker.start();
    expect([invoker.invoke(), invoker.invoke(), invoker.invoke()]).toEqual([1, 0, 2]);
    expect(invoker.isRunning()).toBe(true);
    invoker.close();
    invoker.close();
    expect(invoker.invoke()).toBe(0);
    expect(agent.record).toEqual(["start", "1", "Error: bad step", "2", "close"]);
    expect(errors).toMatchObject([{ message: "bad step" }]);
  });

  it("closes an agent that says it is done, and one that cannot start", () => {
    const errors: unknown[] = [];
    const done = new ScriptedAgent("done", [new AgentTerminationError("enough")]);
    const invoker = new AgentInvoker(done, (error) => errors.push(error));
    invoker.start();
    invoker.invoke();
    expect(invoker.isClosed()).toBe(true);
    expect(done.record.at(-1)).toBe("close");
    expect(errors).toEqual([]);

    let isClosed = false;
    const broken = new AgentInvoker(
      {
        roleName: "broken",
        onStart: () => {
          throw new Error("no start");
        },
        doWork: () => 1,
        onClose: () => {
          isClosed = true;
        },
      },
      (error) => errors.push(error),
    );
    broken.start();
    expect([broken.isRunning(), isClosed]).toEqual([false, true]);
    expect(errors).toMatchObject([{ message: "no start" }]);
  });
});

describe("agent runner", () => {
  it("idles by what a step yields and ends when told to, from outside or by the agent", () => {
    const idled: number[] = [];
    const idle = {
      alias: "test",
      idle: (count: number) => void idled.push(count),
      reset: () => {},
    };
    const agent = new ScriptedAgent("a", [3, 0, 1]);
    let steps = 0;
    new AgentRunner(
      agent,
      idle,
      () => {},
      () => steps++ === 3,
    ).run();
    expect(idled).toEqual([3, 0, 1]);
    expect(agent.record).toEqual(["start", "3", "0", "1", "close"]);

    const ending = new ScriptedAgent("b", [1, new AgentTerminationError("enough")]);
    new AgentRunner(ending, idle, () => {}).run();
    expect(ending.record.at(-1)).toBe("close");
  });
});

describe("composite agent", () => {
  it("steps all even when one throws, and throws what was first", () => {
    const a = new ScriptedAgent("a", [new Error("first"), 1]);
    const b = new ScriptedAgent("b", [new Error("second"), 2]);
    const both = new CompositeAgent([a, b]);
    expect(both.roleName).toBe("[a,b]");
    both.onStart();
    expect(() => both.doWork()).toThrow("first");
    expect(both.doWork()).toBe(3);
    both.onClose();
    expect([a.record.at(-1), b.record.at(-1)]).toEqual(["close", "close"]);
  });
});

describe("idle strategies", () => {
  it("back off from spinning over yielding to ever longer waits, and start over with work", () => {
    const waits: (number | "yield")[] = [];
    const idle = new BackoffIdleStrategy(
      () => waits.push("yield"),
      (ns) => waits.push(ns),
      { spinCountMax: 2, yieldCountMax: 1, parkMinNs: 10, parkMaxNs: 30 },
    );
    for (let i = 0; i < 6; i++) idle.idle(0);
    expect(waits).toEqual(["yield", 10, 20, 30]);
    idle.idle(1);
    for (let i = 0; i < 4; i++) idle.idle(0);
    expect(waits).toEqual(["yield", 10, 20, 30, "yield", 10]);
  });

  it("yield or sleep only when there is nothing to do, and spinning never waits", () => {
    const waits: (number | "yield")[] = [];
    const yielding = new YieldingIdleStrategy(() => waits.push("yield"));
    const sleeping = new SleepingIdleStrategy((ns) => waits.push(ns), 500);
    for (const idle of [yielding, sleeping, new BusySpinIdleStrategy()]) {
      idle.idle(1);
      idle.idle(0);
      idle.reset();
    }
    expect(waits).toEqual(["yield", 500]);
  });
});
