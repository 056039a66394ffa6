import { describe, expect, it } from "vitest";
import type { ExclusivePublication } from "../../../src/client/exclusive-publication.js";
import type { Image } from "../../../src/client/image.js";
import { offer } from "../../support/messages.js";
import { responseSetup } from "./support/frames.js";
import { NetworkWorld, offerAll, Taker } from "./support/network-world.js";
import { SenderHarness } from "./support/sender-harness.js";

const REQUEST = "aeron:udp?endpoint=10.0.0.2:4000|session-id=7";
const RESPONSE = "aeron:udp?control=10.0.0.1:5000|control-mode=response|session-id=9";
const STREAM = 1001;

describe("request publication", () => {
  it("asks for a response in its setups, and pins the subscription to the session it is told", () => {
    const h = new SenderHarness();
    const peer = h.peer(4000);
    h.images.responseSubscriptions = [77n];
    h.publish(`${REQUEST}|response-correlation-id=77`);
    expect(peer.take()).toMatchObject([{ type: "SETUP", flags: 0x80 }]);
    peer.send(responseSetup(7, STREAM, 1234));
    peer.send(responseSetup(8, STREAM, 1234));
    h.run();
    expect(h.images.calls).toEqual(["pin 77 1234"]);
  });

  it("must name a response subscription", () => {
    const h = new SenderHarness();
    expect(h.refusal(`${REQUEST}|response-correlation-id=77`)).toMatch(
      /^INVALID_CHANNEL: response correlation id must name a response subscription/,
    );
    expect(h.host.socketCount).toBe(0);
  });
});

describe("response publication", () => {
  it("has its image tell the session until it has a receiver, and sends to whoever asks for its setup", () => {
    const h = new SenderHarness();
    const peer = h.peer(4001);
    const to = peer.address.clone();
    to.set(Uint8Array.of(10, 0, 0, 1), 5000);
    h.images.askingImages = [55n];
    const publication = h.publish(`${RESPONSE}|response-correlation-id=55`);
    expect(h.images.calls).toEqual(["set 55 9"]);
    h.pass(300);
    expect(peer.take()).toEqual([]);
    peer.status({ sessionId: 9, streamId: STREAM, flags: 0x80 }, to);
    h.pass(100);
    expect(peer.take()).toMatchObject([{ type: "SETUP", sessionId: 9, flags: 0 }]);
    peer.status(h.statusOf(publication, 0, 32768));
    h.run();
    expect(h.images.calls).toEqual(["set 55 9", "clear 55"]);
    offer(h.client.exclusive(publication), 0, 100);
    h.run();
    expect(peer.take().map(({ type }) => type)).toContain("DATA");
  });

  it("that nobody received stops its image when it goes", () => {
    const h = new SenderHarness();
    h.images.askingImages = [55n];
    const publication = h.publish(`${RESPONSE}|response-correlation-id=55|linger=0`);
    h.client.removePublication(publication.registrationId);
    h.pass(4000);
    expect(h.images.calls).toEqual(["set 55 9", "clear 55"]);
  });

  it("must name an image that asks, or only hold the port open", () => {
    const h = new SenderHarness();
    expect(h.refusal(`${RESPONSE}|response-correlation-id=55`)).toMatch(/^INVALID_CHANNEL/);
    expect(h.refusal(RESPONSE)).toMatch(/must have a response-correlation-id/);
    const prototype = h.publish(`${RESPONSE}|response-correlation-id=prototype`);
    expect(prototype.log.termLength).toBe(64 * 1024);
    expect(h.images.calls).toEqual([]);
    expect(h.host.socketCount).toBe(1);
  });
});

describe("response channel", () => {
  it("brings answers back to each of several clients, on one port", async () => {
    const world = new NetworkWorld();
    const server = world.node("10.0.0.1").connect();
    const requests = await server.addSubscription("aeron:udp?endpoint=10.0.0.1:4000", 1);
    const channel = "aeron:udp?control=10.0.0.1:5000|control-mode=response";
    await server.addExclusivePublication(`${channel}|response-correlation-id=prototype`, 2);
    const clients = [];
    for (const ip of ["10.0.0.2", "10.0.0.3"]) {
      const client = world.node(ip).connect();
      const responses = await client.addSubscription(
        `aeron:udp?endpoint=${ip}:0|control=10.0.0.1:5000|control-mode=response`,
        2,
      );
      const publication = await client.addPublication(
        `aeron:udp?endpoint=10.0.0.1:4000|response-correlation-id=${responses.registrationId}`,
        1,
      );
      world.until(() => publication.isConnected());
      clients.push({ responses, publication, taker: new Taker(responses) });
    }
    expect(requests.images()).toHaveLength(2);
    const answers: { image: Image; answer: ExclusivePublication }[] = [];
    for (const image of requests.images()) {
      const answer = await server.addExclusivePublication(
        `${channel}|response-correlation-id=${image.correlationId}`,
        2,
      );
      world.until(() => answer.isConnected());
      answers.push({ image, answer });
    }
    for (const { responses } of clients) expect(responses.images()).toHaveLength(1);
    for (const { publication } of clients) offerAll(world, publication, 50);
    let count = 0;
    world.until(() => {
      for (const { image, answer } of answers) {
        image.poll((buffer, offset, length) => {
          expect(answer.offer(buffer, offset, length)).toBeGreaterThan(0);
          count++;
        }, 10);
      }
      return count === 100;
    });
    world.run();
    for (const { taker } of clients) {
      taker.poll();
      expect(taker.inOrderCount()).toBe(50);
      expect(taker.messages).toHaveLength(50);
    }
  });
});
