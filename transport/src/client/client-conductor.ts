import {
  type Agent,
  BroadcastResult,
  type Clock,
  type MessageHandler,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../os/shared-files.js";
import { ClientCommands } from "./client-commands.js";
import {
  ClientClosedError,
  ClientLappedError,
  ClientTimeoutError,
  ConductorServiceTimeoutError,
  DriverTimeoutError,
} from "./client-errors.js";
import { ClientEvents } from "./client-events.js";
import { ClientHandlers } from "./client-handlers.js";
import { ClientLife } from "./client-life.js";
import { CLIENT_DEFAULTS, type ClientOptions } from "./client-options.js";
import { ClientResources } from "./client-resources.js";
import type { Counter } from "./counter.js";
import type { DriverConnection } from "./driver-connection.js";
import { driverEventHandler } from "./driver-events.js";
import { DriverProxy } from "./driver-proxy.js";
import { Keepalive, KeepaliveState } from "./keepalive.js";
import { LogRegistry } from "./log-registry.js";
import { PendingCommands } from "./pending-commands.js";
import type { Publication } from "./publication.js";
import type { Subscription } from "./subscription.js";

const NS_PER_MS = 1_000_000;
/** How often timeouts and keepalives are looked at. Source: driver-protocol §10 (cadence). */
const SERVICE_INTERVAL_NS = 16 * NS_PER_MS;
/** Events taken in one step at most, so that a flood of them does not keep the step from its end. */
const EVENTS_PER_STEP_MAX = 64;

/** Everything that a client's conductor takes from outside. */
export interface ClientConductorContext {
  readonly connection: DriverConnection;
  readonly files: SharedFiles;
  readonly clock: Clock;
  readonly options: ClientOptions;
  readonly onError: (error: unknown) => void;
  /** A command is under way: the conductor should work soon. */
  readonly onCommand: () => void;
  /** Appended to the heartbeat counter's label, for people. */
  readonly labelSuffix: string;
  /**
   * What a thread of its own has last seen, where one sends the signs of life; absent, the conductor sends them
   * itself. Given the client's id once, when the client begins.
   */
  readonly startKeepalive?: (clientId: bigint) => () => KeepaliveState;
}

/**
 * What gives a client its life: it takes the driver's events, shows that the client lives, watches the driver, and
 * ends all when that is over. No thread, no timer: whoever hosts it calls `doWork`.
 *
 * What the client asks of the driver is in `commands`, what events come to in ClientEvents, what it has in
 * ClientResources.
 *
 * Source: driver-protocol §10; Aeron ClientConductor.
 */
export class ClientConductor implements Agent {
  readonly roleName = "aeron-client-conductor";
  readonly clientId: bigint;
  /** Who is told of what happens. */
  readonly handlers: ClientHandlers;
  /** What is asked of the driver. */
  readonly commands: ClientCommands;
  readonly #connection: DriverConnection;
  readonly #clock: Clock;
  readonly #proxy: DriverProxy;
  readonly #life = new ClientLife();
  readonly #resources: ClientResources;
  readonly #eventHandler: MessageHandler;
  readonly #keepalive: Keepalive;
  readonly #keepaliveElsewhere: (() => KeepaliveState) | undefined;
  readonly #driverTimeoutNs: number;
  readonly #keepaliveIntervalNs: number;
  readonly #pending: PendingCommands;
  // Not integers, so that the fields hold doubles from the start: else each duty cycle makes one anew, 16 bytes.
  #lastServiceNs: number = 0.5;
  #lastKeepaliveNs: number = 0.5;

  constructor(context: ClientConductorContext) {
    const { connection, clock, options } = context;
    this.#connection = connection;
    this.#clock = clock;
    this.#proxy = new DriverProxy(connection.toDriver);
    this.clientId = this.#proxy.clientId;
    this.handlers = new ClientHandlers(options, context.onError);
    const driverTimeoutMs = options.driverTimeoutMs ?? CLIENT_DEFAULTS.driverTimeoutMs;
    const intervalMs = options.keepaliveIntervalMs ?? CLIENT_DEFAULTS.keepaliveIntervalMs;
    const lingerMs = options.resourceLingerMs ?? CLIENT_DEFAULTS.resourceLingerMs;
    this.#driverTimeoutNs = driverTimeoutMs * NS_PER_MS;
    this.#keepaliveIntervalNs = intervalMs * NS_PER_MS;
    this.#pending = new PendingCommands(this.#driverTimeoutNs);
    this.#resources = new ClientResources(
      new LogRegistry(context.files, options.preTouch === true),
      this.handlers,
      lingerMs * NS_PER_MS,
    );
    this.commands = new ClientCommands({
      proxy: this.#proxy,
      pending: this.#pending,
      resources: this.#resources,
      handlers: this.handlers,
      life: this.#life,
      clock,
      onCommand: context.onCommand,
    });
    this.#eventHandler = driverEventHandler(
      new ClientEvents({
        clientId: this.clientId,
        counters: connection.counters,
        pending: this.#pending,
        resources: this.#resources,
        handlers: this.handlers,
        owner: this.commands,
        onSubscriberError: options.onSubscriberError,
        end: (reason) => this.#end(reason),
      }),
    );
    this.#keepalive = new Keepalive(connection.toDriver, connection.counters, clock, {
      clientId: this.clientId,
      driverTimeoutMs,
      intervalMs,
      labelSuffix: context.labelSuffix,
    });
    this.#keepaliveElsewhere = context.startKeepalive?.(this.clientId);
    const nowNs = clock.monoNs();
    this.#resources.nowNs = nowNs;
    this.#lastServiceNs = nowNs;
    this.#lastKeepaliveNs = nowNs;
  }

  /** Takes events, and from time to time looks at timeouts; yields how much there was to do. */
  doWork(): number {
    if (this.#life.isClosed()) return 0;
    const nowNs = this.#clock.monoNs();
    this.#resources.nowNs = nowNs;
    const eventCount = this.#receive();
    if (nowNs - this.#lastServiceNs < SERVICE_INTERVAL_NS || this.#life.isClosed()) {
      return eventCount;
    }
    this.#service(nowNs);
    return eventCount + 1;
  }

  /** True once the client has ended, for whatever reason. */
  isClosed(): boolean {
    return this.#life.isClosed();
  }

  /** Why the client ended, unless its user closed it. */
  closeReason(): Error | undefined {
    return this.#life.closeReason();
  }

  /** Commands that the driver has not answered yet. */
  pendingCount(): number {
    return this.#pending.size();
  }

  /** What has been added with a registration id and is still open. */
  find(registrationId: bigint): Publication | Subscription | Counter | undefined {
    return this.#resources.find(registrationId);
  }

  /** Tells the driver goodbye and lets go of everything. Idempotent. */
  onClose(): void {
    if (this.#life.isClosed()) return;
    try {
      this.#proxy.clientClose();
    } catch (error) {
      // A full ring: the driver finds out by itself when the heartbeat ends.
      this.handlers.failed(error);
    }
    this.#end(undefined);
  }

  #receive(): number {
    const { toClients } = this.#connection;
    for (let count = 0; count < EVENTS_PER_STEP_MAX; count++) {
      let result: number;
      try {
        result = toClients.receive(this.#eventHandler);
      } catch (error) {
        // An event that cannot be, or a handler's own error: the next event is not to blame.
        this.handlers.failed(error);
        continue;
      }
      if (result === BroadcastResult.LAPPED) this.#end(new ClientLappedError());
      if (result !== BroadcastResult.MESSAGE || this.#life.isClosed()) return count;
    }
    return EVENTS_PER_STEP_MAX;
  }

  #service(nowNs: number): void {
    const sinceLastNs = nowNs - this.#lastServiceNs;
    this.#lastServiceNs = nowNs;
    const { clientLivenessTimeoutNs } = this.#connection.layout;
    // The driver has given a client up that was silent for so long; with a thread of its own it was not silent.
    if (this.#keepaliveElsewhere === undefined && sinceLastNs > clientLivenessTimeoutNs) {
      this.#end(new ConductorServiceTimeoutError(sinceLastNs, clientLivenessTimeoutNs));
      return;
    }
    if (nowNs - this.#lastKeepaliveNs >= this.#keepaliveIntervalNs) {
      this.#lastKeepaliveNs = nowNs;
      this.#onKeepalive((this.#keepaliveElsewhere ?? (() => this.#keepalive.beat()))());
      if (this.#life.isClosed()) return;
    }
    this.#pending.failLate(nowNs);
    this.#resources.logs.expire(nowNs);
    this.#resources.observe(this.#clock.epochMs());
  }

  #onKeepalive(state: KeepaliveState): void {
    switch (state) {
      case KeepaliveState.ALIVE:
        return;
      case KeepaliveState.DRIVER_SILENT:
        this.#end(
          new DriverTimeoutError(
            `driver must show that it lives: driverTimeoutNs=${this.#driverTimeoutNs} dir=${this.#connection.dir}`,
          ),
        );
        return;
      case KeepaliveState.DRIVER_CLOSED:
        this.#end(
          new DriverTimeoutError(
            `driver must not end before its clients: dir=${this.#connection.dir}`,
          ),
        );
        return;
      case KeepaliveState.CLIENT_EVICTED:
        this.#end(
          new ClientTimeoutError(
            `client's heartbeat counter must be kept: clientId=${this.clientId} timedOutBy=driver`,
          ),
        );
    }
  }

  /** Everything of this client is over. */
  #end(reason: Error | undefined): void {
    if (this.#life.isClosed()) return;
    this.#life.end(reason);
    this.#resources.end();
    this.#pending.end(new ClientClosedError(reason));
    this.#connection.file.close();
    this.handlers.closed(reason);
  }
}
