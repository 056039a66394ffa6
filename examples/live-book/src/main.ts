/** The page: books and trades of a gateway, decoded here by the codecs that the publisher encodes with. */
import { GatewayClient } from "@alerion/transport/browser";
import {
  type BookSnapshotDecoder,
  type InstrumentDefinitionDecoder,
  MarketDataDispatcher,
} from "../../src/generated/market-data/index.js";

const PRICE_SCALE = 10_000;
const TRADES_SHOWN = 12;

interface Level {
  readonly price: number;
  readonly quantity: number;
}

interface Book {
  readonly bids: readonly Level[];
  readonly offers: readonly Level[];
}

const symbols = new Map<number, string>();
const books = new Map<number, Book>();
const trades: { readonly instrumentId: number; readonly text: string }[] = [];
const counts = { books: 0, conflated: 0, trades: 0, lost: 0, publishers: 0 };
let chosen = 0;
let isDirty = true;

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`page must have the element: id=${id}`);
  return element;
}

function priceText(mantissa: number): string {
  return (mantissa / PRICE_SCALE).toFixed(2);
}

function onBook(book: BookSnapshotDecoder): void {
  const bids: Level[] = [];
  const offers: Level[] = [];
  for (const level of book.bids()) {
    bids.push({ price: level.price().mantissaNumber(), quantity: level.quantity() });
  }
  for (const level of book.offers()) {
    offers.push({ price: level.price().mantissaNumber(), quantity: level.quantity() });
  }
  books.set(book.instrumentId(), { bids, offers });
  counts.books++;
  isDirty = true;
}

function onInstrument(definition: InstrumentDefinitionDecoder): void {
  symbols.set(definition.instrumentId(), definition.symbol());
  if (chosen === 0) chosen = definition.instrumentId();
  drawInstruments();
}

const scheme = location.protocol === "https:" ? "wss" : "ws";
const client = new GatewayClient(`${scheme}://${location.host}/`, {
  streams: {
    book: {
      handler: new MarketDataDispatcher({
        partial: true,
        bookSnapshot: onBook,
        instrumentDefinition: onInstrument,
      }),
      onConflated: (count) => (counts.conflated += count),
      onSession: () => counts.publishers++,
      onSessionEnd: () => counts.publishers--,
    },
    trades: {
      handler: new MarketDataDispatcher({
        partial: true,
        tradeSummary(summary) {
          for (const trade of summary.trades()) {
            const text = `${trade.quantity()} at ${priceText(trade.price().mantissaNumber())}`;
            trades.unshift({ instrumentId: trade.instrumentId(), text });
            counts.trades++;
          }
          trades.length = Math.min(trades.length, 200);
          isDirty = true;
        },
      }),
      onGap: (count) => (counts.lost += count),
    },
  },
  onState: (state, reason) => {
    const element = byId("state");
    element.textContent = reason === "" ? state : `${state}: ${reason}`;
    element.className = state;
    if (state !== "open") counts.publishers = 0;
  },
});

function drawInstruments(): void {
  const tabs = [...symbols].map(([id, symbol]) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.role = "tab";
    tab.ariaSelected = String(id === chosen);
    tab.textContent = symbol;
    tab.addEventListener("click", () => {
      chosen = id;
      isDirty = true;
      drawInstruments();
    });
    return tab;
  });
  byId("instruments").replaceChildren(...tabs);
}

function cell(text: string, name: string, part = 0): HTMLElement {
  const element = document.createElement("td");
  element.textContent = text;
  element.className = name;
  if (part > 0) element.style.setProperty("--part", `${Math.round(part * 100)}%`);
  return element;
}

function drawBook({ bids, offers }: Book): void {
  const most = Math.max(
    1,
    ...bids.map((each) => each.quantity),
    ...offers.map((each) => each.quantity),
  );
  const rows = Array.from({ length: Math.max(bids.length, offers.length) }, (_, index) => {
    const bid = bids[index];
    const offer = offers[index];
    const row = document.createElement("tr");
    row.append(
      cell(String(bid?.quantity ?? ""), "bid-size", (bid?.quantity ?? 0) / most),
      cell(bid === undefined ? "" : priceText(bid.price), "bid"),
      cell(offer === undefined ? "" : priceText(offer.price), "offer"),
      cell(String(offer?.quantity ?? ""), "offer-size", (offer?.quantity ?? 0) / most),
    );
    return row;
  });
  byId("book")
    .querySelector("tbody")
    ?.replaceChildren(...rows);
}

function draw(): void {
  requestAnimationFrame(draw);
  if (!isDirty) return;
  isDirty = false;
  const book = books.get(chosen);
  if (book !== undefined) drawBook(book);
  const shown = trades.filter(({ instrumentId }) => instrumentId === chosen).slice(0, TRADES_SHOWN);
  byId("trades").replaceChildren(
    ...shown.map(({ text }) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  const names = {
    books: "books",
    conflated: "conflated",
    trades: "trade-count",
    lost: "lost",
    publishers: "publishers",
  } as const;
  for (const [count, id] of Object.entries(names)) {
    byId(id).textContent = counts[count as keyof typeof counts].toLocaleString("en");
  }
}

// A browser that is busy with something else: its socket fills, and the gateway conflates for it.
setInterval(() => {
  if (!(byId("slow") as HTMLInputElement).checked) return;
  const end = performance.now() + 400;
  while (performance.now() < end);
}, 500);

addEventListener("pagehide", () => client.close());
draw();
