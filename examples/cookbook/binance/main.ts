/**
 * Binance Spot: each binary frame of the SBE WebSocket is one message. Here the frames come from files:
 *
 *   node main.js FRAME…
 */
import { readFileSync } from "node:fs";
import { decimalToString, epochNanos, instantText } from "@alerion/runtime/values";
import {
  SpotDispatcher,
  executionTypeName,
  orderSideName,
  orderStatusName,
} from "./codecs/spot/index.js";

/** What the dispatcher is looking at; a response carries a message of its own in its `result`. */
let frame: DataView = new DataView(new ArrayBuffer(0));

const dispatcher: SpotDispatcher = new SpotDispatcher({
  partial: true,

  executionReportEvent(report) {
    // The exponents stand before the mantissas they belong to, once for all prices and quantities.
    const price = decimalToString(report.price(), report.priceExponent());
    const quantity = decimalToString(report.origQty(), report.qtyExponent());
    const side = orderSideName(report.side());
    const what = executionTypeName(report.executionType());
    const status = orderStatusName(report.orderStatus());
    const time = instantText(epochNanos(report.transactTime(), "microsecond"));
    // Var data last, in the order of the wire.
    const symbol = report.symbol();
    console.log(
      `${time} order ${report.orderId()} ${what}, ${status}: ${side} ${quantity} ${symbol} at ${price}`,
    );
  },

  outboundAccountPositionEvent(event) {
    for (const balance of event.balances()) {
      const exponent = balance.exponent();
      const free = decimalToString(balance.free(), exponent);
      const locked = decimalToString(balance.locked(), exponent);
      console.log(`balance ${balance.asset()}: free ${free}, locked ${locked}`);
    }
  },

  webSocketResponse(response) {
    for (const limit of response.rateLimits()) {
      console.log(`rate limit: ${limit.current()} of ${limit.rateLimit()}`);
    }
    console.log(`response ${JSON.stringify(response.id())}: status ${response.status()}`);
    // The result is again a message with its header: handed on where it lies. Look at it before
    // anything else reads var data, for the cursor moves on.
    const length = response.resultLength();
    if (length > 0) dispatcher.onMessage(frame, response.resultOffset(), length);
  },

  newOrderFullResponse(order) {
    const price = decimalToString(order.price(), order.priceExponent());
    console.log(`new order ${order.orderId()} taken: ${orderSideName(order.side())} at ${price}`);
  },

  unknown(view, offset, length) {
    console.log(`${length} bytes of an unknown template ${view.getUint16(offset + 2, true)}`);
  },
});

/** The `message` listener of the WebSocket, with `binaryType = "arraybuffer"`. */
function onFrame(data: ArrayBufferLike, offset: number, length: number): void {
  frame = new DataView(data, offset, length);
  dispatcher.onMessage(frame, 0, length);
}

for (const file of process.argv.slice(2)) {
  const bytes = readFileSync(file);
  onFrame(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
