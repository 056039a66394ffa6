/**
 * Requests and their answers over response channels: two clients and one server, each with a media driver of its own.
 * Answers come back on the way that a client opened, so clients need no address that the server knows, and each gets
 * its own answers only.
 *
 *   npm run request-response -w @alerion/examples
 */
import { type Aeron, connect, type Image } from "@alerion/transport";
import {
  type ExecutionReportData,
  ExecType,
  type NewOrderData,
  OrderEntry,
  OrderType,
  Side,
  TimeInForce,
} from "../generated/order-entry/index.js";
import { format, freePort, playRoles, until } from "./roles.js";

const REQUEST_STREAM_ID = 20;
const RESPONSE_STREAM_ID = 21;
const CLIENT_COUNT = 2;
const REQUEST_COUNT = 1000;
const FRAGMENT_LIMIT = 10;

/** Answers each order with a report, on a stream to the client that sent it. */
async function serve(channel: string, control: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const clients: Promise<void>[] = [];
  let goneCount = 0;
  await aeron.addSubscription(channel, REQUEST_STREAM_ID, {
    onAvailableImage(image) {
      clients.push(serveClient(aeron, image, control));
    },
    onUnavailableImage() {
      goneCount++;
    },
  });
  await until(() => goneCount === CLIENT_COUNT, "the clients' end", 60_000);
  await Promise.all(clients);
}

async function serveClient(aeron: Aeron, image: Image, control: string): Promise<void> {
  const responses = await aeron.addExclusivePublication(
    `aeron:udp?control-mode=response|control=${control}|response-correlation-id=${image.correlationId}`,
    RESPONSE_STREAM_ID,
    OrderEntry,
  );
  const orders: NewOrderData[] = [];
  while (!image.isClosed() && !image.isEndOfStream()) {
    image.poll((buffer, offset, length) => {
      const message = OrderEntry.decode(buffer.view, offset, length);
      if (message?.type === "NewOrder") orders.push(message.data);
    }, FRAGMENT_LIMIT);
    for (const order of orders.splice(0)) {
      await responses.send("ExecutionReport", reportOn(order), { timeoutMs: 10_000 });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await responses.close();
}

function reportOn(order: NewOrderData): ExecutionReportData {
  return {
    orderId: order.orderId,
    exchangeOrderId: order.orderId + 1_000_000n,
    transactTime: order.transactTime,
    lastPrice: order.price,
    leavesQuantity: order.quantity,
    cumulativeQuantity: 0,
    execType: ExecType.New,
    side: order.side,
    symbol: order.symbol,
    fills: [],
    note: order.note,
  };
}

async function request(name: string, channel: string, control: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const responses = await aeron.addSubscription(
    `aeron:udp?control-mode=response|control=${control}`,
    RESPONSE_STREAM_ID,
    OrderEntry,
  );
  const requests = await aeron.addExclusivePublication(
    `${channel}|response-correlation-id=${responses.subscription.registrationId}`,
    REQUEST_STREAM_ID,
    OrderEntry,
  );
  const answers = responses[Symbol.asyncIterator]();
  const timesUs: number[] = [];
  for (let id = 0; id < REQUEST_COUNT; id++) {
    const start = performance.now();
    await requests.send("NewOrder", newOrder(BigInt(id), name), { timeoutMs: 20_000 });
    const { value: answer } = await answers.next();
    timesUs.push((performance.now() - start) * 1000);
    if (answer?.type !== "ExecutionReport") throw new Error("an execution report must come");
    if (answer.data.orderId !== BigInt(id) || answer.data.note !== name) {
      throw new Error(`an answer must be one's own: note=${answer.data.note}`);
    }
  }
  timesUs.sort((a, b) => a - b);
  const at = (part: number): string => format(timesUs[Math.floor(REQUEST_COUNT * part)] ?? 0);
  console.log(`${name}: ${format(REQUEST_COUNT)} requests, p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`);
  await requests.close();
  // This driver ends with its client; the server learns of the end from it first.
  await new Promise((resolve) => setTimeout(resolve, 300));
}

function newOrder(orderId: bigint, note: string): NewOrderData {
  return {
    orderId,
    transactTime: 0n,
    price: { mantissa: 1_000_000n },
    quantity: 5,
    side: Side.Buy,
    orderType: OrderType.Limit,
    timeInForce: TimeInForce.Day,
    execInst: 0,
    symbol: "ALRN",
    account: "",
    legs: [],
    note,
  };
}

const [role, channel = "", control = "", name = ""] = process.argv.slice(2);
if (role === "server") await serve(channel, control);
else if (role === "client") await request(name, channel, control);
else {
  const udp = `aeron:udp?endpoint=localhost:${await freePort()}`;
  const responseControl = `localhost:${await freePort()}`;
  const clients = Array.from({ length: CLIENT_COUNT }, (_, i) => ({
    role: "client",
    args: [udp, responseControl, `client ${i + 1}`],
  }));
  await playRoles(import.meta.url, [{ role: "server", args: [udp, responseControl] }, ...clients]);
}
