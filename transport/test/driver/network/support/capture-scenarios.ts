import { AtomicBuffer } from "@alerion/runtime/concurrent";
import type { Aeron } from "../../../../src/client/aeron.js";
import type { ExclusivePublication } from "../../../../src/client/exclusive-publication.js";
import type { Publication } from "../../../../src/client/publication.js";
import type { Subscription } from "../../../../src/client/subscription.js";
import { message } from "../../../support/messages.js";
import type { WireFrame } from "../../../support/wire-frames.js";
import { describeDatagram, type Exchange } from "./captures.js";
import { type NetworkNode, NetworkWorld } from "./network-world.js";

const S = 1_000_000_000;
const MS = 1_000_000;

/** Settings of the drivers in all captures. */
const DRIVER = {
  imageLivenessTimeoutNs: S,
  publicationConnectionTimeoutNs: 2 * S,
  timerIntervalNs: 100 * MS,
  publicationLingerTimeoutNs: 500 * MS,
};

const A = "10.0.0.1";
const B = "10.0.0.2";
const STREAM = 1001;
const ENDPOINT = `aeron:udp?endpoint=${B}:24410`;
const START = "session-id=-559038737|init-term-id=100|term-id=100|term-offset=0|term-length=64k";

/** Two drivers, one client of each, and an account of what passes between. */
class Stage {
  readonly world = new NetworkWorld();
  readonly sendingNode: NetworkNode;
  readonly receivingNode: NetworkNode;
  readonly sender: Aeron;
  readonly receiver: Aeron;
  readonly frames: WireFrame[] = [];
  readonly #subscriptions: Subscription[] = [];
  /** Whether subscribers read. */
  isReading = true;
  /** Frames that are to be dropped, after they were seen. */
  drops: (frame: WireFrame) => boolean = () => false;

  constructor(receiverOptions: { readonly cubicMeasureRtt?: boolean } = {}) {
    this.sendingNode = this.world.node(A, DRIVER);
    this.receivingNode = this.world.node(B, { ...DRIVER, ...receiverOptions });
    this.sender = this.sendingNode.connect();
    this.receiver = this.receivingNode.connect();
    this.world.network.faults = { ...this.world.network.faults, delayNs: 50_000 };
    this.world.network.filter = (bytes) => {
      const frames = describeDatagram(bytes);
      this.frames.push(...frames);
      return !frames.some((frame) => this.drops(frame));
    };
  }

  /** A subscription that is read from now on. */
  async subscribe(channel: string, client: Aeron = this.receiver, stream = STREAM) {
    const subscription = await client.addSubscription(channel, stream);
    this.#subscriptions.push(subscription);
    return subscription;
  }

  /** Lets time pass with everybody at work and subscribers reading. */
  pass(durationMs: number): void {
    for (let done = 0; done < durationMs; done++) {
      this.world.clock.advanceMs(1);
      this.world.run();
      if (!this.isReading) continue;
      for (const subscription of this.#subscriptions) subscription.poll(() => {}, 100);
    }
  }

  until(condition: () => boolean): void {
    for (let i = 0; i < 5000; i++) {
      if (condition()) return;
      this.pass(1);
    }
    throw new Error("a scenario does not go on");
  }

  /** Offers message `index`; what is refused is offered again. */
  offer(publication: Publication, index: number, length: number, reserved?: bigint): void {
    const bytes = message(index, length);
    const source = new AtomicBuffer(new ArrayBuffer((length + 7) & ~7));
    source.putBytes(0, bytes, 0, length);
    this.until(
      () =>
        publication.offer(source, 0, length, reserved === undefined ? undefined : () => reserved) >
        0,
    );
  }

  /** Offers messages of one length, with time between. */
  offerEach(
    publication: Publication,
    from: number,
    to: number,
    length: number,
    gapMs: number,
  ): void {
    for (let index = from; index < to; index++) {
      this.offer(publication, index, length);
      this.pass(gapMs);
    }
  }

  /** The publication and a connection that has had some heartbeats. */
  async connected(channel: string, idleMs: number): Promise<ExclusivePublication> {
    const publication = await this.sender.addExclusivePublication(channel, STREAM);
    this.until(() => publication.isConnected());
    this.pass(idleMs);
    return publication;
  }
}

/** Each as in the .md of its capture. */
export const scenarios: Readonly<Record<string, () => Promise<Exchange>>> = {
  basic: async () => {
    const stage = new Stage();
    const subscription = await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 300);
    for (const [index, length] of [0, 1, 32, 100, 1376].entries()) {
      stage.offer(publication, index, length);
      stage.pass(30);
    }
    for (let index = 5; index < 25; index++) stage.offer(publication, index, 24);
    stage.pass(700);
    await publication.close();
    stage.pass(600);
    await subscription.close();
    stage.pass(1500);
    return stage.frames;
  },

