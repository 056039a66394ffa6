import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAMINGS } from "@alerion/schema/explain";
import { CliFolder, ORDER_HEX, PING_HEX, SHOP_SCHEMA } from "../support/cli.js";
import { pcapFile, tcpPacket, udpPacket } from "../support/pcap.js";

function shop(): CliFolder {
  const folder = new CliFolder();
  folder.write("shop.xml", SHOP_SCHEMA);
  return folder;
}

const HEX = ["hex", "--schema", "shop.xml"];

const ORDER = Buffer.from(ORDER_HEX, "hex");
const PING = Buffer.from(PING_HEX, "hex");

/** A message after its length in two bytes, little endian. */
function prefixed(message: Buffer): Buffer {
  return Buffer.from([message.length & 0xff, message.length >> 8, ...message]);
}

describe("sbe hex", () => {
  it("shows every byte of messages with field and value", async () => {
    using folder = shop();
    const result = await folder.sbe([...HEX, "--hex", ORDER_HEX + PING_HEX]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toBe(`Order (template 1, version 1)
  00000000  1e 00                    messageHeader.blockLength  30
  00000002  01 00                    messageHeader.templateId   1  = Order
  00000004  09 00                    messageHeader.schemaId     9
  00000006  01 00                    messageHeader.version      1
  00000008  01 00 00 00 00 00 20 00  OrderId                    9007199254740993
  00000010  41 42 00 00              code                       "AB"
  00000014  4c                       size                       Large ('L')
  00000015  09                       flags                      Gift | Fragile (0x09)
  00000016  f6 ff ff ff ff ff ff ff  total.mantissa             -10  = -0.10
  0000001e  ff ff ff ff              count                      null
  00000022  05 00 00 00              discount                   5
  00000026  06 00                    lines.blockLength          6
  00000028  01                       lines.numInGroup           1
  00000029  07 00                    lines[0].quantity          7
  0000002b  00 00 c0 3f              lines[0].weight            1.5
  0000002f  03 00                    note.length                3
  00000031  c3 a9 21                 note                       "\u00e9!"
  00000034  02                       label.length               2
  00000035  be ef                    label                      0xbeef
Ping (template 2, version 1)
  00000037  00 00                    messageHeader.blockLength  0
  00000039  02 00                    messageHeader.templateId   2  = Ping
  0000003b  09 00                    messageHeader.schemaId     9
  0000003d  01 00                    messageHeader.version      1

`);
  });

  it("reads files, standard input and gzip alike", async () => {
    using folder = shop();
    folder.write("order.bin", ORDER);
    folder.write("order.bin.gz", gzipSync(ORDER));
    const expected = (await folder.sbe([...HEX, "--hex", ORDER_HEX])).stdout;
    for (const file of ["order.bin", "order.bin.gz"]) {
      expect((await folder.sbe([...HEX, file])).stdout).toBe(expected);
    }
    expect((await folder.sbe(HEX, [ORDER.subarray(0, 9), ORDER.subarray(9)])).stdout).toBe(
      expected,
    );
    expect((await folder.sbe([...HEX, "-"], [ORDER])).stdout).toBe(expected);
    folder.write("cut.gz", gzipSync(ORDER).subarray(0, 30));
    expect((await folder.sbe([...HEX, "cut.gz"])).stderr).toContain("gzip file must be whole");
  });

  it("finds out the framing, or is told", async () => {
    using folder = shop();
    folder.write("framed.bin", Buffer.concat([prefixed(ORDER), prefixed(PING)]));
    const guessed = await folder.sbe([...HEX, "framed.bin"]);
    expect(guessed.code).toBe(0);
    expect(guessed.stdout).toContain("00000000  37 00                    frame.length  55\n");
    expect(guessed.stdout).toContain("Ping (template 2, version 1)");
    const told = await folder.sbe([...HEX, "framed.bin", "--framing", "length16le"]);
    expect(told.stdout).toBe(guessed.stdout);
    const wrong = await folder.sbe([...HEX, "framed.bin", "--framing=none"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("(unknown)");
    expect(wrong.stderr).toContain("bytes must be messages of the schema: faults=1");
    const unknown = await folder.sbe([...HEX, "framed.bin", "--framing=length16"]);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain("did you mean length16");
  });

  it("shows a capture packet by packet, streams put together", async () => {
    using folder = shop();
    const stream = Buffer.concat([prefixed(ORDER), prefixed(PING)]);
    folder.write(
      "day.pcap",
      pcapFile([
        udpPacket(PING),
        tcpPacket(1, stream.subarray(0, 20)),
        tcpPacket(41, stream.subarray(40)),
        tcpPacket(21, stream.subarray(20, 40)),
        udpPacket(ORDER),
      ]),
    );
    const result = await folder.sbe([...HEX, "day.pcap"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout.match(/^\S.*$/gm)).toStrictEqual([
      "packet 1: udp, 10.0.0.1 port 5000 > 239.0.0.1 port 6000, 2023-11-14T22:13:21.000000000Z",
      "Ping (template 2, version 1)",
      "packet 3: tcp, 10.0.0.1 port 5000 > 239.0.0.1 port 6000, 2023-11-14T22:13:23.000000000Z",
      "Order (template 1, version 1)",
      "Ping (template 2, version 1)",
      "packet 5: udp, 10.0.0.1 port 5000 > 239.0.0.1 port 6000, 2023-11-14T22:13:25.000000000Z",
      "Order (template 1, version 1)",
    ]);
    const first = await folder.sbe([...HEX, "day.pcap", "--limit", "1"]);
    expect(first.stdout.match(/^packet/gm)).toHaveLength(1);
  });

  it("shows what a cut capture or stream still has, and says so", async () => {
    using folder = shop();
    const file = pcapFile([udpPacket(PING), udpPacket(PING)]);
    folder.write("cut.pcap", file.subarray(0, -1));
    const cut = await folder.sbe([...HEX, "cut.pcap"]);
    expect(cut.code).toBe(1);
    expect(cut.stdout.match(/^Ping/gm)).toHaveLength(1);
    expect(cut.stderr).toContain("capture-truncated");
    folder.write("half.pcap", pcapFile([tcpPacket(1, prefixed(ORDER).subarray(0, 30))]));
    const half = await folder.sbe([...HEX, "half.pcap", "--framing", "length16le"]);
    expect(half.code).toBe(1);
    expect(half.stdout).toContain("(unknown)");
    expect(half.stderr).toContain("frame must be complete");
    expect(half.stderr).toContain("packet=1");
  });

  it("shows unknown bytes and those behind a message", async () => {
    using folder = shop();
    const result = await folder.sbe([...HEX, "--hex", `${PING_HEX}ffee`]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain("00000008  ff ee                    (unknown)  message header");
    const other = await folder.sbe([...HEX, "--hex", "00000900090001000102"]);
    expect(other.stdout).toContain("no message of the schema");
    expect(other.stdout).toContain("messageHeader.templateId   9\n");
  });

  it("counts the bytes of long values instead of showing them all, unless asked to", async () => {
    using folder = shop();
    const note = Buffer.alloc(300, "x");
    const long = Buffer.concat([
      ORDER.subarray(0, 47),
      Buffer.from([0x2c, 1]),
      note,
      ORDER.subarray(52),
    ]);
    const args = [...HEX, "--hex", long.toString("hex")];
    const short = await folder.sbe(args);
    expect(short.stdout).toContain("… 172 more bytes");
    const all = await folder.sbe([...args, "--all"]);
    expect(all.stdout).not.toContain("more bytes");
    expect(all.stdout.match(/78 78/g)?.length).toBeGreaterThan(
      short.stdout.match(/78 78/g)?.length ?? 0,
    );
  });

  it("is coloured when it is asked to be", async () => {
    using folder = shop();
    const escape = "\u001B[";
    const plain = await folder.sbe([...HEX, "--hex", ORDER_HEX]);
    expect(plain.stdout).not.toContain(escape);
    const colored = await folder.sbe([...HEX, "--hex", ORDER_HEX, "--color", "always"]);
    expect(colored.stdout).toContain(`${escape}36m1e 00`);
    // eslint-disable-next-line no-control-regex
    expect(colored.stdout.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain.stdout);
  });

  it("lets no text of a message reach the terminal as a command", async () => {
    using folder = shop();
    const evil = ORDER_HEX.replace("0300c3a921", "07001b5b324ac2859b");
    const result = await folder.sbe([...HEX, "--hex", evil]);
    expect(result.code).toBe(0);
    // eslint-disable-next-line no-control-regex
    expect(result.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(result.stdout).toContain("\\u001b[2J\\u0085");
  });

  it("prints all of it as JSON", async () => {
    using folder = shop();
    folder.write("one.pcap", pcapFile([udpPacket(PING)]));
    const result = await folder.sbe([...HEX, "one.pcap", "--json"]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      packet: 1,
      time: "2023-11-14T22:13:21.000000000Z",
      transport: "udp",
      source: { address: "10.0.0.1", port: 5000 },
      messages: [{ message: "Ping", templateId: 2, version: 1, start: 0, end: 8 }],
      spans: [
        { start: 0, end: 2, path: "messageHeader.blockLength", kind: "header", hex: "0000" },
        { path: "messageHeader.templateId", text: "2", meaning: "Ping" },
        {},
        {},
      ],
      errors: [],
    });
  });

  it("is told what it shall do", async () => {
    using folder = shop();
    for (const args of [
      ["--hex", "1"],
      ["--hex", "00", "file"],
      ["--color", "often", "--hex", "00"],
      ["--limit", "x", "--hex", "00"],
    ]) {
      expect((await folder.sbe([...HEX, ...args])).code, args.join(" ")).toBe(2);
    }
    expect((await folder.sbe(["hex", "--hex", "00"])).code).toBe(2);
    expect((await folder.sbe([...HEX, "none.bin"])).stderr).toContain("file must exist");
  });

  it("names all framings in its help", async () => {
    using folder = shop();
    const { stdout } = await folder.sbe(["hex", "--help"]);
    for (const { name } of FRAMINGS) {
      expect(stdout, name).toContain(name.replace("-inclusive", ""));
    }
  });

  it("bears any bytes, in a capture or not", async () => {
    using folder = shop();
    const starts = [
      new Uint8Array(0),
      ORDER.subarray(0, 20),
      pcapFile([udpPacket(ORDER)]),
      pcapFile([tcpPacket(1, ORDER)]).subarray(0, 90),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts),
        fc.uint8Array({ maxLength: 120 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.constantFrom("auto", ...FRAMINGS.map(({ name }) => name)),
        async (start, rest, changes, framing) => {
          const bytes = Buffer.concat([start, rest]);
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
          const { code } = await folder.sbe([...HEX, "-", "--framing", framing], [bytes]);
          expect([0, 1]).toContain(code);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
