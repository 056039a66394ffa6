/**
 * B3 BinaryEntryPoint: a TCP stream of framed messages in either direction. Here what was received comes from
 * captures, and the order that would be sent is read back:
 *
 *   node main.js CAPTURE…
 */
import { readFileSync } from "node:fs";
import { B3_FRAME, StreamFramer } from "@alerion/runtime/framing";
import { decimalToString, instantText, scaledFromText } from "@alerion/runtime/values";
import { readPayloads } from "@alerion/schema/capture";
import {
  Boolean_,
  EntrypointDispatcher,
  PriceOptionalDecoder,
  RoutingInstruction,
  SelfTradePreventionInstruction,
  Side,
  SimpleNewOrderEncoder,
  SimpleOrdType,
  SimpleTimeInForce,
  ordStatusName,
  sideName,
} from "./codecs/entrypoint/index.js";

const handlers = new EntrypointDispatcher({
  partial: true,
  simpleNewOrder(order) {
    const price = order.price();
    const shown = decimalToString(price.mantissa(), price.exponent());
    console.log(
      `order ${order.clOrdID()}: ${sideName(order.side())} ${order.orderQty()} of ${order.securityID()} at ${shown}, memo ${JSON.stringify(order.memo())}`,
    );
  },
  executionReportNew(report) {
    const time = report.transactTime();
    console.log(
      `report ${report.execID()}: order ${report.orderID()} ${ordStatusName(report.ordStatus())} at ${instantText(time.time())}`,
    );
  },
  executionReportTrade(report) {
    const price = report.lastPx();
    console.log(
      `trade ${report.tradeID()}: ${report.lastQty()} at ${decimalToString(price.mantissa(), price.exponent())}, ${report.leavesQty()} left`,
    );
  },
  negotiate(message) {
    console.log(`negotiate session ${message.sessionID()}`);
  },
  establish(message) {
    console.log(`establish session ${message.sessionID()}, next ${message.nextSeqNo()}`);
  },
});

for (const file of process.argv.slice(2)) {
  // One framer for each connection and direction; it keeps what a segment leaves unfinished.
  const framers = new Map<number, StreamFramer>();
  for (const { streamId, bytes } of readPayloads(readFileSync(file))) {
    const framer = framers.get(streamId) ?? new StreamFramer(B3_FRAME, handlers);
    framers.set(streamId, framer);
    framer.onBytes(
      new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      0,
      bytes.byteLength,
    );
  }
}

/** What `socket.write` takes: header of the frame, header of the message, message. */
function newOrder(
  clOrdID: bigint,
  securityID: bigint,
  quantity: bigint,
  price: string,
): Uint8Array {
  const mantissa = scaledFromText(price, new PriceOptionalDecoder().exponent());
  const message = SimpleNewOrderEncoder.encode({
    businessHeader: {
      sessionID: 1,
      msgSeqNum: 1,
      sendingTime: {},
      marketSegmentID: 80,
      padding: 0,
    },
    mmProtectionReset: Boolean_.FALSE_VALUE,
    clOrdID,
    senderLocation: "DMA",
    enteringTrader: "ALRN",
    selfTradePreventionInstruction: SelfTradePreventionInstruction.NONE,
    securityID,
    side: Side.BUY,
    ordType: SimpleOrdType.LIMIT,
    timeInForce: SimpleTimeInForce.DAY,
    routingInstruction: RoutingInstruction.NULL_VALUE,
    orderQty: quantity,
    price: { mantissa },
    memo: "cookbook",
  });
  const frame = new Uint8Array(B3_FRAME.headerLength + message.length);
  B3_FRAME.writeHeader(new DataView(frame.buffer), 0, message.length);
  frame.set(message, B3_FRAME.headerLength);
  return frame;
}

const frame = newOrder(7n, 200_000_163_669n, 100n, "20.05");
console.log(`a frame to send, ${frame.length} bytes; read back:`);
const readBack = new StreamFramer(B3_FRAME, handlers);
const view = new DataView(frame.buffer);
// In two pieces, as TCP may deliver it.
readBack.onBytes(view, 0, 30);
readBack.onBytes(view, 30, frame.length - 30);
readBack.finish();
