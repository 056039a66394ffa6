import { describe, expect, it } from "vitest";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";

describe("ping-pong", () => {
  it("carries messages there and back between two drivers", async () => {
    const world = new NetworkWorld();
    const [ping, pong] = [world.node("10.0.0.1").connect(), world.node("10.0.0.2").connect()];
    const pings = await pong.addSubscription("aeron:udp?endpoint=10.0.0.2:4000", 1);
    const pongs = await ping.addSubscription("aeron:udp?endpoint=10.0.0.1:4001", 2);
    const pinger = await ping.addPublication("aeron:udp?endpoint=10.0.0.2:4000", 1);
    const ponger = await pong.addExclusivePublication("aeron:udp?endpoint=10.0.0.1:4001", 2);
    world.until(() => pinger.isConnected() && ponger.isConnected());
    const there = new Taker(pings);
    const back = new Taker(pongs);
    let answered = 0;
    const step = (): void => {
      world.run();
      there.poll();
      while (answered < there.messages.length) {
        if (ponger.offerBytes(there.messages[answered] ?? new Uint8Array()) < 0) break;
        answered++;
      }
      world.run();
      back.poll();
    };
    offerAll(world, pinger, 2000, 100, step);
    step();
    expect(back.messages.length).toBe(2000);
    expect(back.inOrderCount()).toBe(2000);
  });
});
