import { describe, expect, it } from "vitest";
import { GatewayReader, type StreamPlace } from "../../src/browser/gateway-reader.js";
import type { GatewaySocket } from "../../src/gateway/browser-session.js";
import { Gateway, GatewayStreamError, type GatewayOptions } from "../../src/gateway/gateway.js";
import type { GatewaySource, SourceEvents } from "../../src/gateway/gateway-stream.js";
import { keyOfBytes } from "../../src/gateway/key-of-bytes.js";

/** A publisher in memory: what is published is taken by the next poll. */
class TestSource implements GatewaySource {
  readonly #steps: ((events: SourceEvents) => void)[] = [];
  #position = 0;
  polledCount = 0;

  publish(...bytes: readonly number[]): void {
    this.publishBytes(Uint8Array.from(bytes));
  }

  publishBytes(bytes: Uint8Array): void {
    this.#position += 64;
    const message = { sessionId: 7, position: this.#position, bytes };
    this.#steps.push((events) => events.onMessage(message));
  }

  tell(step: (events: SourceEvents) => void): void {
    this.#steps.push(step);
  }

  left(): number {
    return this.#steps.length;
  }

  poll(events: SourceEvents, limit: number): number {
    const steps = this.#steps.splice(0, limit);
    for (const step of steps) step(events);
    this.polledCount += steps.length;
    return steps.length;
  }
}

/** A browser in memory; while it is blocked its socket holds what it is given. */
class TestBrowser implements GatewaySocket {
  isBlocked = false;
  held = 0;
  sentMax = 0;
  closed: string | undefined;
  readonly events: string[] = [];
  readonly messages: number[][] = [];
  readonly #reader: GatewayReader;

  constructor(...names: readonly string[]) {
    const place = ({ sessionId, position }: StreamPlace): string => `${sessionId}@${position}`;
    this.#reader = new GatewayReader(
      names.map((name) => ({
        handler: {
          onMessage: (view, offset, length) => {
            const bytes = [...new Uint8Array(view.buffer, view.byteOffset + offset, length)];
            this.messages.push(bytes);
            if (length <= 8) this.events.push(`${name} ${bytes.join(",")}`);
            else this.events.push(`${name} ${length} bytes`);
          },
        },
        observer: {
          onGap: (count, at) => this.events.push(`${name} gap ${count} ${place(at)}`),
          onConflated: (count) => this.events.push(`${name} conflated ${count}`),
          onCaughtUp: () => this.events.push(`${name} caught up`),
          onSession: (at) => this.events.push(`${name} session ${place(at)}`),
          onSessionEnd: (at) => this.events.push(`${name} end ${place(at)}`),
        },
      })),
    );
  }

  send(bytes: Uint8Array): void {
    this.sentMax = Math.max(this.sentMax, bytes.length);
    if (this.isBlocked) this.held += bytes.length;
    this.#reader.onBytes(bytes.slice().buffer);
  }

  bufferedLength(): number {
    return this.held;
  }

  close(code: number, reason: string): void {
    this.closed = `${code} ${reason}`;
  }

  take(): string[] {
    return this.events.splice(0);
  }
}

function world(
  options: Partial<GatewayOptions> & { historyLength?: number; keysMax?: number } = {},
) {
  const { historyLength = 0, keysMax = 100, ...limits } = options;
  const book = new TestSource();
  const trades = new TestSource();
  const gateway = new Gateway({
    streams: [
      // The first byte is what a message is about; 255 is about nothing.
      {
        name: "book",
        source: book,
        keysMax,
        keyOf: (view, offset) => {
          const key = view.getUint8(offset);
          return key === 255 ? undefined : key;
        },
      },
      { name: "trades", source: trades, historyLength },
    ],
    ...limits,
  });
  const join = (...names: readonly string[]): TestBrowser => {
    const browser = new TestBrowser("book", "trades");
    gateway.addBrowser(browser, names.length === 0 ? ["book", "trades"] : names);
    return browser;
  };
  return { book, trades, gateway, join };
}

