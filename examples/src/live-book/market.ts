/** A small market that moves: books of a few instruments, and trades. */
import type { Aeron } from "@alerion/transport";
import { MarketData, TradingState } from "../generated/market-data/index.js";

/** Where the market publishes. */
export const CHANNEL = "aeron:ipc";
/** Whole books and what instruments are. */
export const BOOK_STREAM_ID = 20;
/** Each trade. */
export const TRADE_STREAM_ID = 21;

const SYMBOLS = ["ALRN", "SBEX", "FLUX", "TERM"];
const DEPTH = 10;
const TICK = 100;

interface Instrument {
  readonly id: number;
  readonly symbol: string;
  middle: number;
  sequence: number;
}

/** What runs, and how often it has published. */
export interface Market {
  readonly bookCount: () => number;
  readonly tradeCount: () => number;
  /** How often a publication was held back; nobody who reads by the gateway can do that. */
  readonly blockedCount: () => number;
  stop(): void;
}

/** Starts the market. @param intervalMs  time between two books of an instrument */
export async function startMarket(aeron: Aeron, intervalMs: number): Promise<Market> {
  const books = await aeron.addExclusivePublication(CHANNEL, BOOK_STREAM_ID, MarketData);
  const trades = await aeron.addExclusivePublication(CHANNEL, TRADE_STREAM_ID, MarketData);
  const instruments: Instrument[] = SYMBOLS.map((symbol, index) => ({
    id: index + 1,
    symbol,
    middle: (100 + index * 37) * 10_000,
    sequence: 0,
  }));
  let [bookCount, tradeCount, blockedCount] = [0, 0, 0];

  const define = (): void => {
    for (const { id, symbol } of instruments) {
      void books.send("InstrumentDefinition", {
        instrumentId: id,
        symbol,
        tickSize: { mantissa: BigInt(TICK) },
        state: TradingState.Open,
        longName: `${symbol} common`,
      });
    }
  };

  const publishBook = (instrument: Instrument): void => {
    const moved = Math.round((Math.random() - 0.5) * 4) * TICK;
    instrument.middle = Math.max(DEPTH * TICK * 2, instrument.middle + moved);
    instrument.sequence++;
    // Two group headers of 3 bytes, levels of 12.
    const book = books.bookSnapshot(2 * 3 + 2 * DEPTH * 12);
    if (book === undefined) {
      blockedCount++;
      return;
    }
    book
      .transactTime(BigInt(Date.now()) * 1_000_000n)
      .instrumentId(instrument.id)
      .lastSequence(instrument.sequence)
      .lastPrice(instrument.middle / 10_000);
    const bids = book.bidsCount(DEPTH);
    for (let level = 1; level <= DEPTH; level++) {
      bids
        .next()
        .quantity(10 + Math.floor(Math.random() * 500))
        .price()
        .mantissaNumber(instrument.middle - level * TICK);
    }
    const offers = book.offersCount(DEPTH);
    for (let level = 1; level <= DEPTH; level++) {
      offers
        .next()
        .quantity(10 + Math.floor(Math.random() * 500))
        .price()
        .mantissaNumber(instrument.middle + level * TICK);
    }
    books.commit();
    bookCount++;
  };

  const publishTrade = (instrument: Instrument): void => {
    const summary = trades.tradeSummary(3 + 24);
    if (summary === undefined) {
      blockedCount++;
      return;
    }
    summary.transactTime(BigInt(Date.now()) * 1_000_000n).matchEvent(0);
    const trade = summary.tradesCount(1).next();
    trade
      .quantity(1 + Math.floor(Math.random() * 100))
      .instrumentId(instrument.id)
      .tradeId(BigInt(++tradeCount));
    trade.price().mantissaNumber(instrument.middle);
    trades.commit();
  };

  const timer = setInterval(() => {
    if (!books.isConnected() || !trades.isConnected()) return;
    if (bookCount === 0) define();
    for (const instrument of instruments) {
      publishBook(instrument);
      if (instrument.sequence % 5 === 0) publishTrade(instrument);
    }
  }, intervalMs);
  return {
    bookCount: () => bookCount,
    tradeCount: () => tradeCount,
    blockedCount: () => blockedCount,
    stop: () => clearInterval(timer),
  };
}
