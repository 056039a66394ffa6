/**
 * Market data from one process to another over UDP, at full speed: encoded in the publisher's log, decoded in the
 * subscriber's. Each process brings its own media driver.
 *
 *   npm run ticks -w @alerion/examples
 */
import { connect } from "@alerion/transport";
import {
  EntryType,
  MarketData,
  MarketDataDispatcher,
  TradingState,
  UpdateAction,
} from "../generated/market-data/index.js";
import { format, freePort, playRoles, until } from "./roles.js";

const STREAM_ID = 10;
const TICK_COUNT = 500_000;
const ENTRY_COUNT = 2;
const GROUP_HEADER_BYTES = 3;
const ENTRY_BYTES = 27;
const FRAGMENT_LIMIT = 64;

async function publish(channel: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const out = await aeron.addExclusivePublication(channel, STREAM_ID, MarketData);
  await until(() => out.isConnected(), "a subscriber");

  const variableLength = GROUP_HEADER_BYTES + ENTRY_COUNT * ENTRY_BYTES;
  for (let tick = 0; tick < TICK_COUNT;) {
    const book = out.bookIncremental(variableLength);
    if (book === undefined) {
      // Blocked: the subscriber is a window behind. Let the client have a turn.
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    book.transactTimeNumber(tick).matchEvent(0);
    const entries = book.entriesCount(ENTRY_COUNT);
    for (let i = 0; i < ENTRY_COUNT; i++) {
      const entry = entries
        .next()
        .quantity(1 + (tick % 100))
        .instrumentId(7)
        .sequence(tick)
        .orderCount(1)
        .level(1)
        .action(UpdateAction.Change)
        .entryType(i === 0 ? EntryType.Bid : EntryType.Offer);
      entry.price().mantissaNumber(1_000_000 + (tick % 1000) + i);
    }
    out.commit();
    tick++;
  }
  await out.send("TradingStatus", {
    transactTime: 0n,
    instrumentId: 7,
    state: TradingState.Closed,
  });
  // This driver ends with its client: stay until the subscriber has everything and has left.
  await until(() => !out.isConnected(), "the subscriber's end");
}

async function subscribe(channel: string): Promise<void> {
  await using aeron = await connect({ driver: "embedded" });
  const inp = await aeron.addSubscription(channel, STREAM_ID, MarketData);
  let tickCount = 0;
  let gapCount = 0;
  let volume = 0;
  let startMs = 0;
  let state: number = TradingState.Open;
  const dispatcher = new MarketDataDispatcher({
    partial: true,
    bookIncremental(book) {
      if (tickCount === 0) startMs = performance.now();
      for (const entry of book.entries()) {
        if (entry.sequence() !== tickCount) gapCount++;
        volume += entry.quantity();
      }
      tickCount++;
    },
    tradingStatus(status) {
      state = status.state();
    },
  });
  while (state !== TradingState.Closed) {
    if (inp.poll(dispatcher, FRAGMENT_LIMIT) === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `${format(tickCount)} ticks of ${ENTRY_COUNT} levels over ${channel} in ${seconds.toFixed(2)} s: ` +
      `${format(tickCount / seconds)} a second, ${gapCount} out of order, volume ${format(volume)}`,
  );
  if (gapCount > 0 || tickCount !== TICK_COUNT) process.exitCode = 1;
}

const [role, channel = ""] = process.argv.slice(2);
if (role === "publisher") await publish(channel);
else if (role === "subscriber") await subscribe(channel);
else {
  const udp = role ?? `aeron:udp?endpoint=localhost:${await freePort()}`;
  await playRoles(import.meta.url, [
    { role: "subscriber", args: [udp] },
    { role: "publisher", args: [udp] },
  ]);
}
