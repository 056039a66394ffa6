import { ClientClosedError } from "./client-errors.js";

/** Whether a client goes on, and why it does not. It ends once. */
export class ClientLife {
  #isClosed: boolean = false;
  #closeReason: Error | undefined;

  isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why the client ended, unless its user closed it. */
  closeReason(): Error | undefined {
    return this.#closeReason;
  }

  /** @throws {ClientClosedError} once the client has ended */
  checkOpen(): void {
    if (this.#isClosed) throw new ClientClosedError(this.#closeReason);
  }

  /** @internal For the conductor, which closes all else. */
  end(reason: Error | undefined): void {
    this.#isClosed = true;
    this.#closeReason = reason;
  }
}
