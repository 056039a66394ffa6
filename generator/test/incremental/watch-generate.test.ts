import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { WatchHost } from "../../src/cli/io.js";
import { CliFolder, SHOP_SCHEMA } from "../support/cli.js";

/** A world in which the test says what happens; each step waits until the command waits. */
class ManualWatch implements WatchHost {
  folders: readonly string[] = [];
  #onChange: () => void = () => undefined;
  #stop: () => void = () => undefined;
  #idle: (() => void) | undefined;
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stop = resolve;
  });
  openCount = 0;
  /** Happens just before the first watching begins. */
  beforeWatch: (() => void) | undefined;

  watch(folders: readonly string[], onChange: () => void): { close(): void } {
    this.beforeWatch?.();
    this.beforeWatch = undefined;
    this.folders = folders;
    this.#onChange = onChange;
    this.openCount++;
    // The command looks once more before it waits: let it.
    setImmediate(() => this.#idle?.());
    return {
      close: () => {
        this.openCount--;
      },
    };
  }

  async settle(): Promise<void> {
    // Nothing comes later in this world.
  }

  stopped(): Promise<void> {
    return this.#stopped;
  }

  /** Lets the command run until it has nothing to do. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  async change(): Promise<void> {
    const idle = this.idle();
    this.#onChange();
    await idle;
  }

  stop(): void {
    this.#stop();
  }
}

const BAD_SCHEMA = SHOP_SCHEMA.replace('type="Code"', 'type="Cod"');

async function watching(
  folder: CliFolder,
  argv: readonly string[],
  steps: (watch: ManualWatch, said: () => string) => Promise<void>,
  beforeWatch?: () => void,
): Promise<{ code: number; stderr: string }> {
  const watch = new ManualWatch();
  watch.beforeWatch = beforeWatch;
  let stderr = "";
  const first = watch.idle();
  const done = folder.sbe(["generate", ...argv, "--watch"], [], watch, (text) => {
    stderr += text;
  });
  const early = await Promise.race([first, done]);
  if (early !== undefined) return early;
  await steps(watch, () => {
    const said = stderr;
    stderr = "";
    return said;
  });
  watch.stop();
  const result = await done;
  expect(watch.openCount).toBe(0);
  return result;
}

function textOf(folder: CliFolder, path: string): string {
  return readFileSync(join(folder.path, path), "utf8");
}

describe("sbe generate --watch", { timeout: 60_000 }, () => {
  it("generates, waits, generates again after a change, and ends with 0", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const { code } = await watching(folder, ["shop.xml", "-o", "out"], async (watch, said) => {
      expect(said()).toMatch(/^[0-9]+ files written\nwatching 1 files\n$/);
      expect(watch.folders).toEqual([folder.path]);
      folder.write("shop.xml", SHOP_SCHEMA.replace('name="code"', 'name="articleCode"'));
      await watch.change();
      expect(said()).toMatch(/^[0-9]+ files written\n$/);
      expect(textOf(folder, "out/shop/order.ts")).toContain("articleCode");
    });
    expect(code).toBe(0);
  });

  it("keeps the last good output on an error, and goes on when it is mended", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await watching(folder, ["shop.xml", "-o", "out"], async (watch, said) => {
      said();
      const good = textOf(folder, "out/shop/order.ts");
      folder.write("shop.xml", BAD_SCHEMA);
      await watch.change();
      const text = said();
      expect(text).toContain("shop.xml:39:33: error: ");
      expect(text).toMatch(/\nthe last good output stays\n$/);
      expect(textOf(folder, "out/shop/order.ts")).toBe(good);
      folder.write("shop.xml", SHOP_SCHEMA);
      await watch.change();
      expect(said()).toBe("0 files written\n");
    });
  });

  it("writes again what somebody changed or removed in the output meanwhile", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await watching(folder, ["shop.xml", "-o", "out"], async (watch, said) => {
      said();
      const good = textOf(folder, "out/shop/order.ts");
      folder.write("out/shop/order.ts", `${good}// more\n`);
      rmSync(join(folder.path, "out/shop/index.ts"));
      folder.write("shop.xml", SHOP_SCHEMA.replace("<types>", "<types> "));
      await watch.change();
      expect(said()).toBe("2 files written\n");
      expect(textOf(folder, "out/shop/order.ts")).toBe(good);
      expect(existsSync(join(folder.path, "out/shop/index.ts"))).toBe(true);
    });
  });

  it("starts with a schema that is wrong or missing, too", async () => {
    using folder = new CliFolder();
    folder.write("there/x", "");
    await watching(folder, ["there/shop.xml", "-o", "out"], async (watch, said) => {
      expect(said()).toContain("[file-not-found]");
      folder.write("there/shop.xml", SHOP_SCHEMA);
      await watch.change();
      expect(said()).toMatch(/files written\n$/);
    });
  });

  it("does not run for a change that changes nothing", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await watching(folder, ["shop.xml", "-o", "out"], async (watch, said) => {
      said();
      folder.write("shop.xml", SHOP_SCHEMA);
      folder.write("notes.txt", "new");
      await watch.change();
      expect(said()).toBe("");
    });
  });

  it("watches includes, patterns and the configuration", async () => {
    using folder = new CliFolder();
    const include =
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="common/types.xml"/>';
    const code = '<type name="Code" primitiveType="char" length="4"/>';
    folder.write("schemas/common/types.xml", `<types>${code}</types>`);
    folder.write(
      "schemas/shop.xml",
      SHOP_SCHEMA.replace(code, "").replace("<types>", `${include}<types>`),
    );
    folder.write("sbe.config.json", '{"schemas": ["schemas/*.xml"], "output": "out"}');
    await watching(folder, [], async (watch, said) => {
      said();
      const inFolder = (path: string): string => join(folder.path, path);
      expect(watch.folders).toEqual([folder.path, inFolder("schemas"), inFolder("schemas/common")]);
      folder.write("schemas/common/types.xml", `<types>${code.replace("4", "6")}</types>`);
      await watch.change();
      expect(said()).toMatch(/^[1-9][0-9]* files written\n$/);
      folder.write("schemas/store.xml", SHOP_SCHEMA);
      await watch.change();
      expect(said()).toMatch(/^[1-9][0-9]* files written\n$/);
      expect(existsSync(inFolder("out/store/index.ts"))).toBe(true);
      folder.write("sbe.config.json", '{"schemas": ["schemas/*.xml"]}');
      await watch.change();
      expect(said()).toContain("-o DIR");
      folder.write("sbe.config.json", '{"schemas": ["schemas/*.xml"], "output": "other"}');
      await watch.change();
      expect(existsSync(inFolder("other/store/index.ts"))).toBe(true);
    });
  });

  it("misses no change between the run and the watching", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    await watching(
      folder,
      ["shop.xml", "-o", "out"],
      async (_watch, said) => {
        expect(said()).toMatch(/^[0-9]+ files written\n[1-9][0-9]* files written\nwatching/);
        expect(textOf(folder, "out/shop/order.ts")).toContain("articleCode");
      },
      () => folder.write("shop.xml", SHOP_SCHEMA.replace('name="code"', 'name="articleCode"')),
    );
  });

  it("exits with 2 for a wrong command line instead of waiting for a better one", async () => {
    using folder = new CliFolder();
    folder.write("shop.xml", SHOP_SCHEMA);
    const { code } = await watching(folder, ["shop.xml"], async () => {
      throw new Error("must not wait");
    });
    expect(code).toBe(2);
  });
});
