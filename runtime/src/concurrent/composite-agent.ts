import type { Agent } from "./agent.js";

/** Several agents that take their steps in turn, as one. */
export class CompositeAgent implements Agent {
  readonly roleName: string;
  readonly #agents: readonly Agent[];

  constructor(agents: readonly Agent[]) {
    this.#agents = agents;
    this.roleName = `[${agents.map((agent) => agent.roleName).join(",")}]`;
  }

  onStart(): void {
    for (const agent of this.#agents) agent.onStart?.();
  }

  /** One step of each; what one throws does not keep the others from theirs, and the first error is thrown. */
  doWork(): number {
    let workCount = 0;
    let firstError: unknown;
    let hasFailed = false;
    for (const agent of this.#agents) {
      try {
        workCount += agent.doWork();
      } catch (error) {
        if (!hasFailed) firstError = error;
        hasFailed = true;
      }
    }
    if (hasFailed) throw firstError;
    return workCount;
  }

  /** Closes all, also when one throws; the first error is thrown. */
  onClose(): void {
    let firstError: unknown;
    let hasFailed = false;
    for (const agent of this.#agents) {
      try {
        agent.onClose?.();
      } catch (error) {
        if (!hasFailed) firstError = error;
        hasFailed = true;
      }
    }
    if (hasFailed) throw firstError;
  }
}
