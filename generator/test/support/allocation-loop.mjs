/**
 * Runs one hot loop in a process of its own: `node --trace-gc allocation-loop.mjs FOLDER SCENARIO`. Prints BEGIN and END
 * around the measured part, so that the collections of warming up do not count.
 *
 * FOLDER holds the codecs of venue.xml as JavaScript.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder = "", scenario = ""] = process.argv.slice(2);
const codecs = /** @type {typeof import("../golden/venue/index.js")} */ (
  await import(pathToFileURL(join(folder, "index.js")).href)
);
const {
  BookDecoder,
  BookEncoder,
  FillDecoder,
  FillEncoder,
  NewOrderDecoder,
  NewOrderEncoder,
  Side,
  VenueDispatcher,
  VenueWriter,
} = codecs;

const view = new DataView(new ArrayBuffer(1024));
const note = Uint8Array.from("first of many", (character) => character.charCodeAt(0));
const symbol = Uint8Array.from("ALRN", (character) => character.charCodeAt(0));
const scratch = new Uint8Array(64);
let sum = 0;

function orders() {
  const encoder = new NewOrderEncoder();
  const decoder = new NewOrderDecoder();
  return (/** @type {number} */ turn) => {
    encoder
      .wrapAndApplyHeader(view, 0)
      .clear()
      .orderIdNumber(turn * 4096)
      .side(Side.Buy);
    encoder.symbolBytes(symbol).quantity(turn).flags(1).price().mantissaNumber(turn);
    const legs = encoder.legsCount(3);
    for (let i = 0; i < 3; i++) legs.next().ratio(i).side(Side.Sell);
    encoder.noteBytes(note);
    decoder.wrapAndApplyHeader(view, 0, encoder.encodedLength());
    sum += decoder.orderIdNumber() % 7;
    sum += decoder.side() + decoder.quantity() + (decoder.price().mantissaNumber() % 5);
    for (const leg of decoder.legs()) sum += leg.ratio() + leg.side();
    sum += decoder.copyNote(scratch) + decoder.copySymbol(scratch) + decoder.encodedLength();
  };
}

function fills() {
  const encoder = new FillEncoder();
  const decoder = new FillDecoder();
  return (/** @type {number} */ turn) => {
    encoder.wrapAndApplyHeader(view, 0).clear().orderIdHalves(turn, 0);
    const parties = encoder.partiesCount(2);
    for (let i = 0; i < 2; i++) {
      const fees = parties.next().id(i).feesCount(2);
      for (let j = 0; j < 2; j++) fees.next().amount(j).textBytes(note);
    }
    decoder.wrapAndApplyHeader(view, 0, encoder.encodedLength());
    for (const party of decoder.parties()) {
      sum += party.id();
      for (const fee of party.fees()) sum += fee.amount() + fee.skipText();
    }
  };
}

function books() {
  const encoder = new BookEncoder();
  const decoder = new BookDecoder();
  const ratios = Uint16Array.of(1, 2, 3);
  return (/** @type {number} */ turn) => {
    encoder.wrapAndApplyHeader(view, 0).idsNumber(0, turn).idsHalves(1, turn, 1).ratiosFrom(ratios);
    const bids = encoder.bidsCount(2);
    for (let i = 0; i < 2; i++) bids.next().quantity(i).price().mantissaHalves(turn, 0);
    encoder.offersCount(0);
    decoder.wrapAndApplyHeader(view, 0, encoder.encodedLength());
    sum += (decoder.idsNumber(0) % 3) + decoder.idsLow(1) + decoder.ratios(2);
    for (const bid of decoder.bids()) sum += bid.quantity() + (bid.price().mantissaNumber() % 3);
    for (const offer of decoder.offers()) sum += offer.quantity();
  };
}

/** Eight message types through one writer and one dispatcher. */
function streams() {
  const sink = {
    view,
    offset: 0,
    claim: (/** @type {number} */ length) => length,
    commit: (/** @type {number} */ length) => dispatcher.onMessage(view, 0, length),
    abort() {},
  };
  const dispatcher = new VenueDispatcher({
    newOrder(order) {
      sum += order.orderIdNumber() % 3;
      for (const leg of order.legs()) sum += leg.ratio();
      sum += order.skipNote();
    },
    cancel: (cancel) => (sum += cancel.orderIdNumber() % 3),
    replace: (replace) => (sum += replace.quantity()),
    ack: (ack) => (sum += ack.load() + (ack.timeIsNull() ? 1 : 0)),
    fill(fill) {
      for (const party of fill.parties()) for (const fee of party.fees()) sum += fee.skipText();
    },
    book(book) {
      for (const bid of book.bids()) sum += bid.quantity();
      for (const offer of book.offers()) sum += offer.quantity();
    },
    login: (login) => (sum += login.permissionsHas(63) ? 1 : 0),
    heartbeat: () => (sum += 1),
    status: (status) => (sum += status.empties().count()),
  });
  const writer = new VenueWriter(sink);
  return (/** @type {number} */ turn) => {
    const order = writer.newOrder(64);
    order?.clear().orderIdNumber(turn).legsCount(1).next().ratio(1);
    order?.noteBytes(note);
    writer.commit();
    writer.cancel()?.clear().orderIdNumber(turn);
    writer.commit();
    writer.replace()?.clear().quantity(turn);
    writer.commit();
    writer
      .ack()
      ?.clear()
      .load(turn & 63);
    writer.commit();
    writer.fill(64)?.clear().partiesCount(1).next().feesCount(1).next().textBytes(note);
    writer.commit();
    const book = writer.book(64);
    book?.clear().bidsCount(1).next().quantity(turn);
    book?.offersCount(1).next().quantity(turn);
    writer.commit();
    writer.login(64)?.clear().permissionsHalves(0, 0x80000000).tokenReserve(4);
    writer.commit();
    writer.heartbeat();
    writer.commit();
  };
}

/** What the measurement must notice. */
function strings() {
  const bytes = NewOrderEncoder.encode({
    orderId: 1n,
    side: Side.Buy,
    symbol: "ALRN",
    price: {},
    quantity: 1,
    flags: 0,
    legs: [],
    note: "first of many",
  });
  const decoder = new NewOrderDecoder();
  const message = new DataView(bytes.buffer);
  return () => {
    decoder.wrapAndApplyHeader(message, 0);
    decoder.legs();
    sum += decoder.note().length;
  };
}

const scenarios = { orders, fills, books, streams, strings };
const run = scenarios[/** @type {keyof typeof scenarios} */ (scenario)]();

/** Short calls, as a duty cycle makes them: one endless loop would stay in unoptimised code for long. */
function turns(/** @type {number} */ count) {
  for (let turn = 0; turn < count; turn++) run(turn);
}
for (let i = 0; i < 400; i++) turns(500);
writeSync(1, "BEGIN\n");
for (let i = 0; i < 1000; i++) turns(1000);
writeSync(1, "END\n");
if (!Number.isFinite(sum)) throw new Error("codecs must yield numbers");
