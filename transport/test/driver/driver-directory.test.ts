import { describe, expect, it } from "vitest";
import { ActiveDriverError, inspectDirectory } from "../../src/driver/driver-directory.js";
import { CncFileError } from "../../src/protocol/cnc-file-descriptor.js";
import { DIR, DriverHarness } from "../support/driver-harness.js";

describe("a driver's directory", () => {
  function inspect(harness: DriverHarness) {
    return inspectDirectory(harness.files, DIR, 10_000, harness.clock, (ms) => {
      harness.clock.advanceMs(ms);
    });
  }

  it("is refused to a second driver while the first is alive", () => {
    const harness = new DriverHarness();
    expect(inspect(harness).driver).toEqual({ pid: 4321, heartbeatAgeMs: 0 });
    expect(() => harness.startAnother()).toThrow(ActiveDriverError);
    expect(() => harness.startAnother()).toThrow(/pid=4321/);
  });

  it("is taken over when the driver's heartbeat is older than the timeout", () => {
    const harness = new DriverHarness();
    const client = harness.client();
    client.addPublication("aeron:ipc", 10);
    harness.run();
    harness.clock.advanceMs(10_001);
    expect(inspect(harness)).toEqual({ exists: true, driver: undefined });
    harness.startAnother();
    expect(harness.logPaths()).toEqual([]);
    expect(harness.client().clientId).toBe(1n);
  });

  it("is free at once after a clean close", () => {
    const harness = new DriverHarness();
    harness.driver.close();
    harness.driver.close();
    expect(harness.driver.doWork()).toBe(0);
    expect(inspect(harness).driver).toBeUndefined();
    harness.startAnother();
  });

  it("is taken by force when the settings say so", () => {
    const harness = new DriverHarness({ dirDeleteOnStart: true });
    expect(() => harness.startAnother()).not.toThrow();
  });

  it("is removed at the end when the settings say so", () => {
    const harness = new DriverHarness({ dirDeleteOnShutdown: true });
    harness.driver.close();
    expect(harness.files.paths()).toEqual([]);
  });

  it("with a file that is never finished is an error, after the timeout", () => {
    const harness = new DriverHarness();
    const cnc = new Int32Array(harness.files.buffer(`${DIR}/cnc.dat`) as ArrayBuffer);
    cnc[0] = 0;
    const before = harness.clock.epochMs();
    expect(() => inspect(harness)).toThrow(CncFileError);
    expect(harness.clock.epochMs() - before).toBeGreaterThan(10_000);
  });

  it("of another major version is an error", () => {
    const harness = new DriverHarness();
    const cnc = new Int32Array(harness.files.buffer(`${DIR}/cnc.dat`) as ArrayBuffer);
    cnc[0] = 0x010000;
    expect(() => inspect(harness)).toThrow(/actual=1.0.0/);
  });

  it("with a file too short to be one counts as free", () => {
    const harness = new DriverHarness();
    harness.files.put(`${DIR}/cnc.dat`, new ArrayBuffer(128));
    expect(inspect(harness)).toEqual({ exists: true, driver: undefined });
  });

  it("that existed is noted when the settings say so", () => {
    const harness = new DriverHarness({ dirWarnIfExists: true });
    harness.driver.close();
    harness.startAnother();
    expect(harness.errors()[0]?.text).toMatch(/directory existed/);
  });
});
