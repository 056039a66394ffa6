/**
 * CME MDP 3.0: datagrams of feeds A and B become one sequence of packets, packets become messages. Here the
 * datagrams come from captures, each packet on both feeds:
 *
 *   node main.js CAPTURE…
 */
import { readFileSync } from "node:fs";
import {
  DatagramFramer,
  LineArbiter,
  MDP3_MESSAGE,
  MDP3_PACKET_HEADER_LENGTH,
  MDP3_SEQUENCE,
} from "@alerion/runtime/framing";
import { decimalToNumber, EpochTime } from "@alerion/runtime/values";
import { readPayloads } from "@alerion/schema/capture";
import {
  Mdp3Dispatcher,
  aggressorSideName,
  mdEntryTypeBookName,
  mdUpdateActionName,
} from "./codecs/mdp3/index.js";

const time = new EpochTime();
let volume = 0;

const dispatcher = new Mdp3Dispatcher({
  partial: true,

  mdIncrementalRefreshTradeSummary48(summary) {
    time.set(summary.transactTimeHigh(), summary.transactTimeLow(), "nanosecond");
    for (const entry of summary.noMDEntries()) {
      const price = entry.mdEntryPx();
      volume += entry.mdEntrySize();
      // A price is mantissa × 10^-9; to a number without any garbage, to text exactly.
      const shown =
        price === undefined ? "?" : decimalToNumber(price.mantissaNumber(), price.exponent());
      console.log(
        `${time} trade of ${entry.securityID()}: ${entry.mdEntrySize()} at ${shown}, aggressor ${aggressorSideName(entry.aggressorSide())}`,
      );
    }
  },

  mdIncrementalRefreshBook46(book) {
    for (const entry of book.noMDEntries()) {
      const price = entry.mdEntryPx();
      const shown =
        price === undefined || price.mantissaIsNull()
          ? "no price"
          : decimalToNumber(price.mantissaNumber(), price.exponent());
      console.log(
        `book of ${entry.securityID()}: ${mdUpdateActionName(entry.mdUpdateAction())} ${mdEntryTypeBookName(entry.mdEntryType())} level ${entry.mdPriceLevel()}: ${entry.mdEntrySize()} at ${shown}`,
      );
    }
  },
});

const messages = new DatagramFramer(MDP3_MESSAGE, dispatcher, {
  packetHeaderLength: MDP3_PACKET_HEADER_LENGTH,
  onMalformed: (code) => console.log(`malformed packet dropped: ${code}`),
});

const feed = new LineArbiter(messages, {
  onGap: (sequence, count) =>
    console.log(`gap: ${count} packets from ${sequence} on, recover them`),
});
const feedA = feed.line(0, MDP3_SEQUENCE);
const feedB = feed.line(1, MDP3_SEQUENCE);

for (const file of process.argv.slice(2)) {
  // Each capture is of another time and channel: the next packet starts a sequence.
  feed.reset();
  for (const { bytes } of readPayloads(readFileSync(file))) {
    // In a program this is the `message` listener of two UDP sockets, one for each feed; `poll` is called
    // now and then, so that a gap does not stay open.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    feedA.onMessage(view, 0, bytes.byteLength);
    feedB.onMessage(view, 0, bytes.byteLength);
  }
}
console.log(
  `${feed.packetCount} packets, ${feed.duplicateCount} duplicates dropped, ${feed.lostCount} lost; ` +
    `${messages.messageCount} messages; volume ${volume}`,
);
