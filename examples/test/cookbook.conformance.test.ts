import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { withoutHeaderFields } from "../cookbook/deribit/without-header-fields.mjs";

const data = fileURLToPath(new URL("../../../shared/conformance/real-world/", import.meta.url));
const runner = fileURLToPath(new URL("../cookbook/run.mjs", import.meta.url));

/** Files of a folder of samples, in the order of their names. */
function samples(folder: string, ending: RegExp): string[] {
  return readdirSync(data + folder)
    .filter((name) => ending.test(name))
    .sort()
    .map((name) => `${data}${folder}/${name}`);
}

/** Generates, type-checks and runs a program on the built packages; its lines. */
function cookbook(venue: string, schema: string, files: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [runner, venue, data + schema, ...files],
    { encoding: "utf8" },
  );
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

describe.skipIf(!existsSync(data))("the cookbook, on schemas and samples of the venues", () => {
  it("Binance: reports, balances and a response with a message in it", () => {
    const lines = cookbook("binance", "binance/spot_3_2.xml", samples("binance/samples", /\.sbe$/));
    expect(lines).toHaveLength(15);
    expect(lines[0]).toBe(
      "2023-11-14T22:13:20.000000000Z order 12345678 New, New: Buy 0.00010000 BTCUSDT at 60000.00000000",
    );
    expect(lines).toContain("balance USDT: free 50000.00000000, locked 0.00000000");
    expect(lines.slice(-3)).toStrictEqual([
      expect.stringMatching(/^new order \d+ taken: Buy at 60000\.00000000$/),
      expect.stringMatching(/^rate limit: \d+ of \d+$/),
      'response "ws-cancel": status 200',
    ]);
  }, 60_000);

  it("CME MDP 3.0: two feeds become one, trades and books are read out", () => {
    const lines = cookbook(
      "cme-mdp3",
      "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.9.xml",
      samples("cme-mdp3/samples/Mdp3.Sbe.v1.9", /\.pcap$/),
    );
    expect(lines).toContain(
      "2018-09-12T13:55:35.670166278Z trade of 170506: 2 at 12952, aggressor Sell",
    );
    expect(lines.at(-1)).toBe("4 packets, 4 duplicates dropped, 0 lost; 15 messages; volume 11");
    expect(lines.filter((line) => line.startsWith("malformed"))).toStrictEqual([]);
  }, 60_000);

  it("Deribit: every datagram of all captures, message by message", () => {
    const lines = cookbook(
      "deribit",
      "deribit-multicast/deribit_multicast.xml",
      samples("deribit-multicast/samples", /\.pcapng(\.gz)?$/),
    );
    expect(lines.at(-1)).toBe(
      "6390 datagrams, 8435 messages, 1224 book changes, 421 trades; 0 malformed",
    );
  }, 60_000);

  it("B3 BinaryEntryPoint: a session is read, an order framed and read back", () => {
    const lines = cookbook(
      "b3",
      "b3-entrypoint/B3.Equities.BinaryEntryPoint.Sbe.v8.1.xml",
      samples("b3-entrypoint/samples/BinaryEntryPoint.v8.1", /\.pcap$/),
    );
    expect(lines).toContain("negotiate session 100000008");
    expect(lines).toContain("trade 1190: 100 at 20.0000, 0 left");
    expect(lines.slice(-2)).toStrictEqual([
      "a frame to send, 105 bytes; read back:",
      'order 7: BUY 100 of 200000163669 at 20.0500, memo "cookbook"',
    ]);
  }, 60_000);
});

describe("the pages of the cookbook", () => {
  it.each(["binance", "cme-mdp3", "deribit", "b3"])(
    "%s: their code is that of the program",
    (venue) => {
      const page = readFileSync(
        new URL(`../../docs/cookbook/${venue}.md`, import.meta.url),
        "utf8",
      );
      const program = readFileSync(
        new URL(`../cookbook/${venue}/main.ts`, import.meta.url),
        "utf8",
      );
      const excerpts = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) =>
        folded(code ?? ""),
      );
      expect(excerpts.length).toBeGreaterThan(1);
      for (const excerpt of excerpts) expect(folded(program)).toContain(excerpt);
    },
  );
});

/** Code without its indentation and line ends. */
function folded(code: string): string {
  return code.replaceAll(/\s+/g, " ").trim();
}

describe("preparing Deribit's schema", () => {
  it("takes out the fields that are the message header, and nothing else", () => {
    const schema = `<message name="a" id="1">
\t<field name="header" id="1" type="messageHeader" />
\t<field name="headerless" id="2" type="uint32" />
</message>
<composite name="messageHeader"/>
`;
    expect(withoutHeaderFields(schema)).toBe(`<message name="a" id="1">
\t<field name="headerless" id="2" type="uint32" />
</message>
<composite name="messageHeader"/>
`);
  });
});
