import type { AtomicBuffer, MessageHandler } from "@alerion/runtime/concurrent";
import { DriverEvent } from "../protocol/control-protocol-events.js";
import { ErrorResponse } from "../protocol/events/error-response.js";
import { ImageBuffersReady } from "../protocol/events/image-buffers-ready.js";
import { PublicationBuffersReady } from "../protocol/events/publication-buffers-ready.js";
import { PublicationErrorEvent } from "../protocol/events/publication-error.js";
import {
  ClientTimeout,
  CounterUpdate,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../protocol/events/short-events.js";
import { UnavailableImage } from "../protocol/events/unavailable-image.js";

/** Who hears what the driver tells its clients. Events are borrowed: valid until the call returns. */
export interface DriverEventListener {
  onError(event: ErrorResponse): void;
  onAvailableImage(event: ImageBuffersReady): void;
  onUnavailableImage(event: UnavailableImage): void;
  onPublicationReady(event: PublicationBuffersReady, isExclusive: boolean): void;
  onSubscriptionReady(event: SubscriptionReady): void;
  onOperationSuccess(event: OperationSucceeded): void;
  onCounterReady(event: CounterUpdate, isStatic: boolean): void;
  onUnavailableCounter(event: CounterUpdate): void;
  onClientTimeout(event: ClientTimeout): void;
  onPublicationError(event: PublicationErrorEvent): void;
  onNextSessionId(event: NextAvailableSessionId): void;
}

/**
 * Takes the driver's events apart. All clients get all events: the listener knows which are its own.
 *
 * An event of a type that is not known is skipped; one that is shorter than it claims is an error.
 *
 * @throws {MalformedMessageError} from the handler
 * Source: driver-protocol §6
 */
export function driverEventHandler(listener: DriverEventListener): MessageHandler {
  const error = new ErrorResponse();
  const image = new ImageBuffersReady();
  const publication = new PublicationBuffersReady();
  const success = new OperationSucceeded();
  const unavailable = new UnavailableImage();
  const subscription = new SubscriptionReady();
  const counter = new CounterUpdate();
  const timeout = new ClientTimeout();
  const publicationError = new PublicationErrorEvent();
  const session = new NextAvailableSessionId();

  return (typeId: number, { view }: AtomicBuffer, offset: number, length: number): void => {
    switch (typeId) {
      case DriverEvent.ON_ERROR:
        listener.onError(error.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_AVAILABLE_IMAGE:
        listener.onAvailableImage(image.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_PUBLICATION_READY:
        listener.onPublicationReady(publication.wrap(view, offset, length).check(), false);
        return;
      case DriverEvent.ON_EXCLUSIVE_PUBLICATION_READY:
        listener.onPublicationReady(publication.wrap(view, offset, length).check(), true);
        return;
      case DriverEvent.ON_OPERATION_SUCCESS:
        listener.onOperationSuccess(success.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_UNAVAILABLE_IMAGE:
        listener.onUnavailableImage(unavailable.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_SUBSCRIPTION_READY:
        listener.onSubscriptionReady(subscription.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_COUNTER_READY:
        listener.onCounterReady(counter.wrap(view, offset, length).check(), false);
        return;
      case DriverEvent.ON_STATIC_COUNTER:
        listener.onCounterReady(counter.wrap(view, offset, length).check(), true);
        return;
      case DriverEvent.ON_UNAVAILABLE_COUNTER:
        listener.onUnavailableCounter(counter.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_CLIENT_TIMEOUT:
        listener.onClientTimeout(timeout.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_PUBLICATION_ERROR:
        listener.onPublicationError(publicationError.wrap(view, offset, length).check());
        return;
      case DriverEvent.ON_NEXT_AVAILABLE_SESSION_ID:
        listener.onNextSessionId(session.wrap(view, offset, length).check());
        return;
      default:
        return;
    }
  };
}
