import { AgentTerminationError } from "./agent.js";
import type { Agent, ErrorHandler } from "./agent.js";

/** Hosts an agent in the caller's thread: each `invoke` is one step. */
export class AgentInvoker {
  readonly agent: Agent;
  readonly #onError: ErrorHandler;
  #state: "new" | "running" | "closed" = "new";

  /** @param onError is told what the agent throws; the agent goes on */
  constructor(agent: Agent, onError: ErrorHandler) {
    this.agent = agent;
    this.#onError = onError;
  }

  /** False before `start`, after `close`, and once the agent has terminated. */
  isRunning(): boolean {
    return this.#state === "running";
  }

  isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Starts the agent. An agent that cannot start is closed, and the reason is reported. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    try {
      this.agent.onStart?.();
    } catch (error) {
      this.#onError(error);
      this.close();
    }
  }

  /** Lets the agent do one step and yields how much work that was; 0 unless it is running. */
  invoke(): number {
    if (this.#state !== "running") return 0;
    try {
      return this.agent.doWork();
    } catch (error) {
      if (error instanceof AgentTerminationError) this.close();
      else this.#onError(error);
      return 0;
    }
  }

  /** Closes the agent, once. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    try {
      this.agent.onClose?.();
    } catch (error) {
      this.#onError(error);
    }
  }
}
