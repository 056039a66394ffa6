import { DriverTimeoutError } from "./client-errors.js";
import type { ConcurrentPublication } from "./concurrent-publication.js";
import type { Counter } from "./counter.js";
import type { ExclusivePublication } from "./exclusive-publication.js";
import type { Registration } from "./registration.js";
import type { Subscription, SubscriptionOptions } from "./subscription.js";

/** A command under way, by what it will yield. */
export type PendingCommand =
  | {
      readonly kind: "publication";
      readonly registration:
        Registration<ConcurrentPublication> | Registration<ExclusivePublication>;
      readonly channel: string;
    }
  | {
      readonly kind: "subscription";
      readonly registration: Registration<Subscription>;
      readonly channel: string;
      readonly streamId: number;
      readonly options: SubscriptionOptions;
    }
  | {
      readonly kind: "counter";
      readonly registration: Registration<Counter>;
      /** That of the counter: the command's own unless the counter is static. */
      readonly counterRegistrationId: bigint;
    }
  | { readonly kind: "operation"; readonly registration: Registration<void> }
  | { readonly kind: "session-id"; readonly registration: Registration<number> };

type PendingOf<Kind extends PendingCommand["kind"]> = Extract<PendingCommand, { kind: Kind }>;

interface Entry {
  readonly command: PendingCommand;
  readonly deadlineNs: number;
}

/** The commands that the driver has not answered yet, by correlation id. */
export class PendingCommands {
  readonly #entries = new Map<bigint, Entry>();
  readonly #timeoutNs: number;

  /** @param timeoutNs how long an answer may take */
  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  /** Commands that somebody still waits for. */
  size(): number {
    let count = 0;
    for (const { command } of this.#entries.values()) {
      if (command.registration.state === "pending") count++;
    }
    return count;
  }

  add(command: PendingCommand, nowNs: number): void {
    const { registrationId } = command.registration;
    this.#entries.set(registrationId, { command, deadlineNs: nowNs + this.#timeoutNs });
  }

  /** The command with this id, which is under way no longer; undefined if it is of another kind or client. */
  take<Kind extends PendingCommand["kind"]>(id: bigint, kind: Kind): PendingOf<Kind> | undefined {
    const command = this.#entries.get(id)?.command;
    if (command?.kind !== kind) return undefined;
    this.#entries.delete(id);
    return command as PendingOf<Kind>;
  }

  /** Cancels a command that is under way: false if there is none with this id. */
  cancel(id: bigint): boolean {
    const registration = this.#entries.get(id)?.command.registration;
    if (registration?.state !== "pending") return false;
    registration.cancel();
    return true;
  }

  /** The driver refused: false if that is not for this client. */
  refuse(id: bigint, error: Error): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    entry.command.registration.onFailed(error);
    return true;
  }

  /**
   * Fails what has had no answer in time. It stays known: what the driver makes all the same must be given back.
   */
  failLate(nowNs: number): void {
    for (const { command, deadlineNs } of this.#entries.values()) {
      const { registration } = command;
      if (nowNs <= deadlineNs || registration.state !== "pending") continue;
      registration.onFailed(
        new DriverTimeoutError(
          `driver must answer in time: timeoutNs=${this.#timeoutNs} correlationId=${registration.registrationId}`,
        ),
      );
    }
  }

  /** The client has ended. What was to be removed is gone with it, the rest fails. */
  end(error: Error): void {
    for (const { command } of this.#entries.values()) {
      if (command.kind === "operation") command.registration.onReady();
      else command.registration.onFailed(error);
    }
    this.#entries.clear();
  }
}
