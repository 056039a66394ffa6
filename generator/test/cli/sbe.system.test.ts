import { spawn } from "node:child_process";
import { openSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  CliFolder,
  ORDER_HEX,
  ORDER_LOSSLESS,
  ORDER_PLAIN,
  PING_HEX,
  SHOP_SCHEMA,
} from "../support/cli.js";

const BIN = fileURLToPath(new URL("../../bin/sbe.js", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the real command; `feed` writes its standard input. */
function sbe(
  folder: CliFolder,
  argv: readonly string[],
  feed: (input: NodeJS.WritableStream) => void = (input) => input.end(),
  nodeOptions: readonly string[] = [],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, BIN, ...argv], { cwd: folder.path });
    const out: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (piece: Buffer) => out.push(piece));
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
    child.stdin.on("error", () => undefined);
    feed(child.stdin);
  });
}

function shop(): CliFolder {
  const folder = new CliFolder();
  folder.write("shop.xml", SHOP_SCHEMA);
  return folder;
}

describe("the sbe command as a process", () => {
  it("pipes: what decode prints encode reads", async () => {
    using folder = shop();
    const encoded = await sbe(folder, ["encode", "--schema", "shop.xml", "-"], (input) =>
      input.end(ORDER_LOSSLESS.repeat(3)),
    );
    expect(encoded).toMatchObject({ code: 0, stderr: "" });
    expect(encoded.stdout.toString("hex")).toBe(ORDER_HEX.repeat(3));
    const decoded = await sbe(folder, ["decode", "--schema", "shop.xml"], (input) =>
      input.end(encoded.stdout),
    );
    expect(decoded).toMatchObject({ code: 0, stderr: "" });
    expect(decoded.stdout.toString("utf8")).toBe(ORDER_PLAIN.repeat(3));
  });

  it.each([
    [["validate", "none.xml"], 1],
    [["validate", "--no-such"], 2],
    [["--version"], 0],
  ])("exits after %j with %d", async (argv, code) => {
    using folder = shop();
    expect((await sbe(folder, argv)).code).toBe(code);
  });

  it("prints a message while the stream is still open", async () => {
    using folder = shop();
    const child = spawn(process.execPath, [BIN, "decode", "--schema", "shop.xml"], {
      cwd: folder.path,
    });
    const first = new Promise<string>((resolve) => {
      child.stdout.once("data", (piece: Buffer) => resolve(piece.toString("utf8")));
    });
    child.stdin.write(Buffer.from(ORDER_HEX + PING_HEX.slice(0, 4), "hex"));
    expect(await first).toBe(ORDER_PLAIN);
    const closed = new Promise<number | null>((resolve) => {
      child.once("close", resolve);
    });
    child.stdin.end(Buffer.from(PING_HEX.slice(4), "hex"));
    expect(await closed).toBe(0);
  });

  it("ends quietly when its reader goes away", async () => {
    using folder = shop();
    const file = folder.write("many.bin", Buffer.from(ORDER_HEX, "hex"));
    const many = Buffer.from(ORDER_HEX, "hex");
    folder.write(file, Buffer.concat(Array.from({ length: 40_000 }, () => many)));
    const child = spawn(process.execPath, [BIN, "decode", "--schema", "shop.xml", file], {
      cwd: folder.path,
    });
    let stderr = "";
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString("utf8")));
    const closed = new Promise<number | null>((resolve) => {
      child.once("close", resolve);
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await closed).toBe(0);
    expect(stderr).toBe("");
  });

  it("decodes a file larger than its heap", async () => {
    using folder = shop();
    const note = Buffer.alloc(60_000, 0x61);
    const length = Buffer.from([note.length & 0xff, note.length >> 8]);
    const order = Buffer.from(ORDER_HEX, "hex");
    const long = Buffer.concat([order.subarray(0, 47), length, note, Buffer.from([0])]);
    const count = 2000;
    const descriptor = openSync(join(folder.path, "large.bin"), "w");
    for (let index = 0; index < count; index++) writeSync(descriptor, long);
    closeSync(descriptor);
    const argv = ["decode", "--schema", "shop.xml", "large.bin", "--lossless"];
    const child = spawn(process.execPath, ["--max-old-space-size=40", BIN, ...argv], {
      cwd: folder.path,
    });
    let lines = 0;
    child.stdout.on("data", (piece: Buffer) => {
      for (const byte of piece) if (byte === 0x0a) lines++;
    });
    const code = await new Promise<number | null>((resolve) => {
      child.once("close", resolve);
    });
    expect([code, lines]).toStrictEqual([0, count]);
  }, 120_000);
});
