import type { ClientOptions, CounterHandler, PublicationErrorFrame } from "./client-options.js";
import type { Image } from "./image.js";
import type { ImageHandler, Subscription } from "./subscription.js";

/** Is told once that the client is closed, with the reason unless its user closed it. */
export type CloseHandler = (error: Error | undefined) => void;

/**
 * Who is told of what happens to a client: the handlers of its options, those added later, and those of each
 * subscription. What a handler throws goes to the error handler, and the next one is told all the same.
 */
export class ClientHandlers {
  readonly availableCounter: Set<CounterHandler> = new Set<CounterHandler>();
  readonly unavailableCounter: Set<CounterHandler> = new Set<CounterHandler>();
  readonly close: Set<CloseHandler> = new Set<CloseHandler>();
  readonly #options: ClientOptions;
  readonly #onError: (error: unknown) => void;

  constructor(options: ClientOptions, onError: (error: unknown) => void) {
    this.#options = options;
    this.#onError = onError;
    if (options.onAvailableCounter) this.availableCounter.add(options.onAvailableCounter);
    if (options.onUnavailableCounter) this.unavailableCounter.add(options.onUnavailableCounter);
    if (options.onClose) this.close.add(options.onClose);
  }

  /** What went wrong apart from any call. */
  failed(error: unknown): void {
    this.#onError(error);
  }

  /** The client's handler first, then the subscription's. Source: driver-protocol §10 (images). */
  imageAvailable(subscription: Subscription, image: Image): void {
    this.#tellOfImage(this.#options.onAvailableImage, image);
    this.#tellOfImage(subscription.options.onAvailableImage, image);
  }

  /** The subscription's handler first, then the client's. */
  imageUnavailable(subscription: Subscription, image: Image): void {
    this.#tellOfImage(subscription.options.onUnavailableImage, image);
    this.#tellOfImage(this.#options.onUnavailableImage, image);
  }

  counterAvailable(registrationId: bigint, counterId: number): void {
    for (const handler of this.availableCounter) {
      this.#guard(() => handler(registrationId, counterId));
    }
  }

  counterUnavailable(registrationId: bigint, counterId: number): void {
    for (const handler of this.unavailableCounter) {
      this.#guard(() => handler(registrationId, counterId));
    }
  }

  publicationError(frame: PublicationErrorFrame): void {
    const { onPublicationError } = this.#options;
    if (onPublicationError !== undefined) this.#guard(() => onPublicationError(frame));
  }

  closed(reason: Error | undefined): void {
    for (const handler of this.close) this.#guard(() => handler(reason));
  }

  #tellOfImage(handler: ImageHandler | undefined, image: Image): void {
    if (handler !== undefined) this.#guard(() => handler(image));
  }

  /** What a user's handler throws is the error handler's, not the conductor's. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#onError(error);
    }
  }
}
