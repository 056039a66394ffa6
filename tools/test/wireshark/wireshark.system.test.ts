/** `sbe wireshark`, tried with tshark: what the dissector shows is what our own reader reads. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { encodeMessage, layoutOf, type SchemaLayout } from "@alerion/schema";
import { dissectorOf, protocolName } from "../../../generator/src/wireshark/dissector.js";
import {
  CliFolder,
  ORDER_HEX,
  PING_HEX,
  SHOP_SCHEMA,
} from "../../../generator/test/support/cli.js";
import { pcapFile, tcpPacket, udpPacket } from "../../../generator/test/support/pcap.js";
import { randomSchema } from "../../../schema/test/support/random-schema.js";
import { randomValues } from "../../../schema/test/support/random-values.js";
import {
  hasRealWorld,
  realWorldFile,
  realWorldLayout,
} from "../../../schema/test/support/real-world.js";
import { root } from "../../workspaces.mjs";
import { differences, dissected, expected, tsharkSkipReason } from "./dissection.js";

const realWorld = join(root, "../shared/conformance/real-world");
const order = Buffer.from(ORDER_HEX, "hex");
const ping = Buffer.from(PING_HEX, "hex");

/** Captures of real venues with the schema that each was made with. */
const CAPTURES = [
  [
    "b3-entrypoint/samples/BinaryEntryPoint.v8.0",
    "b3-entrypoint/B3.Equities.BinaryEntryPoint.Sbe.v8.0.xml",
  ],
  [
    "b3-entrypoint/samples/BinaryEntryPoint.v8.1",
    "b3-entrypoint/B3.Equities.BinaryEntryPoint.Sbe.v8.1.xml",
  ],
  ["cme-ilink3/samples/iLink3.Sbe.8.5", "cme-ilink3/Cme.Futures.iLink3.Sbe.v8.5.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.5", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.5.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.9", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.9.xml"],
  ["cme-mdp3/samples/Mdp3.Sbe.v1.12", "cme-mdp3/Cme.Futures.Mdp3.Sbe.v1.12.xml"],
  ["deribit-multicast/samples", "deribit-multicast/deribit_multicast_noheader.xml"],
] as const;

/** Packets of a capture that are looked at. */
const PACKETS_MAX = 200;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "alerion-wireshark-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function here(context: TestContext): void {
  context.skip(tsharkSkipReason !== undefined, tsharkSkipReason);
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function dissector(name: string, layout: SchemaLayout, framing = "auto", udp = ""): string {
  const options = { name: protocolName(layout), framing, udp, tcp: "" };
  return write(`${name}.lua`, dissectorOf(layout, options));
}

/** Holds every packet of a capture against our own reader; yields the number of fields. */
function compare(
  script: string,
  capture: string,
  bytes: Uint8Array,
  layout: SchemaLayout,
  framing?: string,
): number {
  const { packets, errors } = dissected(script, capture, layout, ["-c", String(PACKETS_MAX)]);
  expect(errors).toBe("");
  let fieldCount = 0;
  for (const { packet, spans, errors: faults } of expected(bytes, layout, framing)) {
    if (packet > PACKETS_MAX) break;
    const seen = packets[packet - 1] ?? [];
    if (faults.length > 0) {
      // Both say that there is something that cannot be read; what is of another schema is left to others.
      expect(
        seen.length === 0 || seen.some(({ name }) => name === "unknown"),
        `${capture} packet ${packet}`,
      ).toBe(true);
      continue;
    }
    fieldCount += spans.length;
    expect(differences(seen, spans), `${capture} packet ${packet}`).toEqual([]);
  }
  return fieldCount;
}