describe("a gateway", () => {
  it("hands every message to every browser that wants its stream", () => {
    const { book, trades, gateway, join } = world();
    const both = join();
    const one = join("trades");
    trades.publish(1, 2, 3);
    book.publish(5, 1);
    expect(gateway.doWork(0)).toBeGreaterThan(0);
    expect(both.take().sort()).toEqual([
      "book 5,1",
      "book caught up",
      "trades 1,2,3",
      "trades caught up",
    ]);
    expect(one.take()).toEqual(["trades 1,2,3", "trades caught up"]);
    expect(gateway.doWork(0)).toBe(0);
  });

  it("gives a late browser the last value of each thing, the history, and says when that was all", () => {
    const { book, trades, gateway, join } = world({ historyLength: 5 });
    book.tell((events) => events.onSession(7, 0));
    for (const value of [1, 2, 3]) book.publish(10, value);
    book.publish(11, 9);
    trades.publish(1, 1);
    trades.publish(2, 2);
    trades.publish(3, 3);
    gateway.doWork(0);
    const late = join();
    gateway.doWork(0);
    expect(late.take()).toEqual([
      "book session 7@0",
      "book 10,3",
      "trades 2,2",
      "book 11,9",
      "trades 3,3",
      "book caught up",
      "trades caught up",
    ]);
    book.publish(10, 4);
    gateway.doWork(0);
    expect(late.take()).toEqual(["book 10,4"]);
  });

  it("conflates for a slow browser: the last value of each thing, with how many were left out", () => {
    const { book, gateway, join } = world({ sendAheadMax: 100 });
    const slow = join("book");
    const fast = join("book");
    gateway.doWork(0);
    slow.isBlocked = true;
    slow.held = 100;
    for (let value = 0; value < 50; value++) {
      book.publish(1, value);
      book.publish(2, value);
      gateway.doWork(0);
    }
    expect(fast.messages).toHaveLength(100);
    expect(slow.messages).toHaveLength(0);
    slow.isBlocked = false;
    slow.held = 0;
    gateway.doWork(0);
    expect(slow.take()).toEqual([
      "book caught up",
      "book conflated 49",
      "book 1,49",
      "book conflated 49",
      "book 2,49",
    ]);
  });

  it("lets no thing starve: what changes all the time waits its turn like the rest", () => {
    const { book, gateway, join } = world({ sendAheadMax: 1 });
    const browser = join("book");
    gateway.doWork(0);
    browser.take();
    // The socket takes a batch of one turn only, and everything changes before each.
    browser.isBlocked = true;
    for (let turn = 0; turn < 30; turn++) {
      for (let key = 0; key < 5; key++) book.publish(key, turn);
      browser.held = turn % 2;
      gateway.doWork(0);
    }
    for (let key = 0; key < 5; key++) {
      expect(browser.messages.filter(([first]) => first === key).length).toBeGreaterThan(10);
    }
  });

  it("drops the oldest of what counts by itself, and says how many and up to where", () => {
    const { trades, gateway, join } = world({ sendAheadMax: 1, queueLengthMax: 10 * 32 });
    const slow = join("trades");
    gateway.doWork(0);
    slow.take();
    slow.isBlocked = true;
    slow.held = 1;
    for (let value = 1; value <= 30; value++) trades.publish(value);
    gateway.doWork(0);
    expect(gateway.report()[0]).toMatchObject({ droppedCount: 20, queueLength: 320 });
    slow.held = 0;
    slow.isBlocked = false;
    gateway.doWork(0);
    expect(slow.take()).toEqual([
      "trades gap 20 7@1280",
      ...Array.from({ length: 10 }, (_, i) => `trades ${21 + i}`),
    ]);
    trades.publish(31);
    gateway.doWork(0);
    expect(slow.take()).toEqual(["trades 31"]);
  });

  it("never waits for a browser: streams are read on, and what waits is bounded", () => {
    const { book, trades, gateway, join } = world({ sendAheadMax: 1, queueLengthMax: 4096 });
    const stuck = Array.from({ length: 5 }, () => join());
    gateway.doWork(0);
    for (const each of stuck) each.held = 1;
    const payload = new Uint8Array(100);
    for (let turn = 0; turn < 200; turn++) {
      for (let i = 0; i < 100; i++) {
        trades.publishBytes(payload);
        book.publish(i % 50, i);
      }
      gateway.doWork(turn);
      expect(trades.left() + book.left()).toBe(0);
      for (const { queueLength } of gateway.report()) expect(queueLength).toBeLessThanOrEqual(4096);
    }
    expect(trades.polledCount).toBe(20_000);
  });

  it("lets a browser go that takes nothing for too long", () => {
    const { trades, gateway, join } = world({ sendAheadMax: 1, stallTimeoutMs: 1000 });
    const stuck = join("trades");
    const fine = join("trades");
    gateway.doWork(0);
    stuck.held = 1;
    trades.publish(1);
    gateway.doWork(100);
    gateway.doWork(1100);
    expect(stuck.closed).toBeUndefined();
    gateway.doWork(1101);
    expect(stuck.closed).toBe("4008 too slow");
    expect(fine.closed).toBeUndefined();
    expect(gateway.browserCount()).toBe(1);
  });

  it("tells of losses before it, and of publishers that come and go", () => {
    const { trades, gateway, join } = world();
    const browser = join("trades");
    trades.tell((events) => events.onSession(9, 128));
    trades.publish(1);
    trades.tell((events) => events.onGap(9, 4096));
    trades.tell((events) => events.onSessionEnd(9, 8192));
    gateway.doWork(0);
    expect(browser.take()).toEqual([
      "trades session 9@128",
      "trades caught up",
      "trades 1",
      "trades gap 0 9@4096",
      "trades end 9@8192",
    ]);
    expect(join("trades").take()).toEqual([]);
  });

  it("sends messages of any length, in batches of bounded ones", () => {
    const { trades, gateway, join } = world({ queueLengthMax: 1 << 20 });
    const browser = join("trades");
    for (const length of [0, 1, 7, 8, 65_000, 65_536, 200_000]) {
      trades.publishBytes(Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff));
    }
    gateway.doWork(0);
    expect(browser.messages.map(({ length }) => length)).toEqual([
      0, 1, 7, 8, 65_000, 65_536, 200_000,
    ]);
    for (const each of browser.messages) {
      expect(each.every((byte, i) => byte === ((i * 7) & 0xff))).toBe(true);
    }
  });

  it("takes things beyond its limit for messages that count each", () => {
    const { book, gateway, join } = world({ keysMax: 2, sendAheadMax: 1 });
    const slow = join("book");
    gateway.doWork(0);
    slow.take();
    slow.isBlocked = true;
    slow.held = 1;
    for (const key of [1, 2, 3, 1, 2, 3, 255]) book.publish(key);
    gateway.doWork(0);
    slow.held = 0;
    slow.isBlocked = false;
    gateway.doWork(0);
    expect(slow.messages.flat().sort((a, b) => a - b)).toEqual([1, 2, 3, 3, 255]);
  });

  it("refuses streams that it does not serve", () => {
    const { gateway } = world();
    expect(() => gateway.addBrowser(new TestBrowser(), ["orders"])).toThrow(GatewayStreamError);
    expect(gateway.browserCount()).toBe(0);
  });

  it("lets all browsers go when it closes", () => {
    const { gateway, join } = world();
    const browser = join();
    gateway.close();
    expect(browser.closed).toBe("1001 gateway closes");
  });
});

