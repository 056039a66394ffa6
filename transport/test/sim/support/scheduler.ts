import type { Clock } from "@alerion/runtime/concurrent";
import { SeededRandom } from "../../support/manual-clock.js";
import type { AccessHook } from "./hooked-buffer.js";

/** Thrown out of an agent at the access where it dies. */
export class SimulatedCrash extends Error {
  constructor() {
    super("the agent died here");
  }
}

/** Something that takes steps. */
export interface SimAgent {
  readonly name: string;
  step(): void;
}

/** How agents take turns. */
export interface SchedulerOptions {
  /** Mean duration of a step in virtual ns. */
  readonly stepMeanNs: number;
  /** Accesses to shared memory from one preemption to the next, on average; 0 for none. */
  readonly preemptionInterval: number;
  /** Steps from one long pause (garbage collection, a busy machine) to the next, on average; 0 for none. */
  readonly pauseInterval: number;
  readonly pauseMaxNs: number;
}

const EPOCH_START_MS = 1_700_000_000_000;
const PREEMPTION_DEPTH_MAX = 3;
const FNV_PRIME = 16_777_619;

interface Entry {
  readonly agent: SimAgent;
  readonly hook: AgentHook;
  nextNs: number;
  isRunning: boolean;
  isDead: boolean;
}

/**
 * Drives agents by virtual time, from a seed: the next step is that of the agent whose time comes first.
 *
 * In the middle of a step, at any access to shared memory, other agents may take steps of their own: what they
 * see then is what another thread or process would see. The same seed gives the same run, step for step.
 */
export class Scheduler implements Clock {
  readonly random: SeededRandom;
  readonly #options: SchedulerOptions;
  readonly #entries: Entry[] = [];
  #nowNs = 1_000_000_000;
  #depth = 0;
  #preemptionCountdown = 0;
  /** What an agent threw, if any did: the run is over. */
  #failure: { readonly error: unknown } | undefined;
  /** Preemptions and pauses happen only while this is true. */
  isHostile = true;
  stepCount = 0;
  preemptionCount = 0;
  crashCount = 0;
  traceHash = 0x811c9dc5;

  constructor(seed: number, options: SchedulerOptions) {
    this.random = new SeededRandom(seed);
    this.#options = options;
    this.#drawPreemption();
  }

  epochMs(): number {
    return EPOCH_START_MS + Math.floor(this.#nowNs / 1_000_000);
  }

  monoNs(): number {
    return this.#nowNs;
  }

  /** Adds an agent; the hook it must make its buffers with comes first, because agents are made with them. */
  add(make: (hook: AccessHook) => SimAgent): void {
    const hook = new AgentHook(this);
    const entry: Entry = {
      agent: make(hook),
      hook,
      nextNs: this.#nowNs + this.random.below(2 * this.#options.stepMeanNs),
      isRunning: false,
      isDead: false,
    };
    this.#entries.push(entry);
  }

  /** Takes an agent out; it never runs again. */
  remove(agent: SimAgent): void {
    const entry = this.#entries.find((each) => each.agent === agent);
    if (entry === undefined) return;
    entry.isDead = true;
    entry.hook.isDead = true;
  }

  /** Lets an agent die within its next so many accesses, in the middle of whatever it does then. */
  crash(agent: SimAgent, withinAccesses: number): void {
    const entry = this.#entries.find((each) => each.agent === agent);
    if (entry !== undefined) entry.hook.crashCountdown = 1 + this.random.below(withinAccesses);
  }

  isDead(agent: SimAgent): boolean {
    return this.#entries.find((each) => each.agent === agent)?.isDead ?? true;
  }

  /** Runs steps until so many have been taken in all. */
  runUntil(stepCount: number): void {
    while (this.stepCount < stepCount) this.#next();
  }

  /** Runs steps for so long in virtual time. */
  runFor(durationNs: number): void {
    const end = this.#nowNs + durationNs;
    while (this.#nowNs < end) this.#next();
  }

  /** Called before each access of any agent. */
  onAccess(): void {
    if (!this.isHostile || this.#options.preemptionInterval === 0) return;
    if (--this.#preemptionCountdown > 0) return;
    this.#drawPreemption();
    if (this.#depth >= PREEMPTION_DEPTH_MAX) return;
    const count = 1 + this.random.below(4);
    for (let i = 0; i < count; i++) {
      const entry = this.#entries[this.random.below(this.#entries.length)];
      if (entry === undefined || entry.isRunning || entry.isDead) continue;
      this.preemptionCount++;
      this.#run(entry);
    }
  }

  #next(): void {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (!entry.isDead && (first === undefined || entry.nextNs < first.nextNs)) first = entry;
    }
    if (first === undefined) throw new Error("there must be an agent to run");
    this.#nowNs = Math.max(this.#nowNs, first.nextNs);
    this.#run(first);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.stepCount % 64 === 0) this.#forgetDead();
  }

  #run(entry: Entry): void {
    this.stepCount++;
    this.traceHash = Math.imul(this.traceHash ^ (entry.nextNs & 0xffff), FNV_PRIME);
    entry.isRunning = true;
    this.#depth++;
    try {
      entry.agent.step();
    } catch (error) {
      // Not thrown on: below may be another agent, preempted, which would take the error for its own.
      if (!(error instanceof SimulatedCrash)) this.#failure ??= { error };
      else entry.hook.isDead = true;
    } finally {
      this.#depth--;
      entry.isRunning = false;
    }
    // Also where the agent took the crash for an error of its own and went on.
    if (entry.hook.isDead && !entry.isDead) {
      entry.isDead = true;
      this.crashCount++;
    }
    entry.nextNs = this.#nowNs + this.#drawDuration();
  }

  #drawDuration(): number {
    const { stepMeanNs, pauseInterval, pauseMaxNs } = this.#options;
    const isPause = this.isHostile && pauseInterval > 0 && this.random.below(pauseInterval) === 0;
    return 1 + (isPause ? this.random.below(pauseMaxNs) : this.random.below(2 * stepMeanNs));
  }

  #drawPreemption(): void {
    this.#preemptionCountdown = 1 + this.random.below(2 * this.#options.preemptionInterval + 1);
  }

  #forgetDead(): void {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i];
      if (entry?.isDead === true && !entry.isRunning) this.#entries.splice(i, 1);
    }
  }
}

class AgentHook implements AccessHook {
  readonly #scheduler: Scheduler;
  isDead = false;
  /** Accesses until the agent dies; 0 for never. */
  crashCountdown = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  before(): void {
    // Also on the way out of the agent, through its `finally`: the dead write nothing.
    if (this.isDead) throw new SimulatedCrash();
    if (this.crashCountdown > 0 && --this.crashCountdown === 0) {
      this.isDead = true;
      throw new SimulatedCrash();
    }
    this.#scheduler.onAccess();
  }
}
