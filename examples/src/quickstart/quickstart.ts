/**
 * The whole path in a screenful: schemas to codecs, objects to bytes and back, a stream of messages on the
 * hot layer, the same bytes on the command line, and typed messages between two processes.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  EntryType,
  BookIncrementalDecoder,
  BookIncrementalEncoder,
  UpdateAction,
} from "../generated/market-data/index.js";
import {
  ExecInst,
  NewOrderDecoder,
  NewOrderEncoder,
  OrderType,
  Side,
  TimeInForce,
  sideName,
} from "../generated/order-entry/index.js";
import { freePort } from "../streams/roles.js";
import { runStream } from "./stream.js";
import { type Route, streamBetweenProcesses } from "./two-processes.js";

const STREAM_MESSAGES = 1_000_000;
const PROCESS_MESSAGES = 1_000_000;
const ROUND_TRIPS = 20_000;
const IPC: Route = { orders: "aeron:ipc", answers: "aeron:ipc" };
/** The network is another channel, and nothing else. */
const UDP: Route = {
  orders: `aeron:udp?endpoint=localhost:${await freePort()}`,
  answers: `aeron:udp?endpoint=localhost:${await freePort()}`,
};
const examples = fileURLToPath(new URL("../../", import.meta.url));
const sbe = fileURLToPath(new URL("../../../generator/bin/sbe.js", import.meta.url));

function heading(text: string): void {
  console.log(`\n${text}`);
}

/** Runs `sbe` as a user would, in the examples folder; ends the quickstart if it fails. */
function runSbe(args: readonly string[], input?: Uint8Array): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [sbe, ...args], {
    cwd: examples,
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
  return stdout;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function showCodegen(): void {
  const args = [
    "generate",
    "schemas/order-entry.xml",
    "schemas/market-data.xml",
    "-o",
    "src/generated",
    "--check",
  ];
  heading(`1. schemas to codecs, type-checked before they are written\n   $ sbe ${args.join(" ")}`);
  const start = performance.now();
  const output = runSbe(args).trimEnd();
  if (output !== "") console.log(output.replace(/^/gm, "   "));
  console.log(
    `   examples/src/generated/{order-entry,market-data}: up to date, ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
}

function showPlainLayer(): Uint8Array {
  heading("2. plain layer: objects in, bytes out, objects back");
  const bytes = NewOrderEncoder.encode({
    orderId: 42n,
    transactTime: 1_764_000_000_000_000_000n,
    price: { mantissa: 1_012_500n },
    quantity: 10,
    side: Side.Buy,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Day,
    execInst: ExecInst.PostOnly,
    symbol: "ALRN",
    account: "DESK-7",
    legs: [{ ratio: 1, side: Side.Buy, symbol: "ALRN" }],
    note: "first",
  });
  const order = NewOrderDecoder.decode(bytes);
  console.log(`   NewOrder is ${bytes.length} bytes: ${hex(bytes.subarray(0, 24))}…`);
  console.log(
    `   order ${order.orderId}: ${sideName(order.side)} ${order.quantity} ${order.symbol} at ${order.price.mantissa}e-4, ` +
      `${order.legs.length} leg, note "${order.note}", display quantity ${order.displayQuantity}`,
  );
  const update = BookIncrementalEncoder.encode({
    transactTime: 1_764_000_000_000_000_001n,
    matchEvent: 0x80,
    entries: [1, 2].map((level) => ({
      price: { mantissa: BigInt(1_012_500 - level * 25) },
      quantity: 100 * level,
      instrumentId: 7,
      sequence: level,
      orderCount: 3,
      level,
      action: UpdateAction.New,
      entryType: EntryType.Bid,
    })),
  });
  const depths = BookIncrementalDecoder.decode(update).entries.map(
    (entry) => `${entry.quantity} at ${entry.price.mantissa}e-4`,
  );
  console.log(`   BookIncremental is ${update.length} bytes: ${depths.join(", ")}`);
  return bytes;
}

async function showHotLayer(): Promise<void> {
  heading(`3. hot layer: ${STREAM_MESSAGES.toLocaleString("en")} messages of 5 kinds, in place`);
  const result = await runStream(STREAM_MESSAGES);
  const megabytes = (result.bytes / 1e6).toFixed(1);
  console.log(
    `   encoded ${megabytes} MB through one writer:     ${result.encodeNs.toFixed(0)} ns a message`,
  );
  console.log(
    `   decoded ${megabytes} MB through one dispatcher: ${result.decodeNs.toFixed(0)} ns a message`,
  );
  console.log(
    `   garbage collections meanwhile: ${result.collections}; checksum ${result.checksum}`,
  );
}

function showCommandLine(bytes: Uint8Array): void {
  heading(
    "4. the same bytes without any generated code\n   $ sbe decode --schema schemas/order-entry.xml --hex …",
  );
  console.log(
    `   ${runSbe(["decode", "--schema", "schemas/order-entry.xml", "--hex", hex(bytes)]).trimEnd()}`,
  );
}

async function showTwoProcesses(
  number: number,
  name: string,
  route: Route,
  messages: number,
  trips: number,
): Promise<void> {
  heading(
    `${number}. two processes and a driver over ${name}: ${messages.toLocaleString("en")} orders, then ${trips.toLocaleString("en")} with an answer to each`,
  );
  const result = await streamBetweenProcesses(route, messages, trips);
  const { messagesPerSecond, roundTrips } = result;
  console.log(`   rate:       ${(messagesPerSecond / 1e6).toFixed(2)} million messages a second`);
  const at = (part: number): string => (roundTrips.percentile(part) / 1000).toFixed(1);
  console.log(
    `   round trip: p50 ${at(0.5)} µs, p99 ${at(0.99)} µs, p99.9 ${at(0.999)} µs, max ${at(1)} µs`,
  );
  for (const line of roundTrips.lines()) console.log(`   ${line}`);
}

console.log(`Alerion quickstart on Node ${process.version}, ${process.platform} ${process.arch}`);
showCodegen();
const bytes = showPlainLayer();
await showHotLayer();
showCommandLine(bytes);
await showTwoProcesses(5, "aeron:ipc", IPC, PROCESS_MESSAGES, ROUND_TRIPS);
// Fewer: the driver sleeps between messages, and each trip wakes it four times.
await showTwoProcesses(6, "aeron:udp", UDP, PROCESS_MESSAGES / 10, ROUND_TRIPS / 10);
heading("Next: open examples/src/generated/order-entry/new-order.ts, or read docs/architecture.md");
