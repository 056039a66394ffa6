import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage, layoutOf, type SchemaLayout } from "@alerion/schema";
import {
  explainMessage,
  explainPayload,
  FRAMINGS,
  guessFraming,
  type Span,
} from "@alerion/schema/explain";
import { GuardedView } from "../support/guarded-view.js";
import { randomSchema } from "../support/random-schema.js";
import { randomValues } from "../support/random-values.js";

const messages = randomSchema()
  .map(({ ir }) => layoutOf(ir))
  .chain((layout) =>
    fc.constantFrom(...layout.messages).chain((message) =>
      randomValues(message).map((values) => ({
        layout,
        bytes: encodeMessage(layout, message.name, values),
      })),
    ),
  );

const changes = fc.array(
  fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 0xff, 0x7f, 0x80), fc.nat({ max: 255 }))),
  { maxLength: 5 },
);

function expectTiles(spans: readonly Span[], start: number, end: number): void {
  let at = start;
  for (const span of spans) {
    expect(span.start).toBe(at);
    expect(span.end).toBeGreaterThan(at);
    at = span.end;
  }
  expect(at).toBe(end);
}

function isDecodable(layout: SchemaLayout, view: DataView, offset: number, limit: number): boolean {
  try {
    decodeMessage(layout, view, offset, limit);
    return true;
  } catch {
    return false;
  }
}

describe("an explained message", () => {
  it("has every byte in one span, whatever the bytes; nothing else is read", () => {
    fc.assert(
      fc.property(messages, changes, fc.nat(), ({ layout, bytes }, mutations, cut) => {
        const mutated = bytes.slice(0, bytes.length - (cut % 5 === 0 ? cut % bytes.length : 0));
        for (const [at, value] of mutations) {
          if (mutated.length > 0) mutated[at % mutated.length] = value;
        }
        const view = new GuardedView(mutated, 0xff);
        const { start, limit } = view;
        const { spans, end, error } = explainMessage(layout, view, start, limit);
        expectTiles(spans, start, end);
        expect(error === undefined).toBe(isDecodable(layout, view, start, limit));
        if (error !== undefined) expect(end).toBe(limit);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it("in any framing is explained from its first byte to its last", () => {
    fc.assert(
      fc.property(
        messages,
        changes,
        fc.constantFrom(...FRAMINGS),
        fc.boolean(),
        ({ layout, bytes }, mutations, framing, isStream) => {
          const payload = Uint8Array.from([...bytes, ...bytes]);
          for (const [at, value] of mutations) payload[at % payload.length] = value;
          const view = new GuardedView(payload, 0xff);
          const { start, limit } = view;
          const { spans, end } = explainPayload(layout, framing, view, start, limit, { isStream });
          expectTiles(spans, start, end);
          expect(isStream || end === limit).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);

  it("back to back with others is told from framed ones", () => {
    fc.assert(
      fc.property(messages, ({ layout, bytes }) => {
        expect(guessFraming(layout, [bytes], false).name).toBe("none");
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
