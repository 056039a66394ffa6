import { describe, expect, it } from "vitest";
import { PageSink } from "../src/quickstart/page-sink.js";
import { runStream } from "../src/quickstart/stream.js";

/** What the stream must add up to, from its plan alone, without any codec. */
function plannedChecksum(messageCount: number): number {
  let sum = 0;
  for (let id = 0; id < messageCount; id++) {
    switch (id % 8) {
      case 3:
        sum -= 5;
        break;
      case 5:
        sum += (id - 1) & 1;
        break;
      case 6:
        sum += 2 * 3 + 1_000_250 + 1_000_251;
        break;
      case 7:
        sum += id & 1;
        break;
      default:
        sum += ((id & 1) === 0 ? 1 + (id % 100) : 0) + 1_000_000 + (id % 1000);
    }
  }
  return sum;
}

describe("the quickstart's stream", () => {
  it("decodes exactly what was encoded, over many pages", async () => {
    const result = await runStream(20_000);
    expect(result.messages).toBe(20_000);
    expect(result.checksum).toBe(plannedChecksum(20_000));
    expect(result.bytes).toBeGreaterThan(20 * 64 * 1024);
  });
});

describe("page sink", () => {
  it("refuses a claim that does not fit, and takes one that does", () => {
    const sink = new PageSink(16);
    expect(sink.claim(17)).toBe(0);
    expect(sink.claim(16)).toBe(16);
    sink.commit(16);
    expect(sink.claim(1)).toBe(0);
    sink.reset();
    expect(sink.claim(1)).toBe(1);
    sink.abort();
    expect(sink.offset).toBe(0);
  });
});
