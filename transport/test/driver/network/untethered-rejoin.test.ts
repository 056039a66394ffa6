import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";
const TIMEOUTS =
  "untethered-window-limit-timeout=1s|untethered-linger-timeout=1s|untethered-resting-timeout=2s";

describe("an untethered subscription of a network stream", () => {
  async function twoSubscribers(rejoin: boolean) {
    const world = new NetworkWorld();
    const receiver = world.node("10.0.0.2").connect();
    const tethered = await receiver.addSubscription(`${CHANNEL}|rejoin=${rejoin}`, 1);
    const slow = await receiver.addSubscription(
      `${CHANNEL}|tether=false|rejoin=${rejoin}|${TIMEOUTS}`,
      1,
    );
    const publication = await world.node("10.0.0.1").connect().addPublication(CHANNEL, 1);
    world.until(() => publication.isConnected() && slow.imageCount() === 1);
    const taker = new Taker(tethered);
    /** Publishes more than a window that only the tethered one reads. */
    const overtake = (): void => {
      offerAll(world, publication, 200, 1000, () => {
        world.run();
        taker.poll();
      });
      taker.poll();
    };
    return { world, slow, publication, overtake, taker };
  }

  it("that falls behind loses its image while the others go on, and joins again at the live position", async () => {
    const { world, slow, publication, overtake, taker } = await twoSubscribers(true);
    overtake();
    expect(taker.inOrderCount(1000)).toBe(200);
    expect(slow.imageCount()).toBe(0);
    world.until(() => slow.imageCount() === 1, 20_000);
    expect(slow.images()[0]?.position()).toBe(publication.position());
    const again = new Taker(slow);
    offerAll(world, publication, 20);
    again.poll();
    expect(again.inOrderCount()).toBe(20);
  });

  it("that does not want to come back stays away", async () => {
    const { world, slow, publication, overtake } = await twoSubscribers(false);
    overtake();
    expect(slow.imageCount()).toBe(0);
    world.pass(10_000, 50);
    expect(slow.imageCount()).toBe(0);
    expect(publication.isConnected()).toBe(true);
  });
});
