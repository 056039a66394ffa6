import type { AtomicBuffer } from "@alerion/runtime/concurrent";
import { StepBuffer } from "./step-buffer.js";

/** Thrown out of a program at the access where its step ends. One for all: a stack each time would cost. */
const pause = new Error("the step has ended");

/**
 * Runs a program one access at a time, by running it from its start each time: accesses already made yield what
 * they yielded, the next one is made, and the one after that ends the run. So production code needs no change,
 * as long as it depends on nothing but its accesses.
 */
export class StepThread {
  readonly results: unknown[] = [];
  isDone = false;
  outcome: unknown = undefined;
  #cursor = 0;
  #isFresh = false;
  #isTogether = false;
  /** Accesses made before the present step. */
  #recordedCount = 0;

  step<T>(access: () => T): T {
    if (this.#cursor < this.results.length) return this.results[this.#cursor++] as T;
    if (!this.#isFresh) throw pause;
    if (!this.#isTogether) this.#isFresh = false;
    const result = access();
    this.results.push(result);
    this.#cursor++;
    return result;
  }

  /** Runs `setup` as one step: for accesses whose interleaving is of no interest. */
  together<T>(setup: () => T): T {
    const cursorBefore = this.#cursor;
    this.#isTogether = true;
    try {
      return setup();
    } finally {
      this.#isTogether = false;
      if (this.results.length > this.#recordedCount && this.#cursor > cursorBefore)
        this.#isFresh = false;
    }
  }

  /** Makes the program's next access. */
  advance(program: () => unknown): void {
    this.#cursor = 0;
    this.#isFresh = true;
    this.#recordedCount = this.results.length;
    try {
      this.outcome = program();
      this.isDone = true;
    } catch (error) {
      if (error !== pause) throw error;
    }
    this.#isFresh = false;
  }

  reset(): void {
    this.results.length = 0;
    this.isDone = false;
    this.outcome = undefined;
  }
}

/**
 * One thread: given its own buffers over the shared memory, in the order of `memory`, it does all it does. What
 * it runs `together` is one step.
 */
export type StepProgram = (
  buffers: readonly AtomicBuffer[],
  together: <T>(setup: () => T) => T,
) => unknown;

/** For programs that are run on plain buffers, outside an exploration. */
export function runTogether<T>(setup: () => T): T {
  return setup();
}

export interface Exploration {
  /** The shared memory as it is before any thread starts. */
  readonly memory: readonly AtomicBuffer[];
  /** Where, by index of `memory`, anything is written: start and end of a range. Everywhere unless given. */
  readonly written?: ReadonlyMap<number, readonly [start: number, end: number]>;
  readonly programs: readonly StepProgram[];
  /** How often a schedule may leave a thread that could go on; switches at a thread's end are free. */
  readonly preemptionsMax: number;
  /** Accesses after which a thread, by index, makes no more: it died there. */
  readonly deaths?: ReadonlyMap<number, number>;
  /** Looks at the memory and at what each program returned (undefined if it died) after each schedule. */
  readonly check: (outcomes: readonly unknown[]) => void;
}

const STEPS_MAX = 2000;
const SCHEDULES_MAX = 400_000;

interface Choice {
  readonly thread: number;
  readonly enabled: readonly number[];
  readonly preemptions: number;
}

/**
 * Runs the programs under every schedule with a bounded number of preemptions (as in CHESS) and yields how many
 * there were. A failing check is rethrown with the schedule that led to it.
 */
export function explore(exploration: Exploration): number {
  const ranges = exploration.memory.map((memory, i) => {
    const [start, end] = exploration.written?.get(i) ?? [0, memory.capacity];
    return { memory, start, initial: memory.u8.slice(start, end) };
  });
  const threads = exploration.programs.map(() => new StepThread());
  const buffers = threads.map((thread) =>
    exploration.memory.map((memory) => new StepBuffer(memory, thread)),
  );
  const pending: number[][] = [[]];
  let scheduleCount = 0;

  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    if (++scheduleCount > SCHEDULES_MAX) throw new Error(`more than ${SCHEDULES_MAX} schedules`);
    for (const { memory, start, initial } of ranges) memory.u8.set(initial, start);
    for (const thread of threads) thread.reset();
    const choices = runSchedule(exploration, threads, buffers, prefix);
    try {
      exploration.check(threads.map((thread) => thread.outcome));
    } catch (cause) {
      throw new Error(`schedule ${choices.map((choice) => choice.thread).join("")}`, { cause });
    }
    for (let i = prefix.length; i < choices.length; i++) {
      const choice = choices[i] as Choice;
      const isContinued = i > 0 && choice.enabled.includes((choices[i - 1] as Choice).thread);
      if (isContinued && choice.preemptions >= exploration.preemptionsMax) continue;
      const start = choices.slice(0, i).map((each) => each.thread);
      for (const thread of choice.enabled) {
        if (thread !== choice.thread) pending.push([...start, thread]);
      }
    }
  }
  return scheduleCount;
}

function runSchedule(
  exploration: Exploration,
  threads: readonly StepThread[],
  buffers: readonly (readonly StepBuffer[])[],
  prefix: readonly number[],
): readonly Choice[] {
  const choices: Choice[] = [];
  let current = -1;
  let preemptions = 0;
  for (;;) {
    const enabled: number[] = [];
    threads.forEach((thread, i) => {
      const isDead = thread.results.length >= (exploration.deaths?.get(i) ?? Infinity);
      if (!thread.isDone && !isDead) enabled.push(i);
    });
    const [firstEnabled] = enabled;
    if (firstEnabled === undefined) return choices;
    if (choices.length > STEPS_MAX) throw new Error(`a schedule of more than ${STEPS_MAX} steps`);
    const thread = prefix[choices.length] ?? (enabled.includes(current) ? current : firstEnabled);
    // `preemptions` counts those before this choice.
    choices.push({ thread, enabled, preemptions });
    if (thread !== current && enabled.includes(current)) preemptions++;
    current = thread;
    const program = exploration.programs[thread] as StepProgram;
    const stepThread = threads[thread] as StepThread;
    stepThread.advance(() =>
      program(buffers[thread] as readonly StepBuffer[], (setup) => stepThread.together(setup)),
    );
  }
}
