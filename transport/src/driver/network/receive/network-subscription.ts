import type { AeronClient } from "../../aeron-client.js";
import { SubscriptionLink } from "../../subscription-link.js";
import type { SubscriptionParams } from "../../subscription-params.js";
import type { ReceiveEndpointState } from "./receive-endpoints.js";

/** Is told when a subscription goes. */
export interface NetworkSubscriptionOwner {
  subscriptionClosed(subscription: NetworkSubscription): void;
}

/** A subscription that is fed from the network through an endpoint. */
export class NetworkSubscription extends SubscriptionLink {
  readonly endpoint: ReceiveEndpointState;
  /** IPC destinations of a multi-destination subscription: links of their own, with its registration id. */
  readonly ipcDestinations: SubscriptionLink[] = [];
  readonly #owner: NetworkSubscriptionOwner;

  constructor(
    request: {
      readonly correlationId: bigint;
      readonly streamId: number;
      readonly channel: string;
      readonly client: AeronClient;
    },
    params: SubscriptionParams,
    endpoint: ReceiveEndpointState,
    owner: NetworkSubscriptionOwner,
  ) {
    super(request.correlationId, request.streamId, request.channel, request.client, params, false);
    this.endpoint = endpoint;
    this.#owner = owner;
  }

  /** Whether it takes the images of a session. A response subscription waits until it is told its session. */
  matches(endpointId: number, streamId: number, sessionId: number): boolean {
    if (this.endpoint.id !== endpointId || this.streamId !== streamId) return false;
    if (this.sessionId === undefined) return !this.params.isResponse;
    return this.sessionId === sessionId;
  }

  override close(): void {
    super.close();
    this.#owner.subscriptionClosed(this);
  }
}
