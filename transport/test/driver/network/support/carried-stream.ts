import type { Subscription } from "../../../../src/client/subscription.js";
import { type NetworkNode, NetworkWorld, offerAll, Taker } from "./network-world.js";

/** Channel of `carriedStream`. */
export const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

/** A stream from one driver to another, ready to be carried. */
export interface CarriedStream {
  readonly world: NetworkWorld;
  readonly sending: NetworkNode;
  readonly receiving: NetworkNode;
  readonly subscription: Subscription;
  readonly taker: Taker;
  /** Publishes all messages and reads until they are there. Returns the position of the end. */
  readonly carry: () => number;
}

/** @param channel of the subscription */
export async function carriedStream(
  count: number,
  channel: string = CHANNEL,
): Promise<CarriedStream> {
  const world = new NetworkWorld();
  const sending = world.node("10.0.0.1");
  const receiving = world.node("10.0.0.2");
  const subscription = await receiving.connect().addSubscription(channel, 1);
  const publication = await sending.connect().addPublication(CHANNEL, 1);
  world.until(() => publication.isConnected());
  const taker = new Taker(subscription);
  const carry = (): number => {
    const end = offerAll(world, publication, count, 100, () => {
      world.run();
      taker.poll();
    });
    const image = subscription.images()[0];
    for (let i = 0; i < 2000 && (image?.position() ?? 0) < end; i++) {
      world.pass(5, 5);
      taker.poll();
    }
    return end;
  };
  return { world, sending, receiving, taker, carry, subscription };
}
