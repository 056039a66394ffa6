import {
  alignFrame,
  AtomicBuffer,
  ControlledAction,
  type Header,
  UNFRAGMENTED,
} from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { BufferClaim } from "../../src/client/buffer-claim.js";
import type { ConcurrentPublication } from "../../src/client/concurrent-publication.js";
import type { ExclusivePublication } from "../../src/client/exclusive-publication.js";
import {
  ControlledFragmentAssembler,
  FragmentAssembler,
} from "../../src/client/fragment-assembler.js";
import type { Subscription } from "../../src/client/subscription.js";
import { message } from "../support/messages.js";
import { ClientHarness } from "./support/client-harness.js";

const IPC = "aeron:ipc";

interface Stream {
  readonly harness: ClientHarness;
  readonly publication: ConcurrentPublication | ExclusivePublication;
  readonly subscription: Subscription;
}

async function open(kind: "exclusive" | "shared"): Promise<Stream> {
  const harness = new ClientHarness();
  const aeron = harness.connect();
  const subscription = await aeron.addSubscription(IPC, 10);
  const publication =
    kind === "exclusive"
      ? await aeron.addExclusivePublication(IPC, 10)
      : await aeron.addPublication(IPC, 10);
  harness.run();
  return { harness, publication, subscription };
}

function sourceOf(i: number, length: number): AtomicBuffer {
  const source = new AtomicBuffer(new ArrayBuffer(length));
  source.putBytes(0, message(i, length), 0, length);
  return source;
}

/** Takes whole messages until `count` are there, with the driver at work. */
function receive({ harness, subscription }: Stream, count: number): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const assembler = new FragmentAssembler((buffer, offset, length) => {
    messages.push(buffer.u8.slice(offset, offset + length));
  });
  for (let i = 0; i < 1000 && messages.length < count; i++) {
    harness.run();
    subscription.poll(assembler.onFragment, 10);
  }
  return messages;
}

describe.each(["shared", "exclusive"] as const)("a stream of a %s publication", (kind) => {
  it("carries messages of every length whole and in order, over many terms", async () => {
    const stream = await open(kind);
    const { harness, publication, subscription } = stream;
    const received: Uint8Array[] = [];
    const assembler = new FragmentAssembler((buffer, offset, length) => {
      received.push(buffer.u8.slice(offset, offset + length));
    });
    const lengths = [0, 1, 31, 32, 100, 1376, 1377, 5000, publication.maxMessageLength];
    let last = 0;
    for (let i = 0; i < 300;) {
      const length = lengths[i % lengths.length] ?? 0;
      const result = publication.offer(sourceOf(i, length), 0, length);
      if (result > 0) {
        expect(result).toBeGreaterThan(last);
        last = result;
        i++;
      }
      subscription.poll(assembler.onFragment, 10);
      harness.run();
    }
    for (let i = 0; i < 200 && received.length < 300; i++) {
      subscription.poll(assembler.onFragment, 10);
      harness.run();
    }
    expect(received).toHaveLength(300);
    received.forEach((bytes, i) => {
      expect(bytes).toEqual(message(i, lengths[i % lengths.length] ?? 0));
    });
    expect(publication.position()).toBe(last);
    expect(last).toBeGreaterThan(4 * 65536);
  });

  it("carries claims, parts, plain bytes and reserved values", async () => {
    const stream = await open(kind);
    const { publication, subscription } = stream;
    const claim = new BufferClaim();
    expect(publication.tryClaim(50, claim)).toBe(alignFrame(82));
    claim.buffer.putBytes(claim.offset, message(0, 50), 0, 50);
    claim.setReservedValue(99).setFlags(UNFRAGMENTED | 1);
    expect(claim.flags()).toBe(UNFRAGMENTED | 1);
    claim.commit();
    publication.tryClaim(60, claim);
    claim.abort();
    const whole = sourceOf(1, 3000);
    publication.offerParts([
      { buffer: whole, offset: 0, length: 1000 },
      { buffer: whole, offset: 1000, length: 2000 },
    ]);
    publication.offerBytes(message(2, 70).subarray(3));
    publication.offer(sourceOf(3, 8), 0, 8, () => -7n);
    const reserved: bigint[] = [];
    const messages: Uint8Array[] = [];
    const assembler = new FragmentAssembler((buffer, offset, length, header) => {
      messages.push(buffer.u8.slice(offset, offset + length));
      reserved.push(header.reservedValue());
    });
    subscription.poll(assembler.onFragment, 20);
    expect(messages).toEqual([
      message(0, 50),
      message(1, 3000),
      message(2, 70).slice(3),
      message(3, 8),
    ]);
    expect(reserved).toEqual([99n, 0n, 0n, -7n]);
  });

  it("refuses ranges and lengths that cannot be, and leaves the log as it was", async () => {
    const stream = await open(kind);
    const { publication } = stream;
    const source = sourceOf(1, 64);
    for (const [offset, length] of [
      [-8, 8],
      [0, 65],
      [60, 8],
    ] as const) {
      expect(() => publication.offer(source, offset, length)).toThrow("range must lie inside");
    }
    expect(() => publication.offer(source, 0, -1)).toThrow("message length");
    expect(() => publication.tryClaim(1377, new BufferClaim())).toThrow("message length");
    expect(() => publication.offerBytes(new Uint8Array(9000))).toThrow("message length");
    expect(publication.position()).toBe(0);
    publication.offer(source);
    expect(receive(stream, 1)).toEqual([message(1, 64)]);
  });

  it("gives the assembled message the header of its first fragment and the position behind its last", async () => {
    const stream = await open(kind);
    const { publication, subscription } = stream;
    publication.offerBytes(message(1, 10));
    const end = publication.offerBytes(message(2, 4000));
    const seen: unknown[] = [];
    const assembler = new FragmentAssembler((_buffer, _offset, length, header: Header) => {
      seen.push([length, header.frameLength(), header.termOffset(), header.position()]);
    });
    subscription.poll(assembler.onFragment, 20);
    expect(seen).toEqual([
      [10, 42, 0, 64],
      [4000, 4032, 64, end],
    ]);
  });

  it("lets a controlled handler take a message of several fragments again", async () => {
    const stream = await open(kind);
    const { publication, subscription } = stream;
    publication.offerBytes(message(1, 4000));
    publication.offerBytes(message(2, 10));
    const actions = [ControlledAction.ABORT, ControlledAction.COMMIT, ControlledAction.BREAK];
    const lengths: number[] = [];
    const assembler = new ControlledFragmentAssembler((_buffer, _offset, length) => {
      lengths.push(length);
      return actions.shift() ?? ControlledAction.CONTINUE;
    });
    expect(subscription.controlledPoll(assembler.onFragment, 20)).toBe(2);
    expect(subscription.controlledPoll(assembler.onFragment, 20)).toBe(2);
    expect(lengths).toEqual([4000, 4000, 10]);
  });
});

