/**
 * Draws the pictures of docs/inspector.md from the built page: `node tools/inspector-screenshots.mjs`.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "./browser/chromium.mjs";
import { root } from "./workspaces.mjs";

const url = pathToFileURL(join(root, "examples/inspector/dist/inspector.html")).href;

/** @type {readonly { name: string, scheme: "light" | "dark", act: (page: import("playwright-core").Page) => Promise<void> }[]} */
const pictures = [
  {
    name: "inspector-light",
    scheme: "light",
    act: async (page) => {
      await page.click('#fields [data-path="/execInst"]');
    },
  },
  {
    name: "inspector-dark",
    scheme: "dark",
    act: async (page) => {
      await page.keyboard.press("j");
      await page.click("[data-view=table]");
      await page.click("#fields tbody tr:nth-child(7)");
    },
  },
];

const browser = await launchBrowser({ viewport: { width: 1280, height: 780 } });
for (const { name, scheme, act } of pictures) {
  const page = await browser.context.newPage();
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(url);
  await page.waitForSelector("html[data-ready=true]");
  await act(page);
  await page.mouse.move(2, 2);
  const path = join(root, "docs/images", `${name}.png`);
  await page.screenshot({ path });
  console.log(path.slice(root.length));
}
await browser.close();
