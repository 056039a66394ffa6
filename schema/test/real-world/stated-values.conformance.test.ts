/** Samples whose sources say what they hold decode to just that. */
import { describe, expect, it } from "vitest";
import { DecodeError, decodeMessage, type JsonValue, type MessageValues } from "@alerion/schema";
import { decimalToString } from "@alerion/runtime/values";
import { viewOfHex } from "../support/conformance-data.js";
import {
  hasRealWorld,
  realWorldFile,
  realWorldLayout,
  realWorldText,
} from "../support/real-world.js";

function binance(sample: string): { message: string; values: MessageValues; left: number } {
  const bytes = realWorldFile(`binance/samples/nautilus-${sample}.sbe`);
  const view = new DataView(bytes.buffer);
  const decoded = decodeMessage(realWorldLayout("binance/spot_3_2.xml"), view);
  return {
    message: decoded.message,
    values: decoded.values,
    left: bytes.length - decoded.length,
  };
}

/** mantissa × 10^exponent of two fields. */
function amount(values: MessageValues, mantissa: string, exponent: string): string {
  return decimalToString(BigInt(values[mantissa] as string), Number(values[exponent]));
}

describe.skipIf(!hasRealWorld)("Binance samples hold what Nautilus expects of them", () => {
  it("a new order", () => {
    const { message, values, left } = binance("execution_report_event_1");
    expect(message).toBe("ExecutionReportEvent");
    expect(left).toBe(0);
    expect(values).toMatchObject({
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
    });
    expect(amount(values, "price", "priceExponent")).toBe("60000.00000000");
  });

  it("a canceled order", () => {
    const { values, left } = binance("execution_report_event_2");
    expect(left).toBe(0);
    expect(values).toMatchObject({
      symbol: "BTCUSDT",
      executionType: "Canceled",
      orderStatus: "Canceled",
      orderId: "12345678",
      isWorking: "False",
    });
  });

  it("balances of an account", () => {
    const { message, values, left } = binance("outbound_account_position_event_1");
    expect(message).toBe("OutboundAccountPositionEvent");
    expect(left).toBe(0);
    const balances = values["balances"] as readonly MessageValues[];
    const free = balances.map((balance) => [balance["asset"], amount(balance, "free", "exponent")]);
    expect(free).toStrictEqual([
      ["BTC", "1.00000000"],
      ["BNB", expect.any(String)],
      ["USDT", "50000.00000000"],
    ]);
  });

  it.each([
    ["web_socket_response_1", 153, 0],
    ["web_socket_response_2", undefined, 1],
  ])("%s: the result is a message of its own", (sample, blockLength, strayBytes) => {
    const { message, values, left } = binance(sample);
    expect(message).toBe("WebSocketResponse");
    expect(left).toBe(strayBytes);
    const result = viewOfHex((values["result"] as string).slice(2));
    const inner = decodeMessage(realWorldLayout("binance/spot_3_2.xml"), result);
    expect(inner.length).toBe(result.byteLength);
    if (blockLength !== undefined) {
      expect(result.getUint16(0, true)).toBe(blockLength);
      expect(inner.templateId).toBe(302);
    }
  });
});

interface KyberTest {
  readonly file: string;
  readonly test: string;
  readonly hex: string;
  readonly expectedGo: string;
}

/** Fields that later versions of the schema renamed. */
const RENAMED: ReadonlyMap<string, string> = new Map([["futuretype", "instrumenttype"]]);

/** The constants that the Go tests use for `[8]byte`. */
const CURRENCIES: ReadonlyMap<string, string> = new Map([
  ["btc8bytes", "BTC"],
  ["eth8bytes", "ETH"],
  ["usd8bytes", "USD"],
]);

