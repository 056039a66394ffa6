/** The gateway of the live book: the two streams of the market, and the page that shows them. */
import { readFileSync } from "node:fs";
import type { Aeron } from "@alerion/transport";
import { type GatewayServer, startGateway } from "@alerion/transport/gateway";
import {
  BookSnapshotDecoder,
  InstrumentDefinitionDecoder,
  MessageHeaderDecoder,
} from "../generated/market-data/index.js";
import { BOOK_STREAM_ID, CHANNEL, TRADE_STREAM_ID } from "./market.js";

const PAGE = new URL("../../live-book/dist/live-book.html", import.meta.url);

const header = new MessageHeaderDecoder();
const book = new BookSnapshotDecoder();
const instrument = new InstrumentDefinitionDecoder();

/** Of books and definitions of one instrument only the last counts. */
function keyOf(view: DataView, offset: number): string | undefined {
  switch (header.wrap(view, offset).templateId()) {
    case BookSnapshotDecoder.TEMPLATE_ID:
      return `book ${book.wrapAndApplyHeader(view, offset).instrumentId()}`;
    case InstrumentDefinitionDecoder.TEMPLATE_ID:
      return `instrument ${instrument.wrapAndApplyHeader(view, offset).instrumentId()}`;
    default:
      return undefined;
  }
}

/** Serves the market's streams and the page. @param port  0 takes a free one */
export function serveBook(aeron: Aeron, port: number): Promise<GatewayServer> {
  return startGateway({
    aeron,
    port,
    // Little is sent ahead, so that a slow page falls back to last values at once.
    sendAheadMax: 4096,
    streams: [
      { name: "book", channel: CHANNEL, streamId: BOOK_STREAM_ID, keyOf },
      { name: "trades", channel: CHANNEL, streamId: TRADE_STREAM_ID, historyLength: 4096 },
    ],
    files: {
      "/": { contentType: "text/html; charset=utf-8", content: readFileSync(PAGE) },
    },
  });
}
