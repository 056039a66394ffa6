/**
 * The hot layer: a stream of six kinds of messages through one writer and one dispatcher, encoded and
 * decoded in place. The same day on every machine, from one seed.
 */
import { performance, PerformanceObserver } from "node:perf_hooks";
import {
  ExecType,
  OrderEntryDispatcher,
  OrderEntryWriter,
  OrderType,
  Side,
  TimeInForce,
  type CancelOrderDecoder,
  type ExecutionReportDecoder,
  type HeartbeatDecoder,
  type NewOrderDecoder,
  type OrderEntryHandlers,
  type OrderRejectDecoder,
  type ReplaceOrderDecoder,
} from "../generated/order-entry/index.js";
import { PageSink } from "./page-sink.js";

const PAGE_BYTES = 64 * 1024;
const SYMBOL = new TextEncoder().encode("ALRN");
const NOTE = new TextEncoder().encode("quickstart");
/** Bytes of the parts behind the block: the dimension of `legs` and the length and text of `note`. */
const NEW_ORDER_VARIABLE = 4 + 2 + NOTE.length;
const FILL_BYTES = 20;

/** What a run of the stream came to. */
export interface StreamResult {
  readonly messages: number;
  readonly bytes: number;
  readonly encodeNs: number;
  readonly decodeNs: number;
  readonly collections: number;
  /** What the decoding side added up; equal on every machine. */
  readonly checksum: number;
}

/** Encodes and decodes `messageCount` messages, page by page, after a warm-up. */
export async function runStream(messageCount: number): Promise<StreamResult> {
  const stream = new OrderStream();
  stream.run(messageCount >> 2);
  stream.reset();
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  stream.run(messageCount);
  // The observer is told between two turns of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  observer.disconnect();
  return stream.result(collections);
}

class OrderStream {
  readonly #sink = new PageSink(PAGE_BYTES);
  readonly #writer = new OrderEntryWriter(this.#sink);
  readonly #book = new PositionKeeper();
  readonly #dispatcher = new OrderEntryDispatcher(this.#book);
  #messages = 0;
  #bytes = 0;
  #encodeMs = 0;
  #decodeMs = 0;
  #nextId = 0;

  run(messageCount: number): void {
    while (this.#messages < messageCount) {
      const start = performance.now();
      const written = this.#fillPage(messageCount - this.#messages);
      const middle = performance.now();
      this.#readPage(this.#sink.offset);
      const end = performance.now();
      this.#encodeMs += middle - start;
      this.#decodeMs += end - middle;
      this.#messages += written;
      this.#bytes += this.#sink.offset;
      this.#sink.reset();
    }
  }

  reset(): void {
    this.#messages = 0;
    this.#bytes = 0;
    this.#encodeMs = 0;
    this.#decodeMs = 0;
    this.#nextId = 0;
    this.#book.reset();
  }

  result(collections: number): StreamResult {
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      encodeNs: (this.#encodeMs * 1e6) / this.#messages,
      decodeNs: (this.#decodeMs * 1e6) / this.#messages,
      collections,
      checksum: this.#book.checksum(),
    };
  }

  #fillPage(messagesMax: number): number {
    let written = 0;
    while (written < messagesMax && this.#writeOne(this.#nextId)) {
      this.#nextId++;
      written++;
    }
    return written;
  }

