import { userInfo } from "node:os";
import {
  ADMIN_ACTION,
  alignFrame,
  type AtomicBuffer,
  BACK_PRESSURED,
  CLOSED,
  ControlledAction,
  DATA_HEADER_LENGTH,
  FrameType,
  MAX_POSITION_EXCEEDED,
  NOT_CONNECTED,
  publicationResultName,
  UNFRAGMENTED,
} from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { BufferClaim } from "../../src/client/buffer-claim.js";
import { FragmentAssembler } from "../../src/client/fragment-assembler.js";
import { defaultAeronDir } from "../../src/driver/default-dir.js";
import { message } from "../support/messages.js";
import { TERM_LENGTH } from "../support/driver-harness.js";
import { ClientHarness } from "./support/client-harness.js";

/*
 * What else Aeron's client has, call by call; docs/features.md names the test of each.
 */

const IPC = "aeron:ipc";
const FRAME_LENGTH = alignFrame(DATA_HEADER_LENGTH + 100);

async function stream(query: string = "") {
  const harness = new ClientHarness();
  const aeron = harness.connect();
  const subscription = await aeron.addSubscription(IPC, 10);
  const publication = await aeron.addExclusivePublication(`${IPC}${query}`, 10);
  harness.run();
  const [image] = subscription.images();
  if (image === undefined) throw new Error("no image");
  const send = (count: number): void => {
    for (let i = 0; i < count; i++) {
      expect(publication.offerBytes(message(i, 100))).toBeGreaterThan(0);
    }
  };
  return { harness, aeron, subscription, publication, image, send };
}

describe("a publication", () => {
  it("has a window that shrinks as it is written to, and grows as it is read", async () => {
    const { harness, publication, subscription, send } = await stream();
    const window = TERM_LENGTH / 2;
    expect([publication.availableWindow(), publication.positionLimit()]).toEqual([window, window]);
    send(3);
    expect(publication.availableWindow()).toBe(window - 3 * FRAME_LENGTH);
    while (publication.offerBytes(message(0, 1000)) > 0);
    expect(publication.offerBytes(message(0, 1000))).toBe(BACK_PRESSURED);
    expect(publication.availableWindow()).toBeLessThanOrEqual(0);
    subscription.poll(() => {}, 1000);
    harness.run();
    expect(publication.availableWindow()).toBeGreaterThan(window / 2);
    await publication.close();
    expect([publication.availableWindow(), publication.positionLimit()]).toEqual([CLOSED, CLOSED]);
  });

  it("ends at the last position of its log", async () => {
    // The last term of the stream: its id is 2^31 - 1 ahead of the first one's.
    const last = TERM_LENGTH - 256;
    const { publication } = await stream(`?init-term-id=0|term-id=2147483647|term-offset=${last}`);
    expect(publication.maxPossiblePosition).toBe(TERM_LENGTH * 2 ** 31);
    expect(publication.offerBytes(message(0, 100))).toBe(publication.maxPossiblePosition - 96);
    expect(publication.offerBytes(message(0, 100))).toBe(MAX_POSITION_EXCEEDED);
    expect(publication.offerBytes(message(0, 100))).toBe(MAX_POSITION_EXCEEDED);
  });

  it("yields results that have names", () => {
    const results = [NOT_CONNECTED, BACK_PRESSURED, ADMIN_ACTION, CLOSED, MAX_POSITION_EXCEEDED];
    expect(results).toEqual([-1, -2, -3, -4, -5]);
    expect([...results, 1, -9].map(publicationResultName)).toEqual([
      "NOT_CONNECTED",
      "BACK_PRESSURED",
      "ADMIN_ACTION",
      "CLOSED",
      "MAX_POSITION_EXCEEDED",
      "NONE",
      "UNKNOWN(-9)",
    ]);
  });
});

describe("a claim", () => {
  it("says and takes flags, type and reserved value of its header", async () => {
    const { publication, subscription } = await stream();
    const claim = new BufferClaim();
    publication.tryClaim(8, claim);
    expect([claim.flags(), claim.headerType(), claim.reservedValue()]).toEqual([
      UNFRAGMENTED,
      FrameType.DATA,
      0n,
    ]);
    claim.setReservedValue(-(2n ** 63n)).setFlags(UNFRAGMENTED | 2);
    expect([claim.flags(), claim.reservedValue()]).toEqual([UNFRAGMENTED | 2, -(2n ** 63n)]);
    claim.commit();
    publication.tryClaim(8, claim);
    claim.setHeaderType(FrameType.PAD).commit();
    publication.tryClaim(8, claim);
    claim.commit();
    const seen: (readonly [flags: number, reserved: bigint])[] = [];
    subscription.poll((_buffer, _offset, _length, header) => {
      seen.push([header.flags(), header.reservedValue()]);
    }, 10);
    expect(seen).toEqual([
      [UNFRAGMENTED | 2, -(2n ** 63n)],
      [UNFRAGMENTED, 0n],
    ]);
  });
});

