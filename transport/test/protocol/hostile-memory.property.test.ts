import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hostileCnc,
  hostileCommands,
  hostileMemoryOfClient,
  hostileMemoryOfDriver,
} from "../support/hostile-memory.js";

/** Changes as `changesOf` reads them, values often near what code decides by. */
const scripts = fc
  .array(
    fc.tuple(
      fc.nat({ max: 255 }),
      fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 14 }) }, fc.constant(255)),
      fc.oneof(fc.nat({ max: 65_535 }), fc.nat({ max: 64 })),
      fc.integer(),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((changes) => {
    const view = new DataView(new ArrayBuffer(8 * changes.length));
    for (const [index, [op, choice, place, value]] of changes.entries()) {
      view.setUint8(index * 8, op);
      view.setUint8(index * 8 + 1, choice);
      view.setUint16(index * 8 + 2, place, true);
      view.setInt32(index * 8 + 4, value, true);
    }
    return new Uint8Array(view.buffer);
  });

describe("memory written by somebody who does not keep to the protocol", () => {
  it.each([
    ["commands under the driver, which serves others as before", hostileCommands, 300],
    ["rings, counters and logs under the driver", hostileMemoryOfDriver, 300],
    ["a cnc file under a client", hostileCnc, 300],
    ["events and logs under a client", hostileMemoryOfClient, 300],
  ] as const)("ends in typed errors or is counted: %s", (_, run, numRuns) => {
    let count = 0;
    fc.assert(
      fc.property(scripts, (script) => {
        run(script);
        count++;
      }),
      { numRuns },
    );
    expect(count).toBeGreaterThanOrEqual(numRuns);
  });
});
