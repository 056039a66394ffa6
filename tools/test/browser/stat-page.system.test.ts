/// <reference lib="dom" />
/** `alerion stat --web` in headless Chromium, over the files of a driver whose clock stands still. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";
import { run } from "../../../transport/src/cli/run.js";
import {
  writeHeldBackDirectory,
  type WrittenDirectory,
} from "../../../transport/test/support/written-directory.js";
import { browserSkipReason, launchBrowser } from "../../browser/chromium.mjs";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Just behind the last heartbeat of the driver. */
const START_MS = 1_700_000_003_000;

describe("the live page of a driver", () => {
  let folder: string;
  let directory: WrittenDirectory;
  let nowMs = START_MS;
  let url = "";
  let interrupt: () => void = () => undefined;
  let ended: Promise<number>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "alerion-stat-"));
    directory = writeHeldBackDirectory(folder);
    nowMs = START_MS;
    url = await new Promise<string>((resolve, reject) => {
      ended = run(["stat", "--web", "--port", "0", "--watch", "100", "-d", folder], {
        out: (text) => resolve(text.replace(/^serving /, "").trim()),
        err: (text) => reject(new Error(text)),
        environment: {},
        now: () => nowMs,
        interrupted: new Promise((stop) => {
          interrupt = stop;
        }),
      });
    });
  });

  afterEach(async () => {
    interrupt();
    if ((await ended) !== 0) throw new Error("command must end well when it is interrupted");
    rmSync(folder, { recursive: true, force: true });
  });

  async function withPage(
    context: TestContext,
    work: (page: Page) => Promise<void>,
  ): Promise<void> {
    context.skip(browserSkipReason !== undefined, browserSkipReason);
    const browser = await launchBrowser({ viewport: { width: 1280, height: 800 } });
    try {
      const page = await browser.context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(url);
      await page.waitForSelector("html[data-ready=true]");
      await work(page);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  }

  const tiles = (page: Page): Promise<Record<string, string>> =>
    page.$$eval("#tiles .tile", (all) =>
      Object.fromEntries(
        all.map((each) => [
          each.children[0]?.textContent ?? "",
          each.children[1]?.textContent ?? "",
        ]),
      ),
    );

  test("says who is blocked and by whom, and that it goes on", async (context) => {
    await withPage(context, async (page) => {
      expect(await page.textContent("#state")).toBe("alive, heartbeat 2.0 s ago");
      expect(await tiles(page)).toMatchObject({
        streams: "1",
        blocked: "1",
        clients: "1",
        losses: "0",
      });
      expect(await page.textContent("#blocked")).toMatch(
        new RegExp(
          `stream 10 .*held back by subscriber ${directory.slow} of client .*bytes behind`,
        ),
      );
      expect(await page.$$eval("#publications tbody tr", (rows) => rows.length)).toBe(1);
      nowMs += 1000;
      directory.advance(40);
      await page.waitForFunction(
        () => document.querySelector<HTMLElement>("#blocked-section")?.hidden,
      );
      expect(await tiles(page)).toMatchObject({ blocked: "0" });
      expect(await page.textContent("#publications")).toContain("free to publish");
    });
  });

  test("shows rates between two looks", async (context) => {
    await withPage(context, async (page) => {
      directory.advance(1);
      await page.waitForFunction(() =>
        document.querySelector("#publications")?.textContent?.includes("free to publish"),
      );
      nowMs += 1000;
      directory.advance(40);
      // Forty messages of 1056 bytes with their headers, in a second.
      await page.waitForFunction(() =>
        /published(4\d\.\d KiB\/s)/.test(document.querySelector("#tiles")?.textContent ?? ""),
      );
      expect(await tiles(page)).toMatchObject({ blocked: "0" });
    });
  });

  test("shows losses by source, and a driver that died or is gone", async (context) => {
    writeFileSync(join(folder, "loss-report.dat"), lossReport());
    await withPage(context, async (page) => {
      expect(await tiles(page)).toMatchObject({ losses: "3" });
      expect(await page.textContent("#losses")).toContain(
        "stream 33 aeron:udp?endpoint=localhost:1, session 7",
      );
      expect(await page.textContent("#losses")).toContain("10.0.0.9:5000");
      nowMs += 20_000;
      await page.waitForFunction(() =>
        document.querySelector("#state")?.textContent?.startsWith("dead"),
      );
      rmSync(join(folder, "cnc.dat"));
      await page.waitForFunction(() =>
        document.querySelector("#state")?.textContent?.includes("file must be readable"),
      );
    });
  });

  test.for(["light", "dark"] as const)(
    "axe finds nothing to mend in it, %s",
    async (scheme, context) => {
      context.skip(browserSkipReason !== undefined, browserSkipReason);
      const browser = await launchBrowser({ colorScheme: scheme });
      try {
        const page = await browser.context.newPage();
        await page.goto(url);
        await page.waitForSelector("html[data-ready=true]");
        // The page's own policy lets nothing in; what is evaluated comes from outside of it.
        await page.evaluate(readFileSync(axePath, "utf8"));
        const violations = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: {
              run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
            };
          };
          const found = await axe.run();
          return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        expect(violations).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  test("answers this machine's own names only", async () => {
    const status = (path: string, host?: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = host === undefined ? {} : { host };
        get(new URL(path, url), { headers }, (response) => {
          response.destroy();
          resolve(response.statusCode);
        }).on("error", reject);
      });
    expect(await status("/")).toBe(200);
    expect(await status("/events")).toBe(200);
    expect(await status("/other")).toBe(404);
    expect(await status("/events", "evil.example")).toBe(403);
    expect(await status("/", `localhost:${new URL(url).port}`)).toBe(200);
  });
});

/** One entry: three losses of stream 33. */
function lossReport(): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  const channel = "aeron:udp?endpoint=localhost:1";
  const source = "10.0.0.9:5000";
  view.setBigInt64(0, 3n, true);
  view.setBigInt64(8, 4096n, true);
  view.setBigInt64(16, BigInt(START_MS), true);
  view.setBigInt64(24, BigInt(START_MS), true);
  view.setInt32(32, 7, true);
  view.setInt32(36, 33, true);
  const put = (text: string, offset: number): number => {
    view.setInt32(offset, text.length, true);
    bytes.set(new TextEncoder().encode(text), offset + 4);
    return offset + 4 + ((text.length + 3) & ~3);
  };
  put(source, put(channel, 40));
  return bytes;
}
