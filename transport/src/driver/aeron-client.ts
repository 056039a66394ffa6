import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { DriverResource } from "./driver-resource.js";

/** What a client needs of the conductor when it is gone. */
export interface ClientOwner {
  clientTimedOut(client: AeronClient): void;
  freeClientCounter(client: AeronClient): void;
}

/**
 * A client as the driver knows it: by its heartbeat counter, into which the client writes the time.
 *
 * Gone when the counter is older than the liveness timeout; CLIENT_CLOSE makes it so at once.
 */
export class AeronClient implements DriverResource {
  readonly clientId: bigint;
  readonly heartbeat: AtomicCounter;
  readonly #livenessTimeoutMs: number;
  readonly #owner: ClientOwner;
  #isClosedByCommand: boolean = false;
  #hasTimedOut: boolean = false;

  constructor(
    clientId: bigint,
    heartbeat: AtomicCounter,
    livenessTimeoutMs: number,
    owner: ClientOwner,
  ) {
    this.clientId = clientId;
    this.heartbeat = heartbeat;
    this.#livenessTimeoutMs = livenessTimeoutMs;
    this.#owner = owner;
  }

  /** Whether everything of this client is to be taken down. */
  hasTimedOut(): boolean {
    return this.#hasTimedOut;
  }

  /** CLIENT_CLOSE: gone, and no timeout. */
  onClosedByCommand(): void {
    this.#isClosedByCommand = true;
    this.heartbeat.set(0);
  }

  /** CLIENT_KEEPALIVE of old clients; current ones write the counter themselves. */
  onKeepalive(nowMs: number): void {
    this.heartbeat.set(nowMs);
  }

  onTimeEvent(_nowNs: number, nowMs: number): void {
    if (this.#hasTimedOut || nowMs <= this.heartbeat.get() + this.#livenessTimeoutMs) return;
    this.#hasTimedOut = true;
    if (!this.#isClosedByCommand) this.#owner.clientTimedOut(this);
  }

  hasReachedEndOfLife(): boolean {
    return this.#hasTimedOut;
  }

  close(): void {
    this.#owner.freeClientCounter(this);
  }
}
