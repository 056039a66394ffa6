import { AgentInvoker } from "./agent-invoker.js";
import type { Agent, ErrorHandler } from "./agent.js";
import type { IdleStrategy } from "./idle-strategy.js";

/**
 * Hosts an agent in a thread of its own: `run` returns when the agent has ended.
 *
 * `close` from the same thread (the agent itself) or a flag in shared memory that `shouldStop` looks at ends it.
 */
export class AgentRunner {
  readonly #invoker: AgentInvoker;
  readonly #idle: IdleStrategy;
  readonly #shouldStop: () => boolean;
  #isStopping: boolean = false;

  /**
   * @param onError is told what the agent throws; the agent goes on
   * @param shouldStop asked before each step
   */
  constructor(
    agent: Agent,
    idle: IdleStrategy,
    onError: ErrorHandler,
    shouldStop: () => boolean = () => false,
  ) {
    this.#invoker = new AgentInvoker(agent, onError);
    this.#idle = idle;
    this.#shouldStop = shouldStop;
  }

  /** Works and idles by turns until told to stop or until the agent terminates, then closes the agent. */
  run(): void {
    const invoker = this.#invoker;
    const idle = this.#idle;
    invoker.start();
    while (invoker.isRunning() && !this.#isStopping && !this.#shouldStop()) {
      idle.idle(invoker.invoke());
    }
    invoker.close();
  }

  /** Lets `run` return after the current step. */
  close(): void {
    this.#isStopping = true;
  }
}
