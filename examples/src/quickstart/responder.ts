/**
 * The other process of the quickstart: reads orders where they lie in the log, answers those that ask for it, and
 * says at the end of a run how many it has read. Ends when the orders do.
 *
 * Arguments: directory of the driver, channel of the orders, channel of the answers.
 */
import { connect } from "@alerion/transport";
import {
  ExecType,
  OrderEntry,
  OrderEntryDispatcher,
  type NewOrderDecoder,
  Side,
} from "../generated/order-entry/index.js";
import {
  ANSWERS_STREAM_ID,
  ANSWERED_QUANTITY,
  ORDERS_STREAM_ID,
  PATIENT_TURNS,
} from "./streams.js";

const [dir = "", orders = "", answers = ""] = process.argv.slice(2);
await using aeron = await connect({ dir, clientName: "responder" });
const inp = await aeron.addSubscription(orders, ORDERS_STREAM_ID, OrderEntry);
const out = await aeron.addExclusivePublication(answers, ANSWERS_STREAM_ID, OrderEntry);
/** Groups and texts of a report, both empty. */
const EMPTY_PARTS = 4 + 2;

let orderCount = 0;
const dispatcher = new OrderEntryDispatcher({
  partial: true,
  newOrder(order: NewOrderDecoder) {
    orderCount++;
    if (order.quantity() !== ANSWERED_QUANTITY) return;
    const report = claim(() => out.executionReport(EMPTY_PARTS));
    report
      .orderIdNumber(order.orderIdNumber())
      .exchangeOrderIdNumber(orderCount)
      .transactTimeNumber(order.transactTimeNumber())
      .lastQuantity(0)
      .leavesQuantity(order.quantity())
      .cumulativeQuantity(0)
      .execType(ExecType.New)
      .side(Side.Buy);
    report.lastPrice().mantissaNumber(order.price().mantissaNumber());
    report.fillsCount(0);
    report.noteReserve(0);
    out.commit();
  },
  heartbeat() {
    claim(() => out.heartbeat()).nextSequenceNumber(orderCount);
    out.commit();
    orderCount = 0;
  },
});

/** Claims until there is room: answers are few, so there nearly always is. */
function claim<Encoder>(attempt: () => Encoder | undefined): Encoder {
  for (;;) {
    const encoder = attempt();
    if (encoder !== undefined) return encoder;
  }
}

// Orders may come as soon as somebody reads them: from here on there must be somebody to answer to.
while (!out.isConnected() || !inp.isConnected())
  await new Promise((resolve) => setTimeout(resolve, 1));
let idleTurns = 0;
while (inp.isConnected()) {
  if (inp.poll(dispatcher, 64) > 0) {
    idleTurns = 0;
  } else if (++idleTurns % PATIENT_TURNS === 0) {
    // The client's own turns: without them nobody would tell that the orders have ended.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
