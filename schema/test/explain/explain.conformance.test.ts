import { describe, expect, it } from "vitest";
import { layoutOf } from "@alerion/schema";
import { readPayloads } from "@alerion/schema/capture";
import {
  explainPayload,
  framingNamed,
  guessFraming,
  type Framing,
  type Span,
} from "@alerion/schema/explain";
import {
  capturesOf,
  expectedMessages,
  hasRealWorld,
  realWorldFile,
  realWorldLayout,
  realWorldText,
} from "../support/real-world.js";
import {
  hasConformanceData,
  readOfficialIr,
  readVectors,
  vectorSchemaNames,
  viewOfHex,
} from "../support/conformance-data.js";

/** Framings of the venues' captures. */
function framingOf(capture: string): string {
  if (capture.startsWith("b3")) return "b3";
  if (capture.startsWith("cme-ilink3")) return "ilink3";
  if (capture.startsWith("deribit")) return "deribit";
  return capture.includes("v1.12") ? "mdp3-tcp" : "mdp3";
}

function namedFraming(name: string): Framing {
  const framing = framingNamed(name);
  if (framing === undefined) throw new Error(`no framing ${name}`);
  return framing;
}

/** The last message of this capture is cut. */
const CUT = "cme-ilink3/samples/iLink3.Sbe.8.5/QuoteCancelAck.pcap";

describe.skipIf(!hasRealWorld)("captures explained", () => {
  const venues = ["b3-entrypoint", "cme-ilink3", "cme-mdp3", "deribit-multicast"];
  it.each(venues.flatMap(capturesOf))(
    "%s: every byte is understood, the framing guessed",
    (capture) => {
      const venue = capture.slice(0, capture.indexOf("/"));
      const expected = expectedMessages(venue).filter(({ sample }) => sample === capture);
      const layout = realWorldLayout(expected[0]?.schema ?? "");
      const payloads = [...readPayloads(realWorldFile(capture))].slice(0, 500);
      const isStream = payloads[0]?.kind === "tcp";
      const framing = guessFraming(
        layout,
        payloads.map(({ bytes }) => bytes),
        isStream,
      );
      expect(framing).toBe(namedFraming(framingOf(capture)));
      for (const { bytes } of payloads) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const { end, errors } = explainPayload(layout, framing, view, 0, bytes.length, {
          isStream,
        });
        expect(errors).toStrictEqual([]);
        if (capture !== CUT) expect(end).toBe(bytes.length);
      }
    },
    60_000,
  );
});

interface Row {
  readonly hex: string;
  readonly name: string;
  readonly said: string;
}

/** The rows of the tables of a page of the standard: bytes, name, interpreted value. */
function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  for (const line of page.split("\n")) {
    const [, hex, name, said] =
      /^\|\s*`([0-9a-f]+)`\s*\|[^|]*\|\s*([^|]*?)\s*\|[^|]*\|[^|]*\|\s*([^|]*?)\s*\|/.exec(line) ??
      [];
    if (hex !== undefined && name !== undefined && said !== undefined)
      rows.push({ hex, name, said });
  }
  return rows;
}

/** Rows of the pages that contradict their own hex dump. */
const WRONG_ROWS: ReadonlyMap<string, string> = new Map([
  ["NumInGroup", "its bytes are those of numGroups"],
]);

describe.skipIf(!hasRealWorld)("the examples of the SBE standard, explained", () => {
  it.each([
    ["v2-0-RC1", "v2-0-RC1/resources/Examples.xml"],
    ["v2-0-RC2", "v2-0-RC2/resources/xml/examples.xml"],
  ])("%s: have the values that its tables state", (version, schema) => {
    const page = realWorldText(`fix-community/samples/${version}-07Examples.md`);
    const layout = realWorldLayout(`fix-community/${schema}`);
    const spans: { span: Span; hex: string }[] = [];
    for (const part of page.split("```")) {
      if (!/^\s*[0-9a-f]{2} [0-9a-f]{2} .*:/.test(part)) continue;
      const hex = part.replaceAll(/:.*$/gm, "").replaceAll(/[^0-9a-f]/g, "");
      const view = viewOfHex(hex);
      const explained = explainPayload(layout, namedFraming("sofh"), view, 0, view.byteLength);
      expect(explained.errors).toStrictEqual([]);
      for (const span of explained.spans) {
        spans.push({ span, hex: hex.slice(span.start * 2, span.end * 2) });
      }
    }
    let next = 0;
    let count = 0;
    for (const { hex, name, said } of rowsOf(page)) {
      if (WRONG_ROWS.has(name)) continue;
      // A row is met by the next span that has just its bytes.
      const at = spans.findIndex((each, index) => index >= next && each.hex === hex);
      if (at < 0) continue;
      next = at + 1;
      const { span } = spans[at] ?? { span: undefined };
      const plain = said.replaceAll(/["']/g, "");
      const shown = `${span?.text} ${span?.meaning}`.replaceAll(/["']/g, "").replace(/0+Z/, "Z");
      if (isStated(plain)) {
        expect(shown, `${name} ${hex}`).toContain(plain);
        count++;
      }
    }
    expect(count).toBeGreaterThan(40);
  });
});

/** Values that the tables write as we do. */
function isStated(said: string): boolean {
  return said !== "" && !/null|year=|SBE/.test(said);
}

describe.skipIf(!hasConformanceData)("the official vectors explained", () => {
  it.each(vectorSchemaNames())(
    "%s: every byte is in one span, without a fault",
    (name) => {
      const layout = layoutOf(readOfficialIr(name));
      for (const { hex } of readVectors(name)) {
        const view = viewOfHex(hex);
        const { spans, errors } = explainPayload(
          layout,
          namedFraming("none"),
          view,
          0,
          view.byteLength,
        );
        expect(errors).toStrictEqual([]);
        let at = 0;
        for (const span of spans) {
          expect(span.start).toBe(at);
          at = span.end;
        }
        expect(at).toBe(view.byteLength);
      }
    },
    60_000,
  );
});
