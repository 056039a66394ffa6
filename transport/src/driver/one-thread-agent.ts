import { type Agent, type Clock, CompositeAgent } from "@alerion/runtime/concurrent";

/** How long the conductor waits at most while data comes and goes. */
const BUSY_INTERVAL_NS = 10_000;
/** And while nothing does: looking for data again comes first. */
const IDLE_INTERVAL_NS = 5_000;

/**
 * Sender, receiver and conductor in one thread. No message waits for the conductor, so it does not hold up those that
 * are on their way: it has its turn when nothing else is to do, and in any case every 10 µs.
 */
export class OneThreadAgent implements Agent {
  readonly roleName: string;
  readonly #all: Agent;
  readonly #sender: Agent;
  readonly #receiver: Agent;
  readonly #conductor: Agent;
  readonly #clock: Clock;
  /** The conductor may have something to do: the others had, or it had itself. */
  #isOwed: boolean = true;
  // A double from the start: see AtomicBuffer on representation changes.
  #timeOfTurnNs: number = 0.5;

  constructor(sender: Agent, receiver: Agent, conductor: Agent, clock: Clock) {
    this.#all = new CompositeAgent([sender, receiver, conductor]);
    this.roleName = this.#all.roleName;
    this.#sender = sender;
    this.#receiver = receiver;
    this.#conductor = conductor;
    this.#clock = clock;
  }

  onStart(): void {
    this.#all.onStart?.();
  }

  /** One step; what one throws does not keep the others from theirs, and the first error is thrown. */
  doWork(): number {
    let workCount = 0;
    let firstError: unknown;
    let hasFailed = false;
    try {
      workCount += this.#sender.doWork();
    } catch (error) {
      firstError = error;
      hasFailed = true;
    }
    try {
      workCount += this.#receiver.doWork();
    } catch (error) {
      if (!hasFailed) firstError = error;
      hasFailed = true;
    }
    try {
      if (this.#isConductorsTurn(workCount)) {
        this.#isOwed = true;
        const conductorWork = this.#conductor.doWork();
        this.#isOwed = conductorWork > 0;
        workCount += conductorWork;
      }
    } catch (error) {
      if (!hasFailed) firstError = error;
      hasFailed = true;
    }
    if (hasFailed) throw firstError;
    return workCount;
  }

  onClose(): void {
    this.#all.onClose?.();
  }

  #isConductorsTurn(workCount: number): boolean {
    const nowNs = this.#clock.monoNs();
    const waitedNs = nowNs - this.#timeOfTurnNs;
    if (workCount > 0) {
      this.#isOwed = true;
      if (waitedNs < BUSY_INTERVAL_NS) return false;
    } else if (!this.#isOwed && waitedNs < IDLE_INTERVAL_NS) {
      return false;
    }
    this.#timeOfTurnNs = nowNs;
    return true;
  }
}