  eos: async () => {
    const stage = new Stage();
    await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 10);
    stage.offerEach(publication, 0, 5, 64, 5);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  "flow-window": async () => {
    const stage = new Stage();
    await stage.subscribe(`${ENDPOINT}|rcv-wnd=16k`);
    stage.isReading = false;
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 10);
    for (let index = 0; index < 47; index++) stage.offer(publication, index, 1000);
    stage.pass(300);
    stage.isReading = true;
    stage.pass(600);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  fragmented: async () => {
    const stage = new Stage();
    await stage.subscribe(ENDPOINT);
    const start = "session-id=77|init-term-id=2147483647|term-id=2147483647|term-offset=0";
    const publication = await stage.connected(`${ENDPOINT}|${start}|term-length=1m`, 100);
    stage.offer(publication, 5, 102_400, 0x0102030405060708n);
    stage.pass(300);
    stage.offer(publication, 6, 1377);
    stage.pass(200);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  loss: async () => {
    const stage = new Stage();
    await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 100);
    const seen = new Set<unknown>();
    stage.drops = (frame) => {
      if (frame.type !== "DATA" || frame.frameLength === 0) return false;
      const isFirst = !seen.has(frame["termOffset"]);
      seen.add(frame["termOffset"]);
      return isFirst && Number(frame["termOffset"]) >= 2176 && Number(frame["termOffset"]) < 3676;
    };
    stage.offerEach(publication, 0, 30, 500, 5);
    stage.pass(600);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  "mdc-dynamic": async () => {
    const stage = new Stage();
    const control = `control=${A}:24412|control-mode=dynamic`;
    const first = await stage.subscribe(`aeron:udp?endpoint=${B}:24413|${control}`);
    const start = "session-id=55|init-term-id=7|term-id=7|term-offset=0|term-length=64k";
    const publication = await stage.connected(`aeron:udp?${control}|fc=min|${start}`, 5);
    stage.offerEach(publication, 0, 5, 64, 20);
    stage.pass(100);
    const second = await stage.subscribe(`aeron:udp?endpoint=${A}:24414|${control}`, stage.sender);
    stage.until(() => second.imageCount() === 1);
    stage.offerEach(publication, 5, 10, 64, 20);
    stage.pass(300);
    await first.close();
    stage.pass(300);
    stage.offerEach(publication, 10, 12, 64, 20);
    stage.pass(1200);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  "mdc-manual": async () => {
    const stage = new Stage();
    await stage.subscribe(`aeron:udp?endpoint=${B}:24415`);
    const second = await stage.subscribe(`aeron:udp?endpoint=${B}:24416`);
    const start = "session-id=56|init-term-id=7|term-id=7|term-offset=0|term-length=64k";
    const publication = await stage.sender.addExclusivePublication(
      `aeron:udp?control-mode=manual|fc=max|${start}`,
      STREAM,
    );
    await publication.addDestination(`aeron:udp?endpoint=${B}:24415`);
    stage.until(() => publication.isConnected());
    stage.offerEach(publication, 0, 5, 64, 20);
    stage.pass(100);
    await publication.addDestination(`aeron:udp?endpoint=${B}:24416`);
    stage.until(() => second.imageCount() === 1);
    stage.offerEach(publication, 5, 10, 64, 20);
    stage.pass(10);
    await publication.removeDestination(`aeron:udp?endpoint=${B}:24416`);
    stage.pass(300);
    stage.offerEach(publication, 10, 12, 64, 20);
    stage.pass(300);
    await publication.close();
    stage.pass(3000);
    return stage.frames;
  },

  multicast: async () => {
    const stage = new Stage();
    const group = "aeron:udp?endpoint=224.20.30.39:24419";
    await stage.subscribe(`${group}|interface=${B}|gtag=4919`);
    const start = "session-id=4660|init-term-id=-5|term-id=-5|term-offset=0|term-length=64k";
    const publication = await stage.connected(
      `${group}|interface=${A}|fc=tagged,g:4919,t:2s|${start}`,
      200,
    );
    stage.offerEach(publication, 0, 10, 64, 20);
    stage.pass(100);
    const late = await stage.subscribe(`${group}|interface=${A}`, stage.sender);
    stage.until(() => late.imageCount() === 1);
    stage.offerEach(publication, 10, 20, 64, 20);
    stage.pass(500);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  "no-subscriber": async () => {
    const stage = new Stage();
    const publication = await stage.sender.addExclusivePublication(`${ENDPOINT}|${START}`, STREAM);
    stage.pass(1700);
    await publication.close();
    stage.pass(100);
    return stage.frames;
  },

  reject: async () => {
    const stage = new Stage();
    const subscription = await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 10);
    stage.offerEach(publication, 0, 3, 64, 20);
    await subscription.images()[0]?.reject("rejected by test: bad session");
    stage.pass(3500);
    await publication.close();
    stage.pass(1500);
    return stage.frames;
  },

  response: async () => {
    const stage = new Stage();
    const answers = await stage.subscribe(
      `aeron:udp?control=${B}:24418|control-mode=response`,
      stage.sender,
      1002,
    );
    const requests = await stage.subscribe(`aeron:udp?endpoint=${B}:24417`);
    const start = "session-id=900|init-term-id=3|term-id=3|term-offset=0|term-length=64k";
    const request = await stage.connected(
      `aeron:udp?endpoint=${B}:24417|response-correlation-id=${answers.registrationId}|${start}`,
      0,
    );
    const image = requests.images()[0];
    const response = await stage.receiver.addExclusivePublication(
      `aeron:udp?control=${B}:24418|control-mode=response|response-correlation-id=${image?.correlationId}|init-term-id=4|term-id=4|term-offset=0|term-length=64k`,
      1002,
    );
    stage.until(() => response.isConnected() && answers.imageCount() === 1);
    for (let i = 0; i < 3; i++) {
      stage.offer(request, i, 64);
      stage.pass(20);
      stage.offer(response, 100 + i, 64);
      stage.pass(20);
    }
    await response.close();
    await request.close();
    stage.pass(2500);
    return stage.frames;
  },

  revoke: async () => {
    const stage = new Stage();
    await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 10);
    stage.offerEach(publication, 0, 5, 64, 5);
    stage.pass(50);
    await publication.revoke();
    stage.pass(1500);
    return stage.frames;
  },

  rotation: async () => {
    const stage = new Stage();
    await stage.subscribe(ENDPOINT);
    const start = "session-id=-2|init-term-id=2147483647|term-id=2147483647|term-offset=0";
    const publication = await stage.connected(`${ENDPOINT}|${start}|term-length=64k`, 10);
    for (let index = 0; index < 230; index++) stage.offer(publication, index, 1000);
    stage.pass(400);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  rttm: async () => {
    const stage = new Stage({ cubicMeasureRtt: true });
    await stage.subscribe(`${ENDPOINT}|cc=cubic`);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 5);
    stage.offerEach(publication, 0, 10, 100, 10);
    await publication.close();
    stage.pass(2000);
    return stage.frames;
  },

  "sub-closes-first": async () => {
    const stage = new Stage();
    const subscription = await stage.subscribe(ENDPOINT);
    const publication = await stage.connected(`${ENDPOINT}|${START}`, 5);
    stage.offerEach(publication, 0, 3, 64, 35);
    await subscription.close();
    stage.pass(3000);
    await publication.close();
    stage.pass(500);
    return stage.frames;
  },
};