  /** Writes the message that comes with `id`; false when the page is full. */
  #writeOne(id: number): boolean {
    switch (id % 8) {
      case 3:
        return this.#writeReplace(id);
      case 5:
        return this.#writeCancel(id);
      case 6:
        return this.#writeReport(id);
      case 7:
        return this.#writeHeartbeat(id);
      default:
        return this.#writeOrder(id);
    }
  }

  #writeOrder(id: number): boolean {
    const order = this.#writer.newOrder(NEW_ORDER_VARIABLE);
    if (order === undefined) return false;
    order
      .orderIdNumber(id)
      .transactTimeNumber(1_764_000_000 + id)
      .quantity(1 + (id % 100))
      .displayQuantity(10)
      .side((id & 1) === 0 ? Side.Buy : Side.Sell)
      .orderType(OrderType.Limit)
      .timeInForce(TimeInForce.Day)
      .execInst(0)
      .symbolBytes(SYMBOL)
      .accountBytes(SYMBOL);
    order.price().mantissaNumber(1_000_000 + (id % 1000));
    order.stopPrice().clear();
    order.legsCount(0);
    order.noteBytes(NOTE);
    this.#writer.commit();
    return true;
  }

  #writeReplace(id: number): boolean {
    const replace = this.#writer.replaceOrder();
    if (replace === undefined) return false;
    replace
      .orderIdNumber(id)
      .originalOrderIdNumber(id - 1)
      .transactTimeNumber(1_764_000_000 + id)
      .quantity(5);
    replace.price().mantissaNumber(1_000_500);
    this.#writer.commit();
    return true;
  }

  #writeCancel(id: number): boolean {
    const cancel = this.#writer.cancelOrder();
    if (cancel === undefined) return false;
    cancel
      .orderIdNumber(id - 1)
      .transactTimeNumber(1_764_000_000 + id)
      .side(Side.Buy)
      .symbolBytes(SYMBOL);
    this.#writer.commit();
    return true;
  }

  #writeReport(id: number): boolean {
    const report = this.#writer.executionReport(4 + 2 * (FILL_BYTES + 4) + 2);
    if (report === undefined) return false;
    report
      .orderIdNumber(id - 2)
      .exchangeOrderIdNumber(id)
      .transactTimeNumber(1_764_000_000 + id)
      .lastQuantity(3)
      .leavesQuantity(0)
      .cumulativeQuantity(6)
      .execType(ExecType.Trade)
      .side(Side.Sell)
      .symbolBytes(SYMBOL);
    report.lastPrice().mantissaNumber(1_000_250);
    const fills = report.fillsCount(2);
    for (let index = 0; index < 2; index++) {
      const fill = fills
        .next()
        .quantity(3)
        .tradeIdNumber(id * 2 + index);
      fill.price().mantissaNumber(1_000_250 + index);
      fill.partiesCount(0);
    }
    report.noteReserve(0);
    this.#writer.commit();
    return true;
  }

  #writeHeartbeat(id: number): boolean {
    const heartbeat = this.#writer.heartbeat();
    if (heartbeat === undefined) return false;
    heartbeat.nextSequenceNumber(id);
    this.#writer.commit();
    return true;
  }

  #readPage(end: number): void {
    const { view } = this.#sink;
    let offset = 0;
    while (offset < end) {
      this.#dispatcher.onMessage(view, offset, end - offset);
      offset += this.#book.lastLength;
    }
  }
}

/** The decoding side: reads every field it needs where it lies, and keeps sums. */
class PositionKeeper implements OrderEntryHandlers {
  /** Bytes of the message that came last. */
  lastLength = 0;
  #ordered = 0;
  #traded = 0;
  #notional = 0;
  #others = 0;

  reset(): void {
    this.#ordered = 0;
    this.#traded = 0;
    this.#notional = 0;
    this.#others = 0;
  }

  checksum(): number {
    return this.#ordered + this.#traded + this.#notional + this.#others;
  }

  newOrder(order: NewOrderDecoder): void {
    if (order.side() === Side.Buy) this.#ordered += order.quantity();
    this.#notional += order.price().mantissaNumber();
    this.lastLength = order.encodedLength();
  }

  replaceOrder(replace: ReplaceOrderDecoder): void {
    this.#ordered -= replace.quantity();
    this.lastLength = replace.encodedLength();
  }

  cancelOrder(cancel: CancelOrderDecoder): void {
    this.#others += cancel.orderIdNumber() & 1;
    this.lastLength = cancel.encodedLength();
  }

  executionReport(report: ExecutionReportDecoder): void {
    for (const fill of report.fills()) {
      this.#traded += fill.quantity();
      this.#notional += fill.price().mantissaNumber();
      fill.parties();
    }
    this.lastLength = report.encodedLength();
  }

  orderReject(reject: OrderRejectDecoder): void {
    this.lastLength = reject.encodedLength();
  }

  heartbeat(heartbeat: HeartbeatDecoder): void {
    this.#others += heartbeat.nextSequenceNumber() & 1;
    this.lastLength = heartbeat.encodedLength();
  }
}
