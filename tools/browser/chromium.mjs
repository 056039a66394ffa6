/** Headless Chromium for tests: the machine's own, driven by playwright-core, which downloads nothing. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is, or undefined. */
const chromiumPath = process.env["ALERION_CHROMIUM"] ?? PATHS.find((path) => existsSync(path));

/** Why tests in a browser are skipped; undefined where they run. */
export const browserSkipReason =
  chromiumPath === undefined
    ? "no Chromium: `node tools/system-packages.mjs chromium` installs Debian's, as root"
    : undefined;

/**
 * A fresh browser without network services of its own.
 *
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @returns {Promise<{ context: import("playwright-core").BrowserContext, close: () => Promise<void> }>}
 */
export async function launchBrowser(options = {}) {
  if (chromiumPath === undefined) throw new Error(browserSkipReason);
  const folder = mkdtempSync(join(tmpdir(), "alerion-chromium-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      // Containers give little room there.
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
