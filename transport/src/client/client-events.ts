import { AtomicCounter, type CountersReader, type ErrorHandler } from "@alerion/runtime/concurrent";
import { ErrorCode } from "../protocol/error-code.js";
import type { ErrorResponse } from "../protocol/events/error-response.js";
import type { ImageBuffersReady } from "../protocol/events/image-buffers-ready.js";
import type { PublicationBuffersReady } from "../protocol/events/publication-buffers-ready.js";
import type { PublicationErrorEvent } from "../protocol/events/publication-error.js";
import type {
  ClientTimeout,
  CounterUpdate,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../protocol/events/short-events.js";
import type { UnavailableImage } from "../protocol/events/unavailable-image.js";
import { ChannelStatus } from "./channel-status.js";
import type { ClientCommands } from "./client-commands.js";
import { ChannelEndpointError, ClientTimeoutError, RegistrationError } from "./client-errors.js";
import type { ClientHandlers } from "./client-handlers.js";
import type { ClientResources } from "./client-resources.js";
import { ConcurrentPublication } from "./concurrent-publication.js";
import { Counter } from "./counter.js";
import type { DriverEventListener } from "./driver-events.js";
import { ExclusivePublication } from "./exclusive-publication.js";
import { Image } from "./image.js";
import type { PendingCommand, PendingCommands } from "./pending-commands.js";
import type { Publication } from "./publication.js";
import type { Registration } from "./registration.js";
import { Subscription } from "./subscription.js";

/** What events need of the rest of the client. */
export interface ClientEventsContext {
  readonly clientId: bigint;
  readonly counters: CountersReader;
  readonly pending: PendingCommands;
  readonly resources: ClientResources;
  readonly handlers: ClientHandlers;
  /** Whom new resources turn to. */
  readonly owner: ClientCommands;
  /** Of images whose subscription has no error handler. */
  readonly onSubscriberError: ErrorHandler | undefined;
  /** The driver gave the client up. */
  readonly end: (reason: Error) => void;
}

/** What the driver's events come to: answers to commands, images that come and go, news that handlers are told. */
export class ClientEvents implements DriverEventListener {
  readonly #context: ClientEventsContext;
  readonly #counters: CountersReader;
  readonly #pending: PendingCommands;
  readonly #resources: ClientResources;
  readonly #handlers: ClientHandlers;
  readonly #owner: ClientCommands;

  constructor(context: ClientEventsContext) {
    this.#context = context;
    this.#counters = context.counters;
    this.#pending = context.pending;
    this.#resources = context.resources;
    this.#handlers = context.handlers;
    this.#owner = context.owner;
  }

  onError(event: ErrorResponse): void {
    const id = event.offendingCorrelationId();
    if (event.errorCode() === ErrorCode.CHANNEL_ENDPOINT_ERROR) {
      this.#onChannelEndpointError(event, Number(id));
      return;
    }
    this.#pending.refuse(id, new RegistrationError(id, event.errorCode(), event.message()));
  }

  onPublicationReady(event: PublicationBuffersReady, isExclusive: boolean): void {
    const id = event.correlationId();
    const pending = this.#pending.take(id, "publication");
    if (pending === undefined) return;
    const originalRegistrationId = event.registrationId();
    const counters = this.#counters;
    try {
      const limit = new AtomicCounter(counters, event.publicationLimitCounterId());
      const log = this.#resources.logs.acquire(originalRegistrationId, event.logFileName());
      const description = {
        channel: pending.channel,
        streamId: event.streamId(),
        sessionId: event.sessionId(),
        registrationId: id,
        originalRegistrationId,
        isExclusive,
        status: new ChannelStatus(counters, event.channelStatusCounterId()),
      };
      const Kind = isExclusive ? ExclusivePublication : ConcurrentPublication;
      const publication = new Kind(this.#owner, description, log, limit);
      this.#resources.publications.set(id, publication);
      // One registration per kind, and the driver answers each command with its own event.
      const registration = pending.registration as Registration<Publication>;
      if (!registration.onReady(publication)) void publication.close();
    } catch (error) {
      this.#fail(pending, error);
    }
  }

  onSubscriptionReady(event: SubscriptionReady): void {
    const id = event.correlationId();
    const pending = this.#pending.take(id, "subscription");
    if (pending === undefined) return;
    const subscription = new Subscription(
      this.#owner,
      pending.channel,
      pending.streamId,
      id,
      new ChannelStatus(this.#counters, event.channelStatusCounterId()),
      pending.options,
    );
    this.#resources.subscriptions.set(id, subscription);
    if (!pending.registration.onReady(subscription)) void subscription.close();
  }

  onAvailableImage(event: ImageBuffersReady): void {
    const subscription = this.#resources.subscriptions.get(event.subscriptionRegistrationId());
    if (subscription === undefined) return;
    const correlationId = event.correlationId();
    let image: Image;
    try {
      const position = new AtomicCounter(this.#counters, event.subscriberPositionId());
      const log = this.#resources.logs.acquire(correlationId, event.logFileName());
      image = new Image(
        this.#owner,
        {
          correlationId,
          sessionId: event.sessionId(),
          streamId: event.streamId(),
          sourceIdentity: event.sourceIdentity(),
          subscriptionRegistrationId: subscription.registrationId,
        },
        log,
        position,
        subscription.options.onError ?? this.#context.onSubscriberError,
      );
    } catch (error) {
      this.#handlers.failed(error);
      return;
    }
    this.#handlers.imageAvailable(subscription, image);
    subscription.addImage(image);
  }

  onUnavailableImage(event: UnavailableImage): void {
    const subscription = this.#resources.subscriptions.get(event.subscriptionRegistrationId());
    const image = subscription?.removeImage(event.correlationId());
    if (subscription !== undefined && image !== undefined)
      this.#resources.closeImage(subscription, image);
  }

  onOperationSuccess(event: OperationSucceeded): void {
    this.#pending.take(event.correlationId(), "operation")?.registration.onReady();
  }

  onCounterReady(event: CounterUpdate, isStatic: boolean): void {
    const id = event.correlationId();
    const counterId = event.counterId();
    const pending = this.#pending.take(id, "counter");
    if (pending !== undefined) {
      try {
        const { counterRegistrationId } = pending;
        const counter = new Counter(
          this.#owner,
          this.#counters,
          counterId,
          counterRegistrationId,
          isStatic,
        );
        if (!isStatic) this.#resources.counters.set(id, counter);
        if (!pending.registration.onReady(counter)) counter.close();
      } catch (error) {
        this.#fail(pending, error);
      }
    }
    this.#handlers.counterAvailable(id, counterId);
  }

  onUnavailableCounter(event: CounterUpdate): void {
    const id = event.correlationId();
    const counterId = event.counterId();
    this.#resources.counters.get(id)?.onGone();
    this.#resources.counters.delete(id);
    this.#handlers.counterUnavailable(id, counterId);
  }

  onClientTimeout(event: ClientTimeout): void {
    if (event.clientId() !== this.#context.clientId) return;
    this.#context.end(
      new ClientTimeoutError(
        `client must show that it lives: clientId=${this.#context.clientId} timedOutBy=driver`,
      ),
    );
  }

  onPublicationError(event: PublicationErrorEvent): void {
    const registrationId = event.registrationId();
    for (const publication of this.#resources.publications.values()) {
      // All who share the log are concerned.
      if (publication.originalRegistrationId !== registrationId) continue;
      this.#handlers.publicationError({
        publication,
        destinationRegistrationId: event.destinationRegistrationId(),
        receiverId: event.receiverId(),
        groupTag: event.groupTag(),
        address: event.address(),
        port: event.port(),
        errorCode: event.errorCode(),
        text: event.message(),
      });
    }
  }

  onNextSessionId(event: NextAvailableSessionId): void {
    this.#pending
      .take(event.correlationId(), "session-id")
      ?.registration.onReady(event.sessionId());
  }

  #onChannelEndpointError(event: ErrorResponse, statusCounterId: number): void {
    if (!this.#resources.usesEndpoint(statusCounterId)) return;
    this.#handlers.failed(
      new ChannelEndpointError(statusCounterId, event.errorCode(), event.message()),
    );
  }

  #fail(pending: PendingCommand, error: unknown): void {
    pending.registration.onFailed(error instanceof Error ? error : new Error(String(error)));
  }
}
