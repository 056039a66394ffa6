import type { ClientConductor } from "../client/client-conductor.js";
import type { ClientHost } from "../client/client-host.js";

/** How often a client with nothing under way looks for events. Source: driver-protocol §10 (cadence). */
const IDLE_INTERVAL_MS = 16;
/** How long turns follow each other at once while an answer is awaited; then every millisecond. */
const EAGER_TURNS = 200;
/** Turns that a waiting stream takes at once before it waits a millisecond. */
const SPIN_TURNS = 500;

/**
 * Gives a client its turns from the event loop: every 16 ms, and one after another while the driver owes an
 * answer.
 *
 * With `isDriven` false (an invoked client) only awaited calls take turns; the rest is the user's loop.
 */
export class EventLoopHost implements ClientHost {
  readonly #onStep: () => void;
  readonly #idleIntervalMs: number;
  #conductor: ClientConductor | undefined;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #eagerTurns: number = 0;
  #isClosed: boolean = false;

  /**
   * @param onStep called before each step: an embedded driver that is invoked takes its own there
   * @param idleIntervalMs how often to step while there is nothing under way
   */
  constructor(onStep: () => void, idleIntervalMs: number = IDLE_INTERVAL_MS) {
    this.#onStep = onStep;
    this.#idleIntervalMs = idleIntervalMs;
  }

  /** Begins. @param isDriven whether the client is to be kept going without being asked */
  drive(conductor: ClientConductor, isDriven: boolean): void {
    this.#conductor = conductor;
    if (isDriven) this.#timer = setInterval(() => this.#step(), this.#idleIntervalMs);
  }

  /** A command is under way: turns follow each other until it is answered. */
  wake(): void {
    this.#eagerTurns = 0;
    this.#schedule();
  }

  idle(idleCount: number): Promise<void> {
    return new Promise((resolve) => {
      const turn = (): void => {
        this.#step();
        resolve();
      };
      if (idleCount < SPIN_TURNS) setImmediate(turn);
      else setTimeout(turn, 1);
    });
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  #step(): void {
    this.#onStep();
    this.#conductor?.doWork();
    // A client that has ended by itself needs no more turns.
    if (this.#conductor?.isClosed() === true) this.close();
  }

  #schedule(): void {
    if (this.#isClosed || this.#immediate !== undefined) return;
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#step();
      if (this.#isClosed || (this.#conductor?.pendingCount() ?? 0) === 0) return;
      if (this.#eagerTurns++ < EAGER_TURNS) this.#schedule();
      else setTimeout(() => this.#schedule(), 1);
    });
  }
}