/** A Go literal as JavaScript; only what these tests use. */
function parseGo(text: string): { [name: string]: unknown } {
  const json = text
    .replaceAll(/\/\/.*$/gm, "")
    .replace(/^[^{]*/, "")
    .replaceAll(/\[\]uint8\(("[^"]*")\)/g, "$1")
    .replaceAll(/\[\]\w+\{/g, "[")
    .replaceAll(/math\.NaN\(\)/g, '"NaN"')
    .replaceAll(/(\w+):\s*/g, '"$1":')
    .replaceAll(/:(\w+8bytes)/g, (_, name: string) => `:"${CURRENCIES.get(name) ?? name}"`)
    .replaceAll(/:\w+\.(\w+)/g, (whole, name: string) => (/:\d/.test(whole) ? whole : `:"${name}"`))
    .replaceAll(/:nil/g, ":[]")
    .replace(/(,\s*nil)+\s*$/, "");
  const lists: boolean[] = [];
  let balanced = "";
  // A list opened as "[" is closed by "}" in the source.
  for (const character of json) {
    if (character === "[" || character === "{") lists.push(character === "[");
    balanced += character === "}" && lists.pop() === true ? "]" : character;
    if (character === "]") lists.pop();
  }
  return JSON.parse(balanced.replaceAll(/,(\s*[}\]])/g, "$1")) as { [name: string]: unknown };
}

/** Names and enum values as both sides can be compared. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

function expectStated(stated: { [name: string]: unknown }, values: MessageValues): void {
  const byName = new Map(Object.entries(values).map(([name, value]) => [fold(name), value]));
  for (const [name, value] of Object.entries(stated)) {
    const folded = RENAMED.get(fold(name)) ?? fold(name);
    const actual = byName.get(folded);
    expect(actual, name).toBeDefined();
    // Their program shows a missing price as 0 in places.
    if (actual === "NaN" && value === 0) continue;
    if (Array.isArray(value)) {
      const entries = actual as readonly MessageValues[];
      expect(entries).toHaveLength(value.length);
      for (const [index, entry] of entries.entries()) {
        expectStated(value[index] as { [name: string]: unknown }, entry);
      }
    } else {
      expect(comparable(actual ?? null), name).toBe(
        typeof value === "string" ? fold(value) : value,
      );
    }
  }
}

/** Lossless values as the Go literals have them: their program shows a missing id as 0. */
function comparable(actual: JsonValue): unknown {
  if (typeof actual === "string") {
    return /^\d+$/.test(actual)
      ? actual === String(2n ** 64n - 1n)
        ? 0
        : Number(actual)
      : fold(actual);
  }
  if (typeof actual !== "object" || actual === null) return actual;
  const { $enum, $text, $data } = actual as { $enum?: string; $text?: string; $data?: string };
  return fold($enum ?? $text ?? Buffer.from($data ?? "", "hex").toString());
}

describe.skipIf(!hasRealWorld)("Deribit samples hold what KyberNetwork expects of them", () => {
  const tests = hasRealWorld
    ? (JSON.parse(
        realWorldText("deribit-multicast/samples/kyber-deribit-api-tests.json"),
      ) as KyberTest[])
    : [];
  const layoutPath = "deribit-multicast/deribit_multicast_noheader.xml";
  const numbered = tests.map((test, index) => [`${index} ${test.test}`, test] as const);
  /** Their range checks of fields refuse values that are well formed messages all the same. */
  const isRangeCheck = ({ expectedGo }: KyberTest): boolean => expectedGo.includes("ErrRangeCheck");
  const isCut = ({ expectedGo }: KyberTest): boolean => expectedGo.includes("io.");
  const isHeader = ({ test }: KyberTest): boolean => test === "TestDecodeHeader";

  it.each(numbered.filter(([, test]) => !isRangeCheck(test) && !isCut(test) && !isHeader(test)))(
    "%s: values",
    (_, { hex, expectedGo }) => {
      const view = viewOfHex(hex);
      const decoded = decodeMessage(realWorldLayout(layoutPath), view, 0, view.byteLength, {
        lossless: true,
      });
      // Six have a stray byte behind the message.
      expect(view.byteLength - decoded.length).toBeLessThanOrEqual(1);
      expectStated(parseGo(expectedGo), decoded.values);
    },
  );

  it.each(numbered.filter(([, test]) => isCut(test)))("%s: cut", (_, { hex }) => {
    expect(() => decodeMessage(realWorldLayout(layoutPath), viewOfHex(hex))).toThrow(DecodeError);
  });

  it.each(numbered.filter(([, test]) => isRangeCheck(test)))(
    "%s: a value out of range is handed on or refused, never misread",
    (_, { hex }) => {
      const view = viewOfHex(hex);
      try {
        expect(decodeMessage(realWorldLayout(layoutPath), view).length).toBeLessThanOrEqual(
          view.byteLength,
        );
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    },
  );
});