describe("sbe wireshark", () => {
  test.for(CAPTURES)("%s: fields and values as we read them", ([samples, schema], context) => {
    here(context);
    context.skip(!hasRealWorld, "no data of real venues beside the project");
    const layout = realWorldLayout(schema);
    const script = dissector(samples.replaceAll("/", "-"), layout);
    const captures = readdirSync(join(realWorld, samples)).filter((name) =>
      /\.pcap(ng)?(\.gz)?$/.test(name),
    );
    let fieldCount = 0;
    for (const name of captures) {
      const path = `${samples}/${name}`;
      fieldCount += compare(script, join(realWorld, path), realWorldFile(path), layout);
    }
    expect(fieldCount).toBeGreaterThan(captures.length * 5);
  });

  test("random schemas of every kind of thing, in datagrams", (context) => {
    here(context);
    const samples = fc.sample(
      randomSchema().chain(({ ir }) => {
        const layout = layoutOf(ir);
        const messages = layout.messages.map((message) =>
          fc.array(randomValues(message), { minLength: 2, maxLength: 4 }),
        );
        return fc.tuple(...messages).map((values) => ({ layout, values }));
      }),
      { seed: 20_261_126, numRuns: 12 },
    );
    let fieldCount = 0;
    for (const [index, { layout, values }] of samples.entries()) {
      const packets = layout.messages.flatMap((message, at) =>
        (values[at] ?? []).map((each) => udpPacket(encodeMessage(layout, message.name, each))),
      );
      const bytes = pcapFile(packets);
      const capture = write(`random-${index}.pcap`, bytes);
      fieldCount += compare(
        dissector(`random-${index}`, layout, "none", "5000"),
        capture,
        bytes,
        layout,
        "none",
      );
    }
    expect(fieldCount).toBeGreaterThan(1000);
  });
});