describe("an image", () => {
  it("is polled up to a position, plainly and controlled", async () => {
    const { image, send } = await stream();
    send(6);
    const offsets: number[] = [];
    const take = (_buffer: AtomicBuffer, offset: number): void => {
      offsets.push(offset - DATA_HEADER_LENGTH);
    };
    expect(image.boundedPoll(take, 2 * FRAME_LENGTH, 10)).toBe(2);
    expect(image.boundedPoll(take, 2 * FRAME_LENGTH, 10)).toBe(0);
    // A fragment that begins before the limit is read whole.
    expect(image.boundedPoll(take, 2 * FRAME_LENGTH + 1, 10)).toBe(1);
    const control = (action: ControlledAction) => (buffer: AtomicBuffer, offset: number) => {
      take(buffer, offset);
      return action;
    };
    const limit = 5 * FRAME_LENGTH;
    const { ABORT, BREAK, CONTINUE } = ControlledAction;
    expect(image.boundedControlledPoll(control(ABORT), limit, 10)).toBe(0);
    expect(image.boundedControlledPoll(control(BREAK), limit, 10)).toBe(1);
    expect(image.boundedControlledPoll(control(CONTINUE), limit, 10)).toBe(1);
    expect(image.boundedControlledPoll(control(CONTINUE), limit, 10)).toBe(0);
    expect(offsets).toEqual([0, 1, 2, 3, 3, 4].map((i) => i * FRAME_LENGTH));
    expect(image.position()).toBe(limit);
  });

  it("commits on COMMIT what was read so far, so that the publisher may go on", async () => {
    const { aeron, image, send } = await stream();
    send(3);
    const positions: number[] = [];
    image.controlledPoll(() => {
      positions.push(aeron.counters.value(image.subscriberPositionId));
      return ControlledAction.COMMIT;
    }, 10);
    expect(positions).toEqual([0, FRAME_LENGTH, 2 * FRAME_LENGTH]);
  });

  it("hands out whole runs of frames, and knows where it joined", async () => {
    const { harness, aeron, image, send } = await stream();
    send(4);
    const blocks: (readonly [offset: number, length: number, sessionId: number])[] = [];
    const length = image.blockPoll((_buffer, offset, bytes, sessionId) => {
      blocks.push([offset, bytes, sessionId]);
    }, 3 * FRAME_LENGTH);
    expect([length, image.position()]).toEqual([3 * FRAME_LENGTH, 3 * FRAME_LENGTH]);
    expect(blocks).toEqual([[0, 3 * FRAME_LENGTH, image.sessionId]]);
    expect(image.joinPosition).toBe(0);
    harness.run();
    const late = await aeron.addSubscription(IPC, 10);
    harness.run();
    expect(late.images().map(({ joinPosition }) => joinPosition)).toEqual([3 * FRAME_LENGTH]);
  });

  it("is what a header names as its context, of whole messages and of assembled ones", async () => {
    const { harness, publication, subscription, image } = await stream();
    publication.offerBytes(message(0, 100));
    publication.offerBytes(message(1, 3000));
    const seen: unknown[] = [];
    const assembler = new FragmentAssembler((_buffer, _offset, _length, header) => {
      seen.push([header.context, header.sessionId(), header.streamId(), header.position()]);
    });
    for (let i = 0; i < 5; i++) {
      subscription.poll(assembler.onFragment, 10);
      harness.run();
    }
    const { sessionId } = publication;
    expect(seen).toEqual([
      [image, sessionId, 10, FRAME_LENGTH],
      [image, sessionId, 10, publication.position()],
    ]);
  });
});

describe("a subscription", () => {
  it("lists its images, by number, by session and one after the other", async () => {
    const { harness, aeron, subscription, image } = await stream();
    const other = await aeron.addExclusivePublication(IPC, 10);
    harness.run();
    const sessions: number[] = [];
    subscription.forEachImage((each) => sessions.push(each.sessionId));
    expect(sessions).toEqual([image.sessionId, other.sessionId]);
    expect([subscription.imageCount(), subscription.hasNoImages()]).toEqual([2, false]);
    expect(subscription.imageBySessionId(other.sessionId)?.sessionId).toBe(other.sessionId);
    expect(subscription.imageBySessionId(other.sessionId + 1)).toBeUndefined();
  });
});

describe("the default directory", () => {
  it("is Aeron's: of the user, in shared memory where there is one; AERON_DIR overrides it", () => {
    expect(defaultAeronDir({ AERON_DIR: "/x/y" })).toBe("/x/y");
    expect(defaultAeronDir({ AERON_DIR: "" })).toBe(defaultAeronDir({}));
    expect(defaultAeronDir({}).endsWith(`/aeron-${userInfo().username}`)).toBe(true);
    if (process.platform === "linux") expect(defaultAeronDir({})).toMatch(/^\/dev\/shm\//);
  });
});
