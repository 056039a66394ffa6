import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

const BIN = fileURLToPath(new URL("../../bin/sbe.js", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/incremental/watch-generate.js", import.meta.url));

it.skipIf(!existsSync(BUILT) || process.platform === "win32")(
  "sbe generate --watch as a process: an editor's rename is a change, SIGINT ends it with 0",
  async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const child = spawn(process.execPath, [BIN, "generate", "shop.xml", "-o", "out", "--watch"], {
      cwd: folder.path,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
    let said = "";
    let wake: () => void = () => undefined;
    child.stderr.on("data", (piece: Buffer) => {
      said += piece.toString("utf8");
      wake();
    });
    // Each step waits for what the command says; the test's timeout is the only clock.
    const hasSaid = async (text: string): Promise<void> => {
      while (!said.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      said = said.slice(said.indexOf(text) + text.length);
    };
    try {
      await hasSaid("watching 1 files\n");
      folder.write("new.xml", SHOP_SCHEMA.replace('name="code"', 'name="articleCode"'));
      renameSync(join(folder.path, "new.xml"), join(folder.path, "shop.xml"));
      await hasSaid("files written\n");
      expect(readFileSync(join(folder.path, "out/shop/order.ts"), "utf8")).toContain("articleCode");
      folder.write("shop.xml", "<broken");
      await hasSaid("the last good output stays\n");
      child.kill("SIGINT");
      expect(await closed).toBe(0);
    } finally {
      child.kill("SIGKILL");
    }
  },
  60_000,
);