describe("the dissector of a small schema", () => {
  /** What `sbe wireshark` prints for the shop. */
  async function shop(...args: string[]): Promise<{ script: string; layout: SchemaLayout }> {
    using cli = new CliFolder();
    cli.write("shop.xml", SHOP_SCHEMA);
    const { code, stdout, stderr } = await cli.sbe(["wireshark", "shop.xml", ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { compileSchema } = await import("@alerion/schema");
    const { ir } = compileSchema(SHOP_SCHEMA, { file: "shop.xml" });
    if (ir === undefined) throw new Error("shop");
    return {
      script: write(`shop-${args.join("-").replaceAll(/\W/g, "_")}.lua`, stdout),
      layout: layoutOf(ir),
    };
  }

  test("messages of older and newer versions, with what they lack and what is new", async (context) => {
    here(context);
    const { script, layout } = await shop();
    const plain = {
      OrderId: "1",
      code: "AB",
      size: "Small",
      flags: [],
      total: { mantissa: "1250" },
      count: 3,
      lines: [{ quantity: 1, weight: 2.5 }],
      note: "x",
      label: "0x01",
    };
    const older = Buffer.from(encodeMessage(layout, "Order", plain, { version: 0 }));
    const current = encodeMessage(layout, "Order", { ...plain, discount: null });
    // Two bytes more in the block, three in each entry, of a version that nobody knows here.
    const newer = Buffer.from([
      ...Buffer.from([32, 0]),
      ...current.subarray(2, 6),
      9,
      0,
      ...current.subarray(8, 38),
      0xaa,
      0xbb,
      9,
      0,
      1,
      ...current.subarray(41, 47),
      1,
      2,
      3,
      ...current.subarray(47),
    ]);
    const bytes = pcapFile([older, current, newer].map((each) => udpPacket(each)));
    const capture = write("versions.pcap", bytes);
    expect(compare(script, capture, bytes, layout)).toBeGreaterThan(50);
    const { packets } = dissected(script, capture, layout);
    expect(packets[0]?.some(({ name }) => name === "Order.discount")).toBe(false);
    expect(packets[1]?.find(({ name }) => name === "Order.discount")?.drawn).toContain("[null]");
    expect(packets[2]?.filter(({ name }) => name === "newer").map(({ hex }) => hex)).toEqual([
      "aabb",
      "010203",
    ]);
  });

  test("streams whose frames end in other segments are put together", async (context) => {
    here(context);
    const { script, layout } = await shop("--tcp", "5000");
    const framed = Buffer.concat(
      [order, ping, order].flatMap((each) => [Buffer.from([each.length, 0]), each]),
    );
    const cuts = [0, 1, 40, 60, 61, framed.length];
    const packets = cuts.slice(1).map((cut, index) => {
      const from = cuts[index] ?? 0;
      return tcpPacket(1 + from, framed.subarray(from, cut));
    });
    const capture = write("segments.pcap", pcapFile(packets));
    const seen = dissected(script, capture, layout, [
      "-o",
      `${protocolName(layout)}.framing:length16le`,
    ]);
    expect(seen.errors).toBe("");
    const all = seen.packets.flat();
    expect(all.filter(({ name }) => name === "Order.OrderId").map(({ show }) => show)).toEqual([
      "9007199254740993",
      "9007199254740993",
    ]);
    expect(
      all.filter(({ name }) => name === "messageHeader.templateId").map(({ show }) => show),
    ).toEqual(["1", "2", "1"]);
  });

  test("unframed messages of a stream wait for their end", async (context) => {
    here(context);
    const { script, layout } = await shop("--tcp", "5000", "--framing", "none");
    const whole = Buffer.concat([order, ping]);
    const packets = [tcpPacket(1, whole.subarray(0, 30)), tcpPacket(31, whole.subarray(30))];
    const { packets: seen } = dissected(script, write("unframed.pcap", pcapFile(packets)), layout);
    const all = seen.flat();
    expect(all.some(({ name }) => name === "unknown")).toBe(false);
    expect(
      all.filter(({ name }) => name === "messageHeader.templateId").map(({ show }) => show),
    ).toEqual(["1", "2"]);
  });

  test("bytes that are no message are said to be none, and nothing else breaks", async (context) => {
    here(context);
    const { script, layout } = await shop("--udp", "5000");
    const hostile = [
      Buffer.from([...order.subarray(0, 20)]),
      Buffer.from([...order.subarray(0, 40), 0xff, ...order.subarray(41)]),
      Buffer.from(Uint8Array.from({ length: 40 }, (_, index) => index)),
      Buffer.concat([order, Buffer.from([1, 2, 3])]),
      Buffer.from(
        fc.sample(fc.uint8Array({ minLength: 64, maxLength: 64 }), { seed: 7, numRuns: 1 })[0] ??
          [],
      ),
    ];
    const capture = write("hostile.pcap", pcapFile(hostile.map((each) => udpPacket(each))));
    const { packets, errors } = dissected(script, capture, layout);
    expect(errors).toBe("");
    for (const packet of packets) expect(packet.some(({ name }) => name === "unknown")).toBe(true);
  });

  test("filters find values; the port or the ids of headers say what is a message", async (context) => {
    here(context);
    const { script, layout } = await shop();
    const other = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const capture = write(
      "filter.pcap",
      pcapFile([udpPacket(order), udpPacket(other), udpPacket(ping)]),
    );
    const name = protocolName(layout);
    const find = (filter: string) =>
      dissected(script, capture, layout, ["-Y", filter]).packets.length;
    expect(find(name)).toBe(2);
    expect(find(`${name}.Order.OrderId == 9007199254740993`)).toBe(1);
    expect(find(`${name}.Order.flags.Gift == 1 && ${name}.Order.lines.quantity == 7`)).toBe(1);
    expect(find(`${name}.Order.note contains "!"`)).toBe(1);
    expect(find(`${name}.Order.OrderId == 5`)).toBe(0);
  });
});

describe("the command", () => {
  test.each([
    [[], "one schema must be named"],
    [["shop.xml", "--framing", "mdp"], "did you mean mdp3?"],
    [["shop.xml", "--udp", "70000"], "--udp must be ports and ranges"],
    [["shop.xml", "--name", "My Proto"], "--name must be lower case"],
  ])("%j is wrong usage", async (args, text) => {
    using cli = new CliFolder();
    cli.write("shop.xml", SHOP_SCHEMA);
    const { code, stderr } = await cli.sbe(["wireshark", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  test("the same schema gives the same text, and no schema gives none", async () => {
    using cli = new CliFolder();
    cli.write("shop.xml", SHOP_SCHEMA);
    const first = await cli.sbe([
      "wireshark",
      "shop.xml",
      "--name",
      "shop",
      "--udp",
      "9000-9010,9100",
    ]);
    expect(first.stdout).toContain(
      'name = "shop", framing = "auto", udp = "9000-9010,9100", tcp = ""',
    );
    expect(
      (await cli.sbe(["wireshark", "shop.xml", "--name", "shop", "--udp", "9000-9010,9100"]))
        .stdout,
    ).toBe(first.stdout);
    cli.write("broken.xml", SHOP_SCHEMA.replace('type="Code"', 'type="Cod"'));
    expect(await cli.sbe(["wireshark", "broken.xml"])).toMatchObject({ code: 1, stdout: "" });
  });
});
