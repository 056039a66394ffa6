/// <reference lib="dom" />
/** The live book in headless Chromium: market, driver and gateway in a process of their own, as a user starts them. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { browserSkipReason, launchBrowser } from "../../browser/chromium.mjs";
import { root } from "../../workspaces.mjs";

const program = join(root, "examples/dist/live-book/live-book.js");
const skipReason = existsSync(program)
  ? browserSkipReason
  : "examples are not built: npm run build";

describe("the live book", () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>> | undefined;
  let market: ChildProcess | undefined;
  let output = "";
  let url = "";

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    browser = await launchBrowser();
    market = spawn(process.execPath, [program], { env: { ...process.env, PORT: "0" } });
    url = await new Promise<string>((resolve, reject) => {
      market?.once("exit", () => reject(new Error(`live book must start: ${output}`)));
      for (const stream of [market?.stdout, market?.stderr]) {
        stream?.on("data", (piece: Buffer) => {
          output += piece.toString();
          const found = /live book at (\S+)/.exec(output)?.[1];
          if (found !== undefined) resolve(found);
        });
      }
    });
  });

  afterAll(async () => {
    market?.kill("SIGKILL");
    await browser?.close();
  });

  const here = (context: TestContext): void => context.skip(skipReason !== undefined, skipReason);

  async function openPage(): Promise<Page> {
    if (browser === undefined) throw new Error("browser");
    const page = await browser.context.newPage();
    await page.goto(url);
    return page;
  }

  async function count(page: Page, id: string): Promise<number> {
    return Number((await page.textContent(`#${id}`))?.replaceAll(",", ""));
  }

  function moreThan(page: Page, id: string, least: number): Promise<unknown> {
    return page.waitForFunction(
      ([name, number]) =>
        Number(document.getElementById(name)?.textContent?.replaceAll(",", "")) > number,
      [id, least] as const,
    );
  }

  test("shows books that move, decoded in the page by the generated codecs", async (context) => {
    here(context);
    const page = await openPage();
    await moreThan(page, "books", 20);
    await moreThan(page, "trade-count", 3);
    expect(await page.textContent("#state")).toBe("open");
    expect(
      await page.$$eval("#instruments button", (all) => all.map((each) => each.textContent)),
    ).toEqual(["ALRN", "SBEX", "FLUX", "TERM"]);
    const rows = await page.$$eval("#book tbody tr", (all) =>
      all.map((row) => [...row.children].map((cell) => Number(cell.textContent))),
    );
    expect(rows).toHaveLength(10);
    for (const [index, [, bid = 0, offer = 0]] of rows.entries()) {
      expect(bid).toBeLessThan(offer);
      // The levels go away from each other, a cent at a time.
      expect(offer - bid).toBeCloseTo(0.02 * (index + 1), 6);
    }
    await page.click("#instruments button:nth-child(3)");
    await page.waitForFunction(
      () => Number(document.querySelector("#book .bid")?.textContent) > 150,
    );
    expect(await count(page, "publishers")).toBe(1);
    await page.close();
  });

  test("a page that comes late has every book at once", async (context) => {
    here(context);
    const page = await openPage();
    await page.waitForFunction(() => document.querySelectorAll("#instruments button").length === 4);
    await moreThan(page, "books", 3);
    expect(await page.textContent("#state")).toBe("open");
    await page.close();
  });

  test("a slow page gets last values, a fast one beside it all, and the market is never held back", async (context) => {
    here(context);
    const [fast, slow] = [await openPage(), await openPage()];
    await moreThan(fast, "books", 10);
    await slow.check("#slow");
    await moreThan(slow, "conflated", 50);
    await slow.uncheck("#slow");
    const behind = await count(slow, "books");
    await moreThan(slow, "books", behind + 50);
    expect(await count(slow, "conflated")).toBeGreaterThan(50);
    expect(await count(slow, "lost")).toBe(0);
    await fast.close();
    await slow.close();
    const ended = new Promise<number | null>((resolve) => market?.once("exit", resolve));
    market?.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(output).toMatch(/[1-9]\d* books and [1-9]\d* trades published, 0 times blocked/);
  });
});
