import { AlerionError } from "../errors.js";

/**
 * A component that does its work in small steps and never waits. Whoever hosts it calls `doWork` again and
 * again: a thread of its own, the event loop, or a test.
 */
export interface Agent {
  /** What the agent is called in logs and counters. */
  readonly roleName: string;
  /** Called once by the host before the first step. */
  onStart?(): void;
  /** Does what there is to do now and yields how much that was; 0 lets the host idle. */
  doWork(): number;
  /** Called once by the host after the last step. */
  onClose?(): void;
}

/** Thrown by an agent that is done: its host stops and closes it, and reports no error. */
export class AgentTerminationError extends AlerionError {
  override readonly name: string = "AgentTerminationError";

  constructor(text: string, options?: ErrorOptions) {
    super("AGENT_TERMINATION", text, options);
  }
}

/** Is told what an agent threw. */
export type ErrorHandler = (error: unknown) => void;
