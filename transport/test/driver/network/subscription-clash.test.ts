import { describe, expect, it } from "vitest";
import { NetworkWorld } from "./support/network-world.js";

const CHANNEL = "aeron:udp?endpoint=10.0.0.2:4000";

describe("subscriptions that would share images", () => {
  it.each(["reliable=false", "rejoin=false"])("must agree: %s is refused", async (option) => {
    const client = new NetworkWorld().node("10.0.0.2").connect();
    await client.addSubscription(CHANNEL, 1);
    await expect(client.addSubscription(`${CHANNEL}|${option}`, 1)).rejects.toMatchObject({
      errorName: "INVALID_CHANNEL",
    });
    // What sets them apart: the stream, or a session of its own.
    await client.addSubscription(`${CHANNEL}|${option}`, 2);
    await client.addSubscription(`${CHANNEL}|${option}|session-id=5`, 1);
    await client.addSubscription(`${CHANNEL}|tether=false`, 1);
  });
});
