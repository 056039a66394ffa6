/**
 * A file over UDP in pieces that are fragmented, repaired and put together on the way; its digest at the end.
 *
 *   npm run file-sender -w @alerion/examples [FILE]
 */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { connect } from "@alerion/transport";
import { FileTransfer } from "../generated/file-transfer/index.js";
import { format, freePort, playRoles, until } from "./roles.js";

const STREAM_ID = 40;
const PIECE_BYTES = 256 * 1024;
const SAMPLE_BYTES = 64 * 1024 * 1024;

async function send(channel: string, path: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const out = await aeron.addExclusivePublication(channel, STREAM_ID, FileTransfer);
  const fd = openSync(path, "r");
  const hash = createHash("sha256");
  const piece = new Uint8Array(PIECE_BYTES);
  const { size } = statSync(path);
  await out.send("FileBegin", { fileLength: BigInt(size), fileName: basename(path) });
  for (let offset = 0; offset < size;) {
    const length = readSync(fd, piece, 0, PIECE_BYTES, offset);
    if (length === 0) throw new Error("the file must not shrink while it is sent");
    const bytes = piece.subarray(0, length);
    hash.update(bytes);
    await out.send("FilePiece", { fileOffset: BigInt(offset), bytes });
    offset += length;
  }
  closeSync(fd);
  await out.send("FileEnd", { digest: [...hash.digest()] });
  // This driver ends with its client: stay until the receiver has everything and has left.
  await until(() => !out.isConnected(), "the receiver's end", 60_000);
}

async function receive(channel: string, folder: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const inp = await aeron.addSubscription(channel, STREAM_ID, FileTransfer);
  const hash = createHash("sha256");
  let fd: number | undefined;
  let path = "";
  let received = 0;
  let startMs = 0;
  for await (const message of inp) {
    if (message.type === "FileBegin") {
      // A name from outside: only its last part counts.
      path = join(folder, basename(message.data.fileName));
      fd = openSync(path, "wx");
      startMs = performance.now();
    } else if (fd === undefined) {
      throw new Error("a file must begin before its pieces come");
    } else if (message.type === "FilePiece") {
      const { bytes, fileOffset } = message.data;
      hash.update(bytes);
      writeSync(fd, bytes, 0, bytes.length, Number(fileOffset));
      received += bytes.length;
    } else {
      closeSync(fd);
      const isWhole = Buffer.from(message.data.digest).equals(hash.digest());
      const seconds = (performance.now() - startMs) / 1000;
      console.log(
        `${format(received)} bytes in ${seconds.toFixed(2)} s (${format(received / seconds / 1e6)} MB/s), ` +
          `SHA-256 ${isWhole ? "equal" : "DIFFERENT"}: ${basename(path)}`,
      );
      if (!isWhole) process.exitCode = 1;
      break;
    }
  }
}

const [role, channel = "", path = ""] = process.argv.slice(2);
if (role === "sender") await send(channel, path);
else if (role === "receiver") await receive(channel, path);
else {
  const folder = mkdtempSync(join(tmpdir(), "alerion-file-sender-"));
  let file = role;
  if (file === undefined) {
    file = join(folder, "sample.bin");
    writeFileSync(file, randomBytes(SAMPLE_BYTES));
  }
  const inbox = mkdtempSync(join(folder, "received-"));
  const udp = `aeron:udp?endpoint=localhost:${await freePort()}`;
  try {
    await playRoles(import.meta.url, [
      { role: "receiver", args: [udp, inbox] },
      { role: "sender", args: [udp, file] },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
