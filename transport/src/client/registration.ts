/** What a command to the driver has come to. */
export type RegistrationState = "cancelled" | "failed" | "pending" | "ready";

/**
 * A command under way: something is being added. Look at `state` from a loop that invokes the client, or await
 * `promise`.
 */
export class Registration<Resource> {
  /** Of what is being added. */
  readonly registrationId: bigint;
  /** Fulfilled with the resource, or rejected with why there is none. Made on first use. */
  #promise: Promise<Resource> | undefined;
  #state: RegistrationState = "pending";
  #resource: Resource | undefined;
  #error: Error | undefined;
  #settle: { resolve(resource: Resource): void; reject(error: Error): void } | undefined;

  /** @internal Registrations come from `Aeron`. */
  constructor(registrationId: bigint) {
    this.registrationId = registrationId;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** The resource, once `state` is `ready`. */
  get resource(): Resource | undefined {
    return this.#resource;
  }

  /** Why there is none, once `state` is `failed`. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Fulfilled with the resource, rejected with the error; never settled once cancelled. */
  get promise(): Promise<Resource> {
    this.#promise ??= new Promise((resolve, reject) => {
      if (this.#state === "ready") resolve(this.#resource as Resource);
      else if (this.#state === "failed") reject(this.#error);
      else this.#settle = { resolve, reject };
    });
    return this.#promise;
  }

  /** Wants it no more: if the driver makes it all the same, it is closed at once. */
  cancel(): void {
    if (this.#state === "pending") this.#state = "cancelled";
  }

  /** @internal False if it was cancelled: the resource is to be closed. */
  onReady(resource: Resource): boolean {
    if (this.#state !== "pending") return false;
    this.#state = "ready";
    this.#resource = resource;
    this.#settle?.resolve(resource);
    return true;
  }

  /** @internal */
  onFailed(error: Error): void {
    if (this.#state !== "pending") return;
    this.#state = "failed";
    this.#error = error;
    this.#settle?.reject(error);
  }
}
