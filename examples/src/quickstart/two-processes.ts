/**
 * Typed messages between two processes: this one writes orders, `responder.ts` reads them. First as many as possible,
 * then one at a time with an answer to each.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  type Aeron,
  connect,
  type TypedPublication,
  type TypedSubscription,
} from "@alerion/transport";
import {
  OrderEntry,
  OrderEntryDispatcher,
  type ExecutionReportDecoder,
  type HeartbeatDecoder,
  OrderType,
  Side,
  TimeInForce,
} from "../generated/order-entry/index.js";
import { LatencyHistogram } from "./latency-histogram.js";
import {
  ANSWERED_QUANTITY,
  ANSWERS_STREAM_ID,
  ORDERS_STREAM_ID,
  PATIENT_TURNS,
} from "./streams.js";

/** Groups and texts of an order, both empty. */
const EMPTY_PARTS = 4 + 2;
const SYMBOL = new TextEncoder().encode("ALRN");
const WARM_UP_ROUND_TRIPS_MAX = 2000;
const RATE_RUNS = 3;
const TIMEOUT_MS = 30_000;

/** Which way the messages take: `aeron:ipc` both ways, or two UDP channels of this machine. */
export interface Route {
  readonly orders: string;
  readonly answers: string;
}

/** What a run came to. */
export interface TwoProcessesResult {
  readonly messageCount: number;
  readonly messagesPerSecond: number;
  readonly roundTrips: LatencyHistogram;
}

/**
 * Starts a driver and the other process, and streams.
 *
 * @param messageCount orders of a run at full speed; the best of three runs counts
 * @param roundTripCount orders that are answered
 * @throws {Error} if the other process ends early or does not answer in time
 */
export async function streamBetweenProcesses(
  route: Route,
  messageCount: number,
  roundTripCount: number,
): Promise<TwoProcessesResult> {
  await using aeron = await connect({ driver: "embedded", clientName: "quickstart" });
  const inp = await aeron.addSubscription(route.answers, ANSWERS_STREAM_ID, OrderEntry);
  const out = await aeron.addExclusivePublication(route.orders, ORDERS_STREAM_ID, OrderEntry);
  const responder = startResponder(aeron, route);
  try {
    const conversation = new Conversation(out, inp, responder);
    await conversation.until(() => out.isConnected() && inp.isConnected());
    let best = 0;
    for (let run = 0; run < RATE_RUNS; run++) {
      best = Math.max(best, await conversation.measureRate(messageCount));
    }
    await conversation.measureRoundTrips(Math.min(WARM_UP_ROUND_TRIPS_MAX, roundTripCount));
    const roundTrips = await conversation.measureRoundTrips(roundTripCount);
    await out.close();
    await responder.ended;
    return { messageCount, messagesPerSecond: best, roundTrips };
  } finally {
    responder.process.kill();
  }
}

interface Responder {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
}

function startResponder(aeron: Aeron, { orders, answers }: Route): Responder {
  const script = fileURLToPath(new URL("./responder.js", import.meta.url));
  const child = spawn(process.execPath, [script, aeron.dir, orders, answers], { stdio: "inherit" });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`responder must end well: status=${status}`));
    });
  });
  // Whoever waits for it is told; until then it is no unhandled rejection.
  ended.catch(() => {});
  return { process: child, ended };
}

/** Orders out, answers in: all on the hot layer, so that no message makes garbage. */
class Conversation {
  readonly #out: TypedPublication<typeof OrderEntry>;
  readonly #inp: TypedSubscription<typeof OrderEntry>;
  readonly #responder: Responder;
  readonly #dispatcher: OrderEntryDispatcher;
  #countedByOther = -1;
  #answeredId = -1;

  constructor(
    out: TypedPublication<typeof OrderEntry>,
    inp: TypedSubscription<typeof OrderEntry>,
    responder: Responder,
  ) {
    this.#out = out;
    this.#inp = inp;
    this.#responder = responder;
    this.#dispatcher = new OrderEntryDispatcher({
      partial: true,
      executionReport: (report: ExecutionReportDecoder) => {
        this.#answeredId = report.orderIdNumber();
      },
      heartbeat: (heartbeat: HeartbeatDecoder) => {
        this.#countedByOther = heartbeat.nextSequenceNumber();
      },
    });
  }

  /** Writes as fast as the other side reads. @returns messages a second, until the last one was read */
  async measureRate(count: number): Promise<number> {
    this.#countedByOther = -1;
    const start = performance.now();
    for (let id = 0; id < count;) {
      if (this.#writeOrder(id, 1)) id++;
      else await this.until(() => this.#out.publication.availableWindow() > 0);
    }
    await this.until(() => this.#out.heartbeat()?.nextSequenceNumber(count) !== undefined);
    this.#out.commit();
    await this.until(() => this.#countedByOther >= 0);
    const seconds = (performance.now() - start) / 1000;
    if (this.#countedByOther !== count) {
      throw new Error(`every message must arrive: sent=${count} read=${this.#countedByOther}`);
    }
    return count / seconds;
  }

  /** One order at a time, each answered before the next one. */
  async measureRoundTrips(count: number): Promise<LatencyHistogram> {
    const histogram = new LatencyHistogram(count);
    for (let id = 0; id < count; id++) {
      const start = performance.now();
      await this.#roundTrip(id);
      histogram.record((performance.now() - start) * 1e6);
    }
    return histogram;
  }

  async #roundTrip(id: number): Promise<void> {
    if (!this.#writeOrder(id, ANSWERED_QUANTITY)) {
      await this.until(() => this.#writeOrder(id, ANSWERED_QUANTITY));
    }
    for (let turns = 0; turns < PATIENT_TURNS; turns++) {
      this.#inp.poll(this.#dispatcher, 1);
      if (this.#answeredId === id) return;
    }
    await this.until(() => this.#answeredId === id);
  }

  #writeOrder(id: number, quantity: number): boolean {
    const order = this.#out.newOrder(EMPTY_PARTS);
    if (order === undefined) return false;
    order
      .orderIdNumber(id)
      .transactTimeNumber(1_764_000_000 + id)
      .quantity(quantity)
      .displayQuantity(10)
      .side(Side.Buy)
      .orderType(OrderType.Limit)
      .timeInForce(TimeInForce.Day)
      .execInst(0)
      .symbolBytes(SYMBOL)
      .accountBytes(SYMBOL);
    order.price().mantissaNumber(1_000_000);
    order.stopPrice().clear();
    order.legsCount(0);
    order.noteReserve(0);
    this.#out.commit();
    return true;
  }

  /** Turns of the event loop, polling, until the condition holds. */
  async until(isTrue: () => boolean): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (!isTrue()) {
      if (this.#responder.process.exitCode !== null) await this.#responder.ended;
      if (performance.now() > deadline) throw new Error("the other process must go on");
      if (this.#inp.poll(this.#dispatcher, 64) === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}
