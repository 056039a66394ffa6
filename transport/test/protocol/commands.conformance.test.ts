import { describe, expect, it } from "vitest";
import { Command } from "../../src/protocol/control-protocol-events.js";
import { commandCases, type CommandFixture } from "../support/command-fixtures.js";
import {
  bytesOfHex,
  hasConformanceData,
  hexOf,
  readConformanceJson,
  viewOf,
} from "../support/shared-data.js";

const RECORD_HEADER_LENGTH = 8;
// Java allocates this much more than the fields of the counter commands need; the bytes stay zero.
const COUNTER_TAIL_LENGTH = 4;

describe.skipIf(!hasConformanceData)("commands as Aeron's own client writes them", () => {
  const fixtures = hasConformanceData
    ? readConformanceJson<CommandFixture[]>("commands/commands.json")
    : [];

  it("has a fixture for every command but the obsolete keepalive", () => {
    const missing = Object.keys(Command).filter(
      (name) => !fixtures.some((fixture) => fixture.command === name),
    );
    expect(missing).toEqual(["CLIENT_KEEPALIVE"]);
  });

  it.each(fixtures.map((fixture, index) => [`${index} ${fixture.command}`, fixture] as const))(
    "%s reads to its arguments and writes to the same bytes",
    (_, fixture) => {
      const record = bytesOfHex(fixture.recordHex);
      const payload = record.subarray(RECORD_HEADER_LENGTH);
      expect(payload.length).toBe(fixture.payloadLength);
      expect(Object.entries(Command)).toContainEqual([fixture.command, fixture.typeId]);
      const kind = commandCases[fixture.command];
      if (kind === undefined) throw new Error(`no case for ${fixture.command}`);

      const reader = kind.create().wrap(viewOf(payload), 0, payload.length).check();
      const { keyLength: _keyLength, ...args } = fixture.args;
      const expected = { ...kind.read(reader), ...args };
      expect({
        ...kind.read(reader),
        clientId: String(reader.clientId()),
        ...("correlationId" in args ? { correlationId: String(reader.correlationId()) } : {}),
      }).toEqual(expected);

      const written = new Uint8Array(payload.length);
      const writer = kind.create().wrap(viewOf(written), 0, written.length);
      writer.setClientId(reader.clientId()).setCorrelationId(reader.correlationId());
      kind.write(writer, fixture.args);
      expect(hexOf(written)).toBe(hexOf(payload));
    },
  );

  it.each([
    ["ADD_COUNTER", 1],
    ["ADD_STATIC_COUNTER", 1],
  ])("%s is 4 bytes longer from Java than its fields", (command) => {
    for (const fixture of fixtures.filter((each) => each.command === command)) {
      const payload = bytesOfHex(fixture.recordHex).subarray(RECORD_HEADER_LENGTH);
      const withoutTail = payload.subarray(0, payload.length - COUNTER_TAIL_LENGTH);
      const message = commandCases[command]?.create();
      expect(() => message?.wrap(viewOf(withoutTail), 0, withoutTail.length).check()).not.toThrow();
    }
  });
});
