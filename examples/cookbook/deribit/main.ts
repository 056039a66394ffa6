/**
 * Deribit multicast: a datagram holds messages back to back that have no lengths of their own; where the next
 * one begins, only the codec of the one before it knows. Here the datagrams come from captures:
 *
 *   node main.js CAPTURE…
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { AlerionError } from "@alerion/runtime";
import {
  BackToBackFramer,
  DatagramFramer,
  DERIBIT_PACKET,
  DERIBIT_SEQUENCE,
  deribitChannel,
  LineArbiter,
} from "@alerion/runtime/framing";
import { readPayloads } from "@alerion/schema/capture";
import { DeribitDispatcher, directionName, messages } from "./codecs/deribit/index.js";

const HEADER_LENGTH = 12;

let bookChangeCount = 0;
let tradeCount = 0;

const dispatcher = new DeribitDispatcher({
  partial: true,
  book(book) {
    // The number of entries is in the dimension; nothing needs to be read for it.
    bookChangeCount += book.changesList().count();
  },
  trades(trades) {
    const instrument = trades.instrumentId();
    for (const trade of trades.tradesList()) {
      tradeCount++;
      if (tradeCount > 3) continue;
      const time = new Date(trade.timestampMsNumber()).toISOString();
      console.log(
        `${time} ${directionName(trade.direction())} ${trade.amount()} of ${instrument} at ${trade.price()}`,
      );
    }
  },
});

/** One decoder for each template, made once. */
const decoders = new Map(
  Object.entries(messages).map(([id, { decoder }]) => [Number(id), new decoder()]),
);

function measure(view: DataView, offset: number, limit: number): number {
  const templateId = limit - offset < HEADER_LENGTH ? -1 : view.getUint16(offset + 2, true);
  const decoder = decoders.get(templateId);
  if (decoder === undefined) {
    throw new AlerionError("TEMPLATE_ID_UNKNOWN", `template must be known: id=${templateId}`);
  }
  return decoder.wrapAndApplyHeader(view, offset, limit).encodedLength();
}

const inDatagram = new BackToBackFramer(measure, dispatcher, {
  onMalformed: (error) => console.log(`rest of a datagram dropped: ${error.message}`),
});
const datagrams = new DatagramFramer(DERIBIT_PACKET, inDatagram);

/** Sequence numbers are counted for each channel. */
const channels = new Map<number, LineArbiter>();

function onDatagram(view: DataView): void {
  const channel = deribitChannel(view, 0);
  let feed = channels.get(channel);
  if (feed === undefined) {
    feed = new LineArbiter(datagrams, {
      lineCount: 1,
      windowLength: 64,
      onGap: (sequence, count) =>
        console.log(`channel ${channel}: ${count} datagrams lost from ${sequence} on`),
    });
    channels.set(channel, feed);
  }
  feed.line(0, DERIBIT_SEQUENCE).onMessage(view, 0, view.byteLength);
}

for (const file of process.argv.slice(2)) {
  channels.clear();
  const bytes = readFileSync(file);
  for (const payload of readPayloads(file.endsWith(".gz") ? gunzipSync(bytes) : bytes)) {
    const { buffer, byteOffset, byteLength } = payload.bytes;
    onDatagram(new DataView(buffer, byteOffset, byteLength));
  }
}
console.log(
  `${datagrams.datagramCount} datagrams, ${inDatagram.messageCount} messages, ` +
    `${bookChangeCount} book changes, ${tradeCount} trades; ` +
    `${datagrams.malformedCount + inDatagram.malformedCount} malformed`,
);
