/// <reference lib="dom" />
/** The inspector in headless Chromium, from the file that users open: no server, no network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, type TestContext } from "vitest";
import { compileSchema, decodeMessage, encodeMessage, layoutOf } from "@alerion/schema";
import {
  CliFolder,
  ORDER_HEX,
  PING_HEX,
  SHOP_SCHEMA,
} from "../../../generator/test/support/cli.js";
import { pcapFile, tcpPacket, udpPacket } from "../../../generator/test/support/pcap.js";
import { DriverHarness } from "../../../transport/test/support/driver-harness.js";
import { AtomicBuffer } from "@alerion/runtime/concurrent";
import { browserSkipReason, launchBrowser } from "../../browser/chromium.mjs";
import { root } from "../../workspaces.mjs";

const inspector = pathToFileURL(join(root, "examples/inspector/dist/inspector.html")).href;
const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

const { ir } = compileSchema(SHOP_SCHEMA, { file: "shop.xml" });
if (ir === undefined) throw new Error("shop");
const shop = layoutOf(ir);
const order = Buffer.from(ORDER_HEX, "hex");
const ping = Buffer.from(PING_HEX, "hex");

describe("the inspector in Chromium", () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let page: Page;
  let folder: string;
  const outside: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    if (browserSkipReason !== undefined) return;
    folder = mkdtempSync(join(tmpdir(), "alerion-inspector-"));
    browser = await launchBrowser({
      viewport: { width: 1440, height: 900 },
      acceptDownloads: true,
    });
    browser.context.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) outside.push(request.url());
    });
  });

  beforeEach(async (context) => {
    context.skip(browserSkipReason !== undefined, browserSkipReason);
    await page?.close();
    page = await browser.context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    await open(inspector);
  });

  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  async function open(url: string): Promise<void> {
    await page.goto("about:blank");
    await page.goto(url);
    await page.waitForSelector("html[data-ready=true]");
  }

  /** Bytes of the shown message, from the map. */
  function bytes(): Promise<string> {
    return page.$$eval("#map .byte", (cells) =>
      cells.map((cell) => cell.firstChild?.textContent ?? "").join(""),
    );
  }

  /** Names in the list. */
  function names(): Promise<string[]> {
    return page.$$eval("#list .name", (all) => all.map((each) => each.textContent ?? ""));
  }

  async function openFiles(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
    const paths = Object.entries(files).map(([name, content]) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    });
    await page.setInputFiles("#files", paths);
    await page.waitForFunction(
      (name) => document.querySelector("#input")?.textContent?.includes(name),
      Object.keys(files).at(-1)?.replace(/\.gz$/, "") ?? "",
    );
  }

  const openOrder = () =>
    openFiles({ "shop.xml": SHOP_SCHEMA, "order.bin": Buffer.concat([order, ping]) });

  test("shows its sample at once: messages, bytes, tree, table and the chosen field", async () => {
    expect(await names()).toEqual(["NewOrder", "ExecutionReport", "OrderReject", "CancelOrder"]);
    expect(await page.textContent("#title")).toContain("template 1 · version 1");
    const tree = await page.textContent("#fields");
    for (const text of ["messageHeader", "101.2500", "calendar spread", "CancelOnDisconnect"]) {
      expect(tree).toContain(text);
    }
    await page.click("[data-view=table]");
    const rows = await page.$$eval("#fields tbody tr", (all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    expect(rows.find(([, , name]) => name === "legs[1].symbol")).toEqual([
      "88",
      "8",
      "legs[1].symbol",
      '"ALRNH7"',
      "",
    ]);
    // The rows are all bytes of the message, in their order.
    const sizes = rows.map(([, size]) => Number(size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe((await bytes()).length / 2);
  });

  test("names every byte as sbe hex does", async () => {
    await openOrder();
    using cli = new CliFolder();
    cli.write("shop.xml", SHOP_SCHEMA);
    const { stdout } = await cli.sbe(["hex", "--schema", "shop.xml", "--json", "--hex", ORDER_HEX]);
    const { spans } = JSON.parse(stdout) as {
      spans: { path: string; text: string; start: number }[];
    };
    await page.click("[data-view=table]");
    const rows = await page.$$eval("#fields tbody tr", (all) =>
      all.map((row) => [0, 2, 3].map((column) => row.children[column]?.textContent)),
    );
    expect(rows).toEqual(spans.map(({ start, path, text }) => [String(start), path, text]));
    expect(await bytes()).toBe(ORDER_HEX);
  });

  test("a value that is edited changes its bytes and no others", async () => {
    await openOrder();
    const edit = async (path: string, text: string): Promise<void> => {
      await page.click("[data-view=tree]");
      const [first, second] = path.split(".");
      await page.click(
        `#fields [data-path="/${second === undefined ? first : `${first}/${second}`}"]`,
      );
      await page.keyboard.press("Enter");
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    };
    await edit("OrderId", "5");
    await edit("total.mantissa", "-1250");
    await edit("note", "a longer note");
    const plain = decodeMessage(
      shop,
      new DataView(order.buffer, order.byteOffset, order.length),
    ).values;
    const expected = encodeMessage(shop, "Order", {
      ...plain,
      OrderId: "5",
      total: { mantissa: "-1250" },
      note: "a longer note",
    });
    expect(await bytes()).toBe(Buffer.from(expected).toString("hex"));
    expect(await page.textContent("#fields")).toContain("-12.50");

    // What cannot be is refused, and said.
    await edit("count", "4294967296000");
    expect(await page.textContent("#editor [role=alert]")).toContain("count must be an integer");
    expect(await bytes()).toBe(Buffer.from(expected).toString("hex"));

    // Enums by name, sets by their bits.
    await page.click('#fields [data-path="/size"]');
    await page.selectOption("#editor select", "Small");
    await page.click('#fields [data-path="/flags"]');
    await page.click("#editor label:has-text('Gift') input");
    const both = encodeMessage(shop, "Order", {
      ...plain,
      OrderId: "5",
      total: { mantissa: "-1250" },
      note: "a longer note",
      size: "Small",
      flags: ["Fragile"],
    });
    expect(await bytes()).toBe(Buffer.from(both).toString("hex"));
    for (let i = 0; i < 5; i++) await page.keyboard.press("Control+z");
    expect(await bytes()).toBe(ORDER_HEX);
  });

  test("digits typed over bytes change the value, also of what is no message", async () => {
    await openOrder();
    await page.click('#map [data-at="8"]');
    await page.keyboard.type("ff01");
    expect((await bytes()).slice(16, 20)).toBe("ff01");
    expect(await page.textContent('#fields [data-path="/OrderId"] .value')).toBe(
      "9007199254741503",
    );
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-at"))).toBe("10");
    await page.click('#map [data-at="2"]');
    await page.keyboard.type("63");
    expect(await page.textContent("#title")).toContain("templateId=99");
    expect(await names()).toContain("Unknown bytes");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    expect(await names()).toEqual(["Order", "Ping"]);
  });

  test("the message as JSON is edited as a whole", async () => {
    await openOrder();
    await page.click("[data-view=json]");
    const text = await page.inputValue("#json-text");
    const document = JSON.parse(text) as { values: { lines: object[] } };
    document.values.lines.push({ quantity: 9, weight: 2.5 });
    await page.fill("#json-text", JSON.stringify(document));
    await page.click("#json-apply");
    await page.click("[data-view=tree]");
    expect(await page.textContent('#fields [data-path="/lines/[1]/weight"] .value')).toBe("2.5");
    await page.click("[data-view=json]");
    await page.fill("#json-text", "{");
    await page.click("#json-apply");
    expect(await page.getAttribute("#notice", "class")).toContain("fault");
  });

  test("works by keyboard alone: one stop for each pane, arrows inside", async () => {
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return (
          element?.getAttribute("data-at") ??
          element?.getAttribute("data-path") ??
          element?.id ??
          ""
        );
      });
    for (const pane of ["#map", "#fields"]) {
      expect(await page.$$eval(`${pane} [tabindex="0"]`, (all) => all.length)).toBe(1);
    }
    await page.focus("#list");
    await page.keyboard.press("ArrowDown");
    expect(await page.textContent("#title strong")).toBe("ExecutionReport");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("8");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("25");
    await page.keyboard.press("]");
    expect(await focused()).toBe("32");
    await page.keyboard.press("[");
    expect(await focused()).toBe("24");
    await page.keyboard.press("End");
    expect(await focused()).toBe("31");
    await page.keyboard.press("Control+End");
    expect(await focused()).toBe("112");
    await page.keyboard.press("Control+Home");
    expect(await focused()).toBe("0");
    // Enter edits, Escape comes back to the byte.
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    await page.keyboard.press("]");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("8");
    // The tree: down, close a branch, open it, up.
    await page.focus('#fields [tabindex="0"]');
    expect(await focused()).toBe("/orderId");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("/price");
    await page.keyboard.press("ArrowLeft");
    expect(await page.getAttribute('[data-path="/price"]', "aria-expanded")).toBe("false");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("/price/mantissa");
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe("/price");
    // Keys of the page.
    await page.keyboard.press("j");
    expect(await page.textContent("#title strong")).toBe("ExecutionReport");
    await page.keyboard.press("/");
    await page.keyboard.type("reject");
    expect(await names()).toEqual(["OrderReject"]);
    await page.keyboard.press("Escape");
    expect(await names()).toHaveLength(4);
    await page.keyboard.press("?");
    expect(await page.isVisible("#help")).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#help")).toBe(false);
    await page.keyboard.press("t");
    expect(await page.getAttribute("html", "data-theme")).toBe("light");
    await page.keyboard.press("t");
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
  });

  test("reads captures, gzip, hex dumps and framed files", async () => {
    const capture = pcapFile([
      udpPacket(order),
      udpPacket(ping),
      tcpPacket(1, Buffer.from([...lengthOf(order), ...order])),
    ]);
    await openFiles({ "shop.xml": SHOP_SCHEMA, "day.pcap.gz": gzipSync(capture) });
    expect(await names()).toEqual(["Order", "Ping", "Order"]);
    expect(await page.textContent("#list")).toContain(
      "packet 2 udp 2023-11-14T22:13:22.000000000Z",
    );
    const dump = [...order].map((byte) => byte.toString(16).padStart(2, "0"));
    const lines = Array.from({ length: Math.ceil(dump.length / 16) }, (_, row) => {
      const digits = dump.slice(row * 16, row * 16 + 16).join(" ");
      return `${(row * 16).toString(16).padStart(8, "0")}  ${digits.padEnd(48)}  |................|`;
    });
    await page.keyboard.press("p");
    await page.fill("#paste-text", lines.join("\n"));
    await page.click("#paste-open");
    expect(await bytes()).toBe(ORDER_HEX);
    await openFiles({
      "framed.bin": Buffer.from([...lengthOf(order), ...order, ...lengthOf(ping), ...ping]),
    });
    expect(await page.textContent("#input")).toContain("framing length16le");
    expect(await names()).toEqual(["Order", "Ping"]);
    // The frame's length follows an edit that makes the message longer.
    await page.click('#fields [data-path="/note"]');
    await page.keyboard.press("Enter");
    await page.keyboard.type("twelve bytes");
    await page.keyboard.press("Enter");
    expect(await page.textContent('#fields [data-path="/frame/length"] .value')).toBe(
      String(order.length + 9),
    );
    expect(await names()).toEqual(["Order", "Ping"]);
  });

  test("reads the log buffer of a stream", async () => {
    const harness = new DriverHarness();
    const client = harness.client();
    const publication = client.addPublication("aeron:ipc", 10, true);
    client.addSubscription("aeron:ipc", 10);
    harness.run();
    client.receive();
    const appender = client.exclusive(client.publication(publication));
    for (const each of [order, ping, order]) {
      const buffer = new AtomicBuffer(new ArrayBuffer(128));
      buffer.u8.set(each);
      expect(appender.append(buffer, 0, each.length, undefined)).toBeGreaterThan(0);
    }
    const log = harness.files.buffer(client.publication(publication).path);
    if (log === undefined) throw new Error("log");
    await openFiles({ "shop.xml": SHOP_SCHEMA, "stream.logbuffer": new Uint8Array(log).slice() });
    expect(await names()).toEqual(["Order", "Ping", "Order"]);
    expect(await page.textContent("#notice")).toContain(
      "exclusive log of stream 10, 3 frames, 3 messages",
    );
    expect(await bytes()).toBe(ORDER_HEX);
  });

  test("a link holds the view, with what was edited", async () => {
    await openOrder();
    await page.click('#map [data-at="8"]');
    await page.keyboard.type("07");
    await page.click("#share");
    await page.waitForFunction(() => location.hash.startsWith("#s="));
    const url = page.url();
    const seen = await bytes();
    await open(url);
    expect(await bytes()).toBe(seen);
    expect(await page.textContent("#schema")).toContain("shop.xml");
    expect(await page.textContent("#editor h2")).toBe("OrderId");
    await open(`${inspector}#s=damaged`);
    expect(await page.textContent("#notice")).toBe("the link is damaged");
    expect(await names()).toHaveLength(4);
  });

  test("saves itself as one file that shows the same", async () => {
    await openOrder();
    await page.click('#map [data-at="8"]');
    await page.keyboard.type("2a");
    const seen = await bytes();
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save")]);
    const path = join(folder, "saved.html");
    await download.saveAs(path);
    await open(pathToFileURL(path).href);
    expect(await bytes()).toBe(seen);
    expect(await names()).toEqual(["Order", "Ping"]);
  });

  test("sbe hex --html writes the same view of its input", async () => {
    using cli = new CliFolder();
    cli.write("shop.xml", SHOP_SCHEMA);
    cli.write("day.pcap", pcapFile([udpPacket(order), udpPacket(ping)]));
    const result = await cli.sbe(["hex", "--schema", "shop.xml", "--html", "day.pcap"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const path = join(folder, "hex.html");
    writeFileSync(path, result.stdout);
    await open(pathToFileURL(path).href);
    expect(await names()).toEqual(["Order", "Ping"]);
    expect(await bytes()).toBe(ORDER_HEX);
    expect(await page.textContent("#schema")).toContain("shop.xmlshop · id 9 · version 1");
  });

  test("a schema with errors is shown with their lines; hostile names stay text", async () => {
    await page.keyboard.press("p");
    await page.fill("#paste-text", SHOP_SCHEMA.replace('type="Code"', 'type="Cod"'));
    await page.click("#paste-open");
    const faults = await page.textContent("#faults");
    expect(faults).toMatch(/pasted\.xml:\d+:\d+: error: .*"Cod"/);
    expect(faults).toContain("^");
    const hostile = SHOP_SCHEMA.replace(
      'name="code" id="2"',
      'name="code" description="&lt;img src=x onerror=alert(1)&gt;" id="2"',
    );
    await page.keyboard.press("p");
    await page.fill("#paste-text", hostile);
    await page.click("#paste-open");
    expect(await page.isHidden("#faults")).toBe(true);
    await page.keyboard.press("p");
    await page.fill("#paste-text", ORDER_HEX);
    await page.click("#paste-open");
    await page.click('#fields [data-path="/code"]');
    expect(await page.textContent("#editor .description")).toBe("<img src=x onerror=alert(1)>");
    expect(await page.$$eval("img", (all) => all.length)).toBe(0);
  });

  test.each([
    ["light", "json"],
    ["light", "table"],
    ["dark", "tree"],
  ] as const)("axe finds nothing to mend in %s, %s", async (scheme, view) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.click(`[data-view=${view}]`);
    await page.evaluate(readFileSync(axePath, "utf8"));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: () => Promise<{
            violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      };
      const result = await axe.run();
      return result.violations.map(
        ({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
      );
    });
    expect(violations).toEqual([]);
  });

  test("nothing threw, and nothing was asked of any network", (context: TestContext) => {
    expect(context.task.name).not.toBe("");
    expect(errors).toEqual([]);
    expect(outside).toEqual([]);
  });
});

function lengthOf(message: Uint8Array): number[] {
  return [message.length & 0xff, message.length >> 8];
}
