import { ManyToOneRingBuffer } from "@alerion/runtime/concurrent";
import { describe, expect, it } from "vitest";
import { requestTermination } from "../../src/client/driver-termination.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import { TerminateDriverMessage } from "../../src/protocol/commands/terminate-driver-message.js";
import { Command } from "../../src/protocol/control-protocol-events.js";
import { DriverHarness } from "../support/driver-harness.js";

const TIMEOUT_MS = 10_000;

function terminate(harness: DriverHarness, token: Uint8Array = new Uint8Array()) {
  return requestTermination(harness.files, harness.config.dir, harness.clock, TIMEOUT_MS, token);
}

/** The one command in the driver's ring. */
function takeCommand(harness: DriverHarness): {
  typeId: number;
  token: Uint8Array;
  correlationId: bigint;
} {
  const file = harness.files.open(`${harness.config.dir}/cnc.dat`);
  const memory = file.map(0, file.length);
  const { toDriver } = readCncLayout(memory.view, file.length);
  const ring = new ManyToOneRingBuffer(memory.slice(toDriver.offset, toDriver.length));
  const taken: ReturnType<typeof takeCommand>[] = [];
  ring.read((typeId, buffer, offset, length) => {
    const message = new TerminateDriverMessage();
    message.wrap(buffer.view, offset, length);
    taken.push({ typeId, token: message.token(), correlationId: message.correlationId() });
  }, 10);
  const [command, ...more] = taken;
  if (command === undefined || more.length > 0) throw new Error("must be one command");
  return command;
}

describe("a request to end a driver", () => {
  it("is one command with the token, and no client comes about", () => {
    const harness = new DriverHarness();
    terminate(harness, Uint8Array.of(1, 2, 3));
    expect(takeCommand(harness)).toEqual({
      typeId: Command.TERMINATE_DRIVER,
      token: Uint8Array.of(1, 2, 3),
      correlationId: -1n,
    });
  });

  it("sees the end of a driver that obeys, in its file", () => {
    const harness = new DriverHarness({ terminationValidator: "allow" });
    const termination = terminate(harness);
    expect(termination.pid).toBe(4321);
    harness.run();
    expect([harness.hasTerminated, termination.hasEnded()]).toEqual([true, false]);
    harness.driver.close();
    expect(termination.hasEnded()).toBe(true);
    termination.close();
  });

  it("is nothing to a driver that refuses", () => {
    const harness = new DriverHarness();
    const termination = terminate(harness);
    harness.pass(5000);
    expect([harness.hasTerminated, termination.hasEnded()]).toEqual([false, false]);
    expect(harness.errors()).toEqual([]);
  });

  it("is refused where no driver lives, and where its ring is full", () => {
    const harness = new DriverHarness();
    expect(() => {
      for (;;) terminate(harness, new Uint8Array(4000));
    }).toThrow(expect.objectContaining({ code: "DRIVER_BUSY" }) as Error);
    harness.clock.advanceMs(TIMEOUT_MS + 1000);
    expect(() => terminate(harness)).toThrow(
      expect.objectContaining({ code: "DRIVER_NOT_FOUND" }) as Error,
    );
  });
});
