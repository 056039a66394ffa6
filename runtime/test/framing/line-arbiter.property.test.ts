import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LineArbiter } from "@alerion/runtime/framing";
import { viewOf } from "./support.js";

/** Two lines that each lose some packets, interleaved at random but each in its own order. */
const feeds = fc.record({
  start: fc.constantFrom(1, 0x7fff_fff0, 0xffff_fff0),
  count: fc.integer({ min: 1, max: 60 }),
  lost: fc.array(fc.record({ line: fc.nat({ max: 1 }), index: fc.nat({ max: 59 }) })),
  /** True: line A goes next. */
  turns: fc.infiniteStream(fc.boolean()),
});

it("both lines together give every packet that either brought, once and in order; the rest are gaps", () => {
  fc.assert(
    fc.property(feeds, fc.boolean(), ({ start, count, lost, turns }, linesKeepOrder) => {
      const events: string[] = [];
      const arbiter = new LineArbiter(
        { onMessage: (view, offset) => events.push(`${view.getUint32(offset)}`) },
        {
          windowLength: 64,
          linesKeepOrder,
          initialSequence: start,
          gapTimeoutMs: 0,
          onGap(sequence, missing) {
            for (let index = 0; index < missing; index++) {
              events.push(`lost ${(sequence + index) >>> 0}`);
            }
          },
        },
      );
      const isLost = (line: number, index: number): boolean =>
        lost.some((each) => each.line === line && each.index === index);
      const next = [0, 0];
      const view = viewOf(new Uint8Array(4));
      const send = (line: 0 | 1): void => {
        const index = next[line] ?? 0;
        next[line] = index + 1;
        if (index >= count || isLost(line, index)) return;
        view.setUint32(0, (start + index) >>> 0);
        arbiter.onPacket(line, (start + index) >>> 0, view, 0, 4);
        view.setUint32(0, 0xdead_beef);
      };
      for (const isA of turns) {
        send(isA ? 0 : 1);
        if ((next[0] ?? 0) >= count && (next[1] ?? 0) >= count) break;
      }
      while (arbiter.heldCount > 0) arbiter.poll(0);

      const expected: string[] = [];
      for (let index = 0; index < count; index++) {
        const sequence = (start + index) >>> 0;
        const isGone = isLost(0, index) && isLost(1, index);
        expected.push(isGone ? `lost ${sequence}` : `${sequence}`);
      }
      // Nobody knows of packets that were lost at the end.
      while (expected.at(-1)?.startsWith("lost") === true) expected.pop();
      expect(events).toStrictEqual(expected);
    }),
  );
});

it("any sequence numbers leave it bounded: handed on in rising order, counts add up", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          line: fc.nat({ max: 1 }),
          sequence: fc.oneof(
            fc.integer({ min: 0, max: 40 }),
            fc.integer({ min: 0, max: 0xffff_ffff }),
          ),
        }),
        { maxLength: 200 },
      ),
      (packets) => {
        const handed: number[] = [];
        const view = viewOf(new Uint8Array(4));
        const arbiter = new LineArbiter(
          { onMessage: (packet, offset) => handed.push(packet.getInt32(offset)) },
          { windowLength: 16, packetLengthMax: 4 },
        );
        for (const { line, sequence } of packets) {
          view.setUint32(0, sequence);
          arbiter.onPacket(line, sequence, view, 0, 4);
          expect(arbiter.heldCount).toBeLessThan(16);
        }
        for (const [index, sequence] of handed.entries()) {
          const previous = handed[index - 1];
          if (previous !== undefined) expect((sequence - previous) | 0).toBeGreaterThan(0);
        }
        expect(arbiter.packetCount).toBe(handed.length);
        expect(
          arbiter.packetCount + arbiter.duplicateCount + arbiter.staleCount + arbiter.heldCount,
        ).toBe(packets.length);
      },
    ),
  );
});
