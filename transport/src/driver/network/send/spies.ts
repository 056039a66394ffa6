import type { ChannelUri } from "../../../protocol/channel-uri.js";
import { subscriptionParams } from "../../subscription-params.js";
import { SubscriptionLink } from "../../subscription-link.js";
import type { NetworkRequest } from "../../network-media.js";
import { UdpChannel } from "../media/udp-channel.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import type { NetworkPublication } from "./network-publication.js";

interface Spy {
  readonly link: SubscriptionLink;
  /** URI as the client wrote it. */
  readonly text: string;
  readonly channel: UdpChannel;
}

/** Subscriptions, and destinations of subscriptions, that want the network publications of this driver. */
export class SpyRegistry {
  readonly #context: NetworkConductorContext;
  readonly #spies: Spy[] = [];

  constructor(context: NetworkConductorContext) {
    this.#context = context;
  }

  /** A subscription that spies. */
  add(request: NetworkRequest): SubscriptionLink {
    const { uri, streamId, correlationId, channel, client } = request;
    const spied = UdpChannel.parse(uri, this.#context.channels);
    const params = subscriptionParams(spied.params, streamId, this.#context.config);
    const link = new SubscriptionLink(correlationId, streamId, channel, client, params, false);
    this.#spies.push({ link, text: channel, channel: spied });
    return link;
  }

  /** A destination that spies. */
  addDestination(link: SubscriptionLink, text: string, uri: ChannelUri): void {
    this.#spies.push({ link, text, channel: UdpChannel.parse(uri, this.#context.channels) });
  }

  /** Returns the spied channel that is gone now. */
  removeDestination(link: SubscriptionLink, text: string): boolean {
    const index = this.#spies.findIndex((each) => each.link === link && each.text === text);
    if (index < 0) return false;
    this.#spies.splice(index, 1);
    return true;
  }

  /** Links that want a publication. */
  matching(publication: NetworkPublication): SubscriptionLink[] {
    return this.#spies.filter((spy) => matches(spy, publication)).map(({ link }) => link);
  }

  /** Whether a link wants a publication. */
  wants(link: SubscriptionLink, publication: NetworkPublication): boolean {
    return this.#spies.some((spy) => spy.link === link && matches(spy, publication));
  }

  has(link: SubscriptionLink): boolean {
    return this.#spies.some((spy) => spy.link === link);
  }

  /** Forgets those whose subscription is gone. */
  prune(): void {
    for (let i = this.#spies.length - 1; i >= 0; i--) {
      const spy = this.#spies[i];
      if (spy !== undefined && !this.#context.subscriptions.includes(spy.link)) {
        this.#spies.splice(i, 1);
      }
    }
  }
}

/** By tag, or by canonical form and, if given, session. Source: driver-protocol §20. */
function matches({ link, channel }: Spy, publication: NetworkPublication): boolean {
  if (link.streamId !== publication.streamId) return false;
  const published = publication.facts.endpoint.channel;
  if (channel.tag !== undefined && channel.tag === published.tag) return true;
  const { sessionId } = channel.params;
  return (
    channel.canonicalForm === published.canonicalForm &&
    (sessionId === undefined || sessionId === publication.sessionId)
  );
}
