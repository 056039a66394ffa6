import type { AtomicCounter } from "@alerion/runtime/concurrent";
import type { AeronClient } from "./aeron-client.js";
import type { DriverResource } from "./driver-resource.js";
import type { SubscriptionParams } from "./subscription-params.js";

/** A stream that a subscription can be linked to: a publication of this driver, or an image. */
export interface SubscribedStream {
  /** Takes the subscriber off; its position no longer counts. */
  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void;
}

/** One client's subscription, and the streams that feed it. */
export class SubscriptionLink implements DriverResource {
  /** Correlation id of the ADD_SUBSCRIPTION. */
  readonly registrationId: bigint;
  readonly streamId: number;
  /** Channel as the client wrote it. */
  readonly channel: string;
  readonly client: AeronClient;
  readonly params: SubscriptionParams;
  /** Whether publications of this machine's memory feed it; else images and spied publications do. */
  readonly isIpc: boolean;
  readonly #positions = new Map<SubscribedStream, AtomicCounter>();
  /** The only session that is taken; a response subscription gets it from its response publication. */
  #sessionId: number | undefined;

  constructor(
    registrationId: bigint,
    streamId: number,
    channel: string,
    client: AeronClient,
    params: SubscriptionParams,
    isIpc: boolean,
  ) {
    this.registrationId = registrationId;
    this.streamId = streamId;
    this.channel = channel;
    this.client = client;
    this.params = params;
    this.isIpc = isIpc;
    this.#sessionId = params.sessionId;
  }

  /** Whether an IPC publication is one that this subscription wants. */
  matchesIpc(publication: { readonly streamId: number; readonly sessionId: number }): boolean {
    if (publication.streamId !== this.streamId) return false;
    if (this.#sessionId === undefined) return !this.params.isResponse;
    return this.#sessionId === publication.sessionId;
  }

  /** Session that is taken; `undefined` for any. */
  get sessionId(): number | undefined {
    return this.#sessionId;
  }

  /** Restricts a response subscription to the session of its response publication. */
  pinSession(sessionId: number): void {
    this.#sessionId = sessionId;
  }

  isLinked(stream: SubscribedStream): boolean {
    return this.#positions.has(stream);
  }

  /** The counter of how far it has read a stream; `undefined` if it is not linked to it. */
  position(stream: SubscribedStream): AtomicCounter | undefined {
    return this.#positions.get(stream);
  }

  link(stream: SubscribedStream, position: AtomicCounter): void {
    this.#positions.set(stream, position);
  }

  unlink(stream: SubscribedStream): void {
    this.#positions.delete(stream);
  }

  onTimeEvent(): void {
    // Lives as long as its client.
  }

  hasReachedEndOfLife(): boolean {
    return this.client.hasTimedOut();
  }

  /** Leaves all streams. Sends no unavailable images: the client closes them itself. */
  close(): void {
    for (const [stream, position] of this.#positions) stream.removeSubscriber(this, position);
    this.#positions.clear();
  }
}