describe("an exclusive publication", () => {
  it("goes on with frames that are complete already, and with padding", async () => {
    const stream = await open("exclusive");
    const aeron = stream.harness.connect();
    const copy = await aeron.addExclusivePublication(`${IPC}?term-length=64k`, 11);
    const reader = await aeron.addSubscription(IPC, 11);
    stream.harness.run();
    const block = new AtomicBuffer(new ArrayBuffer(64));
    block.putInt32(0, 42);
    block.putInt32(4, 0x1c000);
    block.putInt32(8, 0);
    block.putInt32(12, copy.sessionId);
    block.putInt32(16, 11);
    block.putInt32(20, copy.termId());
    expect(() => copy.offerBlock(block, 0, 40)).toThrow("whole frames");
    expect(copy.offerBlock(block, 0, 64)).toBe(64);
    expect(copy.appendPadding(100)).toBe(64 + 160);
    expect([copy.termOffset(), copy.position()]).toEqual([224, 224]);
    expect(reader.poll(() => {}, 10)).toBe(1);
    expect(reader.images()[0]?.position()).toBe(224);
  });
});

describe("a subscription", () => {
  it("takes turns between its images, and hands what a handler throws to its error handler", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const errors: unknown[] = [];
    const subscription = await aeron.addSubscription(IPC, 10, {
      onError: (error) => errors.push(error),
    });
    const publications = await Promise.all(
      [1, 2, 3].map((id) => aeron.addExclusivePublication(`${IPC}?session-id=${id}`, 10)),
    );
    harness.run();
    for (const publication of publications) {
      for (let i = 0; i < 2; i++) publication.offerBytes(message(i, 8));
    }
    const order: number[] = [];
    for (let i = 0; i < 3; i++) {
      subscription.poll((_buffer, _offset, _length, header) => order.push(header.sessionId()), 1);
    }
    expect(order.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    const bad = subscription.images()[0]?.poll(() => {
      throw new Error("in a handler");
    }, 10);
    expect([bad, errors.length]).toEqual([1, 1]);
  });
});

describe("explain", () => {
  it("names the subscriber that holds a publication back, how far behind, and since when", async () => {
    const stream = await open("exclusive");
    const { harness, publication } = stream;
    const aeron = harness.connect({ clientName: "slow" });
    await aeron.addSubscription(IPC, 10);
    harness.pass(600);
    expect(aeron.explain(publication)).toMatchObject({ reason: "none", blockedForMs: 0 });
    while (publication.offerBytes(new Uint8Array(1000)) !== -2) harness.run();
    for (let i = 0; i < 20; i++) {
      stream.subscription.poll(() => {}, 100);
      harness.run();
    }
    harness.pass(1300);
    const explanation = aeron.explain(publication);
    expect(explanation.reason).toBe("subscriber");
    expect(explanation.slowest?.behind).toBeGreaterThan(30_000);
    expect(explanation.text).toMatch(
      /^blocked 1\.\d s: subscriber \d+ \(slow, pid 4121, stream 10\) is 3\d\.\d KiB behind; window 32\.0 KiB$/,
    );
    await publication.close();
    expect(aeron.explain(publication).reason).toBe("closed");
  });

  it("says that nobody listens", async () => {
    const harness = new ClientHarness();
    const aeron = harness.connect();
    const publication = await aeron.addPublication(IPC, 10);
    expect(publication.offerBytes(new Uint8Array(8))).toBe(-1);
    expect(aeron.explain(publication).text).toBe("blocked: no subscriber on aeron:ipc stream 10");
  });
});
