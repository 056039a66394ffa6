import { afterEach, describe, expect, it, vi } from "vitest";
import { nativePlatform } from "../../src/os/libc.js";
import { loadOs } from "../../src/os/load-os.js";
import { loadYield } from "../../src/os/load-yield.js";
import { NativeUnavailableError } from "../../src/os/os-error.js";

describe("loadOs", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("says that native calls are switched off", async () => {
    vi.stubEnv("ALERION_NATIVE", "off");
    await expect(loadOs()).rejects.toThrow(NativeUnavailableError);
    await expect(loadOs()).rejects.toThrow(/ALERION_NATIVE=off/);
    await expect(loadYield()).rejects.toThrow(/ALERION_NATIVE=off/);
  });

  it.each([
    ["win32", "x64", /platform=win32/],
    ["linux", "arm", /architecture=arm/],
    ["linux", "ppc64", /architecture=ppc64/],
  ])("does not serve %s on %s", (platform, architecture, reason) => {
    expect(() => nativePlatform(platform, architecture)).toThrow(reason);
  });
});
