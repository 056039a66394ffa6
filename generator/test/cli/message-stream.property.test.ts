import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileSchema,
  DecodeError,
  layoutOf,
  measureMessage,
  type SchemaLayout,
} from "@alerion/schema";
import { MessageStream } from "../../src/cli/message-stream.js";
import { ORDER_HEX, PING_HEX, SHOP_SCHEMA } from "../support/cli.js";

function shopLayout(): SchemaLayout {
  const { ir } = compileSchema(SHOP_SCHEMA, { file: "shop.xml" });
  if (ir === undefined) throw new Error("schema must compile");
  return layoutOf(ir);
}

const layout = shopLayout();
const ORDER = Buffer.from(ORDER_HEX, "hex");
const PING = Buffer.from(PING_HEX, "hex");

interface Run {
  readonly lengths: number[];
  readonly position: number;
  readonly error: unknown;
  /** Bytes that the handler looked at, summed over all calls. */
  readonly work: number;
}

function run(pieces: Iterable<Uint8Array>): Run {
  const lengths: number[] = [];
  let work = 0;
  const stream = new MessageStream((view, offset, limit) => {
    work += limit - offset;
    const length = measureMessage(layout, view, offset, limit);
    lengths.push(length);
    return length;
  });
  try {
    for (const piece of pieces) stream.push(piece);
    stream.finish();
  } catch (error) {
    return { lengths, position: stream.position, error, work };
  }
  return { lengths, position: stream.position, error: undefined, work };
}

describe("messages in a stream of bytes", () => {
  it("come out whole and in order, wherever the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(ORDER, PING)),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, cuts) => {
          const whole = Buffer.concat(messages);
          const places = [...cuts.map((cut) => cut % (whole.length + 1)), 0, whole.length].sort(
            (a, b) => a - b,
          );
          const pieces = places
            .slice(1)
            .map((place, index) => whole.subarray(places[index], place));
          const result = run(pieces);
          expect(result.error).toBeUndefined();
          expect(result.lengths).toStrictEqual(messages.map((message) => message.length));
          expect(result.position).toBe(whole.length);
        },
      ),
    );
  });

  it("end in a typed error for any other bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (pieces) => {
        const { error, position, lengths } = run(pieces);
        if (error !== undefined) expect(error).toBeInstanceOf(DecodeError);
        expect(position).toBe(lengths.reduce((sum, length) => sum + length, 0));
      }),
    );
  });

  it("are looked at a number of times that does not grow with the pieces of a long message", () => {
    // The longest note there is, a byte at a time.
    const note = Buffer.alloc(60_000, 0x61);
    const length = Buffer.from([note.length & 0xff, note.length >> 8]);
    const long = Buffer.concat([ORDER.subarray(0, 47), length, note, Buffer.from([0])]);
    const pieces = Array.from({ length: long.length }, (_, at) => long.subarray(at, at + 1));
    const { lengths, work } = run(pieces);
    expect(lengths).toStrictEqual([long.length]);
    expect(work).toBeLessThan(4 * long.length);
  });

  it("stop at a message that takes no bytes instead of turning for ever", () => {
    const stream = new MessageStream(() => 0);
    expect(() => stream.push(Uint8Array.of(1))).toThrow("message must take bytes");
  });
});