describe("keyOfBytes", () => {
  it("makes a key of bytes at places; messages that lack them have none", () => {
    const keyOf = keyOfBytes({ offset: 2, length: 2 }, { offset: 8, length: 1 });
    const key = (...bytes: readonly number[]) =>
      keyOf(new DataView(Uint8Array.from(bytes).buffer), 0, bytes.length);
    expect(key(0, 0, 1, 2, 0, 0, 0, 0, 5)).toBe(key(9, 9, 1, 2, 9, 9, 9, 9, 5));
    expect(key(0, 0, 1, 2, 0, 0, 0, 0, 5)).not.toBe(key(0, 0, 1, 2, 0, 0, 0, 0, 6));
    expect(key(0, 0, 1, 2)).toBeUndefined();
  });
});

describe("a reader", () => {
  it("refuses what is not of a gateway, whatever it is", () => {
    const reader = new GatewayReader([]);
    const wrong = new ArrayBuffer(32);
    new DataView(wrong).setUint32(20, 4000, true);
    for (const bytes of [new ArrayBuffer(3), wrong]) {
      expect(() => reader.onBytes(bytes)).toThrow(
        expect.objectContaining({ code: "GATEWAY_PROTOCOL" }) as Error,
      );
    }
    // Records of a kind that is not known, and of streams that are not wanted, are left out.
    const unknown = new ArrayBuffer(24);
    new DataView(unknown).setUint8(0, 99);
    new GatewayReader([{ handler: { onMessage: () => expect.unreachable() } }]).onBytes(unknown);
  });
});
