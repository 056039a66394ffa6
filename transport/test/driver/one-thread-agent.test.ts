import type { Agent } from "@alerion/runtime/concurrent";
import { beforeEach, describe, expect, it } from "vitest";
import { OneThreadAgent } from "../../src/driver/one-thread-agent.js";

/** An agent that does what a test says, and counts its turns. */
class Player implements Agent {
  readonly roleName: string;
  turnCount: number = 0;
  workCount: number = 0;
  error: Error | undefined = undefined;

  constructor(roleName: string) {
    this.roleName = roleName;
  }

  doWork(): number {
    this.turnCount++;
    if (this.error !== undefined) throw this.error;
    return this.workCount;
  }
}

describe("agents in one thread", () => {
  let nowNs = 0;
  let sender: Player;
  let receiver: Player;
  let conductor: Player;
  let agent: OneThreadAgent;

  beforeEach(() => {
    nowNs = 1_000_000;
    sender = new Player("sender");
    receiver = new Player("receiver");
    conductor = new Player("conductor");
    agent = new OneThreadAgent(sender, receiver, conductor, {
      monoNs: () => nowNs,
      epochMs: () => 0,
    });
    agent.doWork();
  });

  /** Turns that the conductor has in so many cycles of `cycleNs`. */
  function conductorTurns(cycleCount: number, cycleNs: number): number {
    const before = conductor.turnCount;
    for (let i = 0; i < cycleCount; i++) {
      nowNs += cycleNs;
      agent.doWork();
    }
    return conductor.turnCount - before;
  }

  it("begin with a turn for each", () => {
    expect([sender, receiver, conductor].map(({ turnCount }) => turnCount)).toEqual([1, 1, 1]);
  });

  it("pass the conductor over while data comes, for 10 µs", () => {
    receiver.workCount = 1;
    expect(conductorTurns(9, 1000)).toBe(0);
    expect(conductorTurns(1, 1000)).toBe(1);
    expect(conductorTurns(30, 1000)).toBe(3);
    expect(receiver.turnCount).toBe(41);
  });

  it("give the conductor its turn as soon as no more data comes", () => {
    sender.workCount = 1;
    expect(conductorTurns(1, 100)).toBe(0);
    sender.workCount = 0;
    expect(conductorTurns(1, 100)).toBe(1);
  });

  it("give it every turn while it has work itself and the others have none", () => {
    conductor.workCount = 1;
    expect(conductorTurns(1, 5000)).toBe(1);
    expect(conductorTurns(10, 100)).toBe(10);
  });

  it("let it look every 5 µs when nothing happens, and at once after a rest", () => {
    expect(conductorTurns(50, 1000)).toBe(10);
    expect(conductorTurns(3, 2_000_000)).toBe(3);
  });

  it("are not kept from their turns by what one throws", () => {
    const error = new Error("out of order");
    sender.error = error;
    nowNs += 5000;
    expect(() => agent.doWork()).toThrow(error);
    expect(receiver.turnCount).toBe(2);
    expect(conductor.turnCount).toBe(2);
    conductor.error = new Error("as well");
    nowNs += 5000;
    expect(() => agent.doWork()).toThrow(error);
    sender.error = undefined;
    nowNs += 5000;
    expect(() => agent.doWork()).toThrow("as well");
  });
});
