import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CliFolder, type CliResult } from "../support/cli.js";

const folder = fileURLToPath(
  new URL("../../../../shared/conformance/real-world/binance/", import.meta.url),
);

interface Expected {
  readonly sample: string;
  readonly at: number;
  readonly name: string;
  readonly length: number;
  readonly decoded: { readonly [name: string]: unknown };
}

function readExpected(): readonly Expected[] {
  return JSON.parse(readFileSync(`${folder}samples/expected-sbe-tool.json`, "utf8")) as Expected[];
}

async function decode(sample: string, ...options: string[]): Promise<CliResult> {
  using cli = new CliFolder();
  return await cli.sbe([
    "decode",
    "--schema",
    `${folder}spot_3_2.xml`,
    `${folder}samples/${sample}`,
    ...options,
  ]);
}

describe.skipIf(!existsSync(folder))("sbe decode of messages captured from Binance", () => {
  // What nautilus_trader's own tests expect; the table in the README of the data.
  it.each([
    [
      "nautilus-execution_report_event_1.sbe",
      {
        symbol: "BTCUSDT",
        clientOrderId: "O-20200101-000000-000-000-0",
        executionType: "New",
        orderStatus: "New",
        side: "Buy",
        orderType: "Limit",
        timeInForce: "Gtc",
        orderId: "12345678",
        isWorking: "True",
        isMaker: "False",
        tradeId: null,
      },
    ],
    [
      "nautilus-execution_report_event_2.sbe",
      {
        symbol: "BTCUSDT",
        executionType: "Canceled",
        orderStatus: "Canceled",
        orderId: "12345678",
        isWorking: "False",
      },
    ],
    [
      "nautilus-outbound_account_position_event_1.sbe",
      {
        balances: [
          { asset: "BTC", exponent: -8, free: "100000000" },
          { asset: "BNB" },
          { asset: "USDT", exponent: -8, free: "5000000000000" },
        ],
      },
    ],
    ["nautilus-outbound_account_position_event_2.sbe", {}],
  ])("%s holds the values that its users expect", async (sample, values) => {
    const result = await decode(sample);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(result.stdout)).toMatchObject(values);
  });

  // The README of the data: the first holds a message of template 302, the second one byte too many.
  it.each([
    ["nautilus-web_socket_response_1.sbe", 0, "NewOrderFullResponse"],
    ["nautilus-web_socket_response_2.sbe", 1, "CancelOrderResponse"],
  ])("%s holds a message in a message", async (sample, code, name) => {
    const result = await decode(sample);
    expect(result.code).toBe(code);
    const [line = ""] = result.stdout.split("\n");
    const { result: hex } = JSON.parse(line) as { result: string };
    using cli = new CliFolder();
    const argv = ["decode", "--schema", `${folder}spot_3_2.xml`, "--hex", hex, "--lossless"];
    const inner = await cli.sbe(argv);
    expect(inner).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(inner.stdout)).toMatchObject({ message: name });
    if (name.startsWith("New")) expect(JSON.parse(inner.stdout)).toMatchObject({ templateId: 302 });
  });

  it("gives every sample's bytes back through sbe encode", async () => {
    const whole = readExpected().filter(({ at }) => at === 0);
    expect(whole.length).toBeGreaterThan(5);
    for (const { sample, length } of whole) {
      const name = sample.replace("samples/", "");
      const decoded = await decode(name, "--lossless");
      const [line = ""] = decoded.stdout.split("\n");
      using cli = new CliFolder();
      const encoded = await cli.sbe(["encode", "--schema", `${folder}spot_3_2.xml`], [line]);
      expect(encoded).toMatchObject({ code: 0, stderr: "" });
      const bytes = readFileSync(`${folder}samples/${name}`);
      expect(encoded.bytes.equals(bytes.subarray(0, length)), name).toBe(true);
    }
  }, 60_000);
});
