import { CodecError, type MessageOf, type SchemaCodecs } from "@alerion/runtime/codegen";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  AckDecoder,
  AckEncoder,
  BookDecoder,
  BookEncoder,
  CancelDecoder,
  CancelEncoder,
  FillDecoder,
  FillEncoder,
  Flags,
  flagsNames,
  HeartbeatEncoder,
  isSide,
  LoginDecoder,
  LoginEncoder,
  messages,
  NewOrderDecoder,
  NewOrderEncoder,
  Permissions,
  PermissionsBits,
  permissionsNames,
  Reason,
  ReplaceDecoder,
  ReplaceEncoder,
  Side,
  sideName,
  StatusDecoder,
  StatusEncoder,
  Venue,
  VenueDispatcher,
  VenueWriter,
  type FillData,
  type NewOrderData,
  type VenueHandlers,
} from "./golden/venue/index.js";
import { ArraySink } from "./support/array-sink.js";

const order: NewOrderData = {
  orderId: 42n,
  side: Side.Buy,
  symbol: "ALRN",
  price: { mantissa: 1_012_500n },
  quantity: 7,
  flags: Flags.PostOnly | Flags.Hidden,
  shownQuantity: undefined,
  legs: [
    { ratio: 1, side: Side.Buy },
    { ratio: 2, side: Side.Sell },
  ],
  note: "first €",
};

const fill: FillData = {
  orderId: -1n,
  price: { mantissa: undefined },
  parties: [
    { id: 1, fees: [{ amount: 0.5, text: "a" }] },
    { id: 2, fees: [] },
    {
      id: 3,
      fees: [
        { amount: -1, text: "" },
        { amount: 2, text: "bc" },
      ],
    },
  ],
};

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  return undefined;
}

/** An order on the wire, with room for changes. */
function orderBytes(): Uint8Array {
  return NewOrderEncoder.encode(order);
}

describe("plain forms", () => {
  test("encode and decode an object, absent optionals undefined", () => {
    const bytes = NewOrderEncoder.encode(order);
    expect(bytes).toHaveLength(8 + 34 + 4 + 2 * 3 + 2 + 9);
    expect(NewOrderDecoder.decode(bytes)).toStrictEqual(order);
  });

  test("take everything from a view at an offset", () => {
    const bytes = new Uint8Array([9, 9, ...orderBytes(), 9]);
    expect(NewOrderDecoder.decodeAt(viewOf(bytes), 2, bytes.length - 1)).toStrictEqual(order);
  });

  test("nest groups and var data to any depth", () => {
    const bytes = FillEncoder.encode(fill);
    expect(bytes).toHaveLength(FillEncoder.sizeOf(fill));
    expect(FillDecoder.decode(bytes)).toStrictEqual(fill);
  });

  test("clear the block: what is left out of the object is null, whatever the buffer held", () => {
    const view = new DataView(new ArrayBuffer(64));
    new Uint8Array(view.buffer).fill(0xaa);
    new ReplaceEncoder().wrapAndApplyHeader(view, 0).fromObject({ orderId: 1n });
    const decoded = new ReplaceDecoder().wrapAndApplyHeader(view, 0);
    expect(decoded.toObject()).toStrictEqual({
      orderId: 1n,
      quantity: undefined,
      price: { mantissa: undefined },
    });
    expect(decoded.quantity()).toBe(ReplaceDecoder.QUANTITY_NULL);
  });

  test("start at the block again however often an encoder is filled", () => {
    const view = new DataView(new ArrayBuffer(256));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0);
    encoder.fromObject(order).fromObject(order);
    expect(encoder.encodedLength()).toBe(NewOrderEncoder.sizeOf(order));
  });

  test.each([
    ["a number out of its type", { quantity: 2 ** 32 }, "VALUE_OUT_OF_RANGE"],
    ["a fraction", { quantity: 1.5 }, "VALUE_OUT_OF_RANGE"],
    ["a missing number", { quantity: undefined }, "VALUE_OUT_OF_RANGE"],
    ["a negative number", { flags: -1 }, "VALUE_OUT_OF_RANGE"],
    ["a number for a bigint", { orderId: 1 }, "VALUE_OUT_OF_RANGE"],
    ["a bigint out of its type", { orderId: 2n ** 63n }, "VALUE_OUT_OF_RANGE"],
    ["text that is too long", { symbol: "ABCDEFGHI" }, "TEXT_TOO_LONG"],
    ["text in no character set", { symbol: "€" }, "TEXT_NOT_ENCODABLE"],
    ["half a character", { note: "\ud800" }, "TEXT_NOT_ENCODABLE"],
    ["missing text", { note: undefined }, "WRONG_TYPE"],
    ["var data that is too long", { note: "x".repeat(65_535) }, "DATA_TOO_LONG"],
    ["a missing composite", { price: undefined }, "WRONG_TYPE"],
    ["missing entries", { legs: undefined }, "WRONG_TYPE"],
    ["an entry that is no object", { legs: [3] }, "WRONG_TYPE"],
    ["too many entries", { legs: { length: 3 } }, "WRONG_TYPE"],
  ])("refuse %s", (_, change, code) => {
    const data = { ...order, ...change } as unknown as NewOrderData;
    expect(codeOf(() => NewOrderEncoder.encode(data))).toBe(code);
  });

  test("refuse arrays of another length, and doubles that are none", () => {
    const book = { ids: [1n, 2n], ratios: [1, 2, 3], bids: [], offers: [] };
    expect(BookDecoder.decode(BookEncoder.encode(book))).toStrictEqual(book);
    expect(codeOf(() => BookEncoder.encode({ ...book, ratios: [1, 2] }))).toBe("ARRAY_LENGTH");
    const rate = "1" as unknown as number;
    expect(codeOf(() => AckEncoder.encode({ orderId: 1n, rate, load: 1 }))).toBe(
      "VALUE_OUT_OF_RANGE",
    );
  });
});

describe("hot encoders", () => {
  test("are fluent and keep the bytes of fields that are not set", () => {
    const view = new DataView(new ArrayBuffer(64));
    new Uint8Array(view.buffer).fill(0x11);
    const encoder = new CancelEncoder().wrapAndApplyHeader(view, 0).orderIdNumber(42);
    expect(encoder.encodedLength()).toBe(17);
    const decoder = new CancelDecoder().wrapAndApplyHeader(view, 0);
    expect(decoder.orderIdNumber()).toBe(42);
    expect(decoder.reason()).toBe(0x11);
    encoder.clear();
    expect([decoder.orderIdNumber(), decoder.reason()]).toEqual([0, Reason.NULL_VALUE]);
  });

  test("write groups and var data in order, byte for byte what the plain form writes", () => {
    const bytes = new Uint8Array(64);
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(viewOf(bytes), 0);
    encoder.clear().orderIdHalves(42, 0).side(Side.Buy).symbol("ALRN").quantity(7).flags(129);
    encoder.price().mantissaNumber(1_012_500);
    const legs = encoder.legsCount(2);
    legs.next().ratio(1).side(Side.Buy);
    legs.next().ratio(2).side(Side.Sell);
    encoder.noteBytes(new TextEncoder().encode("first €"));
    expect(bytes.subarray(0, encoder.encodedLength())).toEqual(orderBytes());
  });

  test("hand out room for var data", () => {
    const bytes = new Uint8Array(64);
    const view = viewOf(bytes);
    const encoder = new LoginEncoder().wrapAndApplyHeader(view, 0).clear();
    const offset = encoder.tokenReserve(3);
    view.setUint8(offset, 1);
    view.setUint8(offset + 2, 3);
    const decoder = new LoginDecoder().wrapAndApplyHeader(view, 0, encoder.encodedLength());
    expect(decoder.tokenLength()).toBe(3);
    expect(decoder.tokenOffset()).toBe(offset);
    expect(decoder.token()).toEqual(Uint8Array.of(1, 0, 3));
  });

  test("end a group early", () => {
    const view = new DataView(new ArrayBuffer(64));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0).clear();
    const legs = encoder.legsCount(5);
    legs.next().ratio(9).side(Side.Sell);
    expect(legs.resetCountToIndex()).toBe(1);
    encoder.note("");
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(view, 0);
    expect(decoder.toObject().legs).toEqual([{ ratio: 9, side: Side.Sell }]);
    expect(decoder.encodedLength()).toBe(encoder.encodedLength());
  });

  test("never write at or beyond the limit", () => {
    const bytes = new Uint8Array(128);
    const size = NewOrderEncoder.sizeOf(order);
    for (let limit = 0; limit < size; limit++) {
      bytes.fill(0xee);
      const code = codeOf(() =>
        new NewOrderEncoder().wrapAndApplyHeader(viewOf(bytes), 0, limit).fromObject(order),
      );
      expect(code, `limit ${limit}`).toBe("OUT_OF_BOUNDS");
      expect(bytes.subarray(limit).every((byte) => byte === 0xee)).toBe(true);
    }
    expect(codeOf(() => new NewOrderEncoder().wrap(viewOf(bytes), 0, 129))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => new NewOrderEncoder().wrap(viewOf(bytes), -1))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => new NewOrderEncoder().wrap(viewOf(bytes), Number.NaN))).toBe(
      "OUT_OF_BOUNDS",
    );
  });

  test("refuse counts and indexes that are none", () => {
    const view = new DataView(new ArrayBuffer(256));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0);
    expect(codeOf(() => encoder.legsCount(65_535))).toBe("GROUP_COUNT");
    expect(codeOf(() => encoder.legsCount(-1))).toBe("GROUP_COUNT");
    expect(codeOf(() => encoder.legsCount(1.5))).toBe("GROUP_COUNT");
    const legs = encoder.legsCount(1);
    legs.next();
    expect(codeOf(() => legs.next())).toBe("GROUP_END");
    const book = new BookEncoder().wrapAndApplyHeader(view, 0);
    expect(codeOf(() => book.ratios(3, 1))).toBe("INDEX_OUT_OF_RANGE");
    expect(codeOf(() => book.ratios(-1, 1))).toBe("INDEX_OUT_OF_RANGE");
    expect(codeOf(() => book.ratios(1.5, 1))).toBe("INDEX_OUT_OF_RANGE");
    expect(codeOf(() => book.ratiosFrom([1, 2]))).toBe("OUT_OF_BOUNDS");
  });

  test("wrap numbers like DataView does, except where a number would lose its value", () => {
    const view = new DataView(new ArrayBuffer(64));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0).quantity(2 ** 32 + 5);
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(view, 0);
    expect(decoder.quantity()).toBe(5);
    expect(codeOf(() => encoder.orderIdNumber(2 ** 53))).toBe("UNSAFE_INTEGER");
    expect(codeOf(() => encoder.orderIdNumber(0.5))).toBe("UNSAFE_INTEGER");
    const book = new BookEncoder().wrapAndApplyHeader(view, 0);
    expect(codeOf(() => book.idsNumber(0, -1))).toBe("UNSAFE_INTEGER");
  });
});

describe("hot decoders", () => {
  test("read a group with for…of and give the same flyweight each turn", () => {
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0);
    const seen = new Set<unknown>();
    const ratios: number[] = [];
    for (const leg of decoder.legs()) {
      seen.add(leg);
      ratios.push(leg.ratio());
    }
    expect([seen.size, ratios]).toEqual([1, [1, 2]]);
    expect(decoder.note()).toBe("first €");
  });

  test("begin again after rewind, and leave the cursor alone in toObject and encodedLength", () => {
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0);
    const legs = decoder.legs();
    legs.next();
    expect(decoder.toObject()).toStrictEqual(order);
    expect(decoder.encodedLength()).toBe(orderBytes().length);
    expect(legs.next().ratio()).toBe(2);
    expect(decoder.note()).toBe("first €");
    decoder.rewind();
    expect(decoder.legs().count()).toBe(2);
  });

  test("count encodedLength from where they were wrapped", () => {
    const bytes = orderBytes();
    const decoder = new NewOrderDecoder();
    expect(decoder.wrap(viewOf(bytes), 8, 34, 2, bytes.length).encodedLength()).toBe(
      bytes.length - 8,
    );
  });

  test("skip and copy var data", () => {
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0);
    decoder.legs().next().next();
    const target = new Uint8Array(12);
    expect(codeOf(() => decoder.copyNote(new Uint8Array(8)))).toBe("OUT_OF_BOUNDS");
    expect(decoder.copyNote(target, 2)).toBe(9);
    expect(new TextDecoder().decode(target.subarray(2, 11))).toBe("first €");
  });

  test("copy fixed text and arrays", () => {
    const view = viewOf(orderBytes());
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(view, 0);
    const target = new Uint8Array(8);
    expect(decoder.copySymbol(target)).toBe(NewOrderDecoder.SYMBOL_LENGTH);
    expect(new TextDecoder().decode(target)).toBe("ALRN\0\0\0\0");
    expect(view.getUint8(decoder.symbolOffset())).toBe(0x41);
    const book = new BookDecoder().wrapAndApplyHeader(
      viewOf(
        BookEncoder.encode({ ids: [1n, 2n ** 64n - 1n], ratios: [1, 2, 3], bids: [], offers: [] }),
      ),
      0,
    );
    const ratios = new Uint16Array(BookDecoder.RATIOS_LENGTH);
    expect(book.copyRatios(ratios)).toBe(3);
    expect([...ratios]).toEqual([1, 2, 3]);
    const ids = new BigUint64Array(2);
    book.copyIds(ids);
    expect([...ids]).toEqual([1n, 2n ** 64n - 1n]);
    expect([book.idsNumber(0), book.idsLow(1), book.idsHigh(1)]).toEqual([
      1,
      2 ** 32 - 1,
      2 ** 32 - 1,
    ]);
    expect(codeOf(() => book.idsNumber(1))).toBe("UNSAFE_INTEGER");
    expect(codeOf(() => book.ratios(3))).toBe("INDEX_OUT_OF_RANGE");
    expect(codeOf(() => book.copyRatios(ratios, 1))).toBe("OUT_OF_BOUNDS");
  });

  test.each([0n, 1n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n])("read %d as a number", (orderId) => {
    const bytes = NewOrderEncoder.encode({ ...order, orderId });
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0);
    expect(decoder.orderIdNumber()).toBe(Number(orderId));
    expect(decoder.orderIdHigh() * 2 ** 32 + decoder.orderIdLow()).toBe(Number(orderId));
  });

  test.each([2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)])(
    "refuse to read %d as a number",
    (orderId) => {
      const bytes = NewOrderEncoder.encode({ ...order, orderId });
      const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0);
      expect(codeOf(() => decoder.orderIdNumber())).toBe("UNSAFE_INTEGER");
      expect(decoder.orderId()).toBe(orderId);
    },
  );

  test("tell null from a value", () => {
    const ack = new AckDecoder().wrapAndApplyHeader(
      viewOf(AckEncoder.encode({ orderId: 1n, load: 50 })),
      0,
    );
    expect([ack.timeIsNull(), ack.rateIsNull()]).toEqual([true, true]);
    expect(ack.rate()).toBeNaN();
    expect(ack.time()).toBe(AckDecoder.TIME_NULL);
    const full = { orderId: 1n, time: 5n, rate: 0, load: 50 };
    const filled = new AckDecoder().wrapAndApplyHeader(viewOf(AckEncoder.encode(full)), 0);
    expect([filled.timeIsNull(), filled.rateIsNull()]).toEqual([false, false]);
    expect(filled.toObject()).toStrictEqual(full);
  });

  test("give unknown values of enums as they are", () => {
    const bytes = NewOrderEncoder.encode({ ...order, side: 0x39 });
    const side = new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0).side();
    expect([side, isSide(side), sideName(side), sideName(Side.Sell)]).toEqual([
      0x39,
      false,
      undefined,
      "Sell",
    ]);
    expect(NewOrderDecoder.decode(bytes).side).toBe(0x39);
  });

  test("know the bits of sets, up to 64 without a bigint", () => {
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0);
    expect([decoder.flagsHas(Flags.Hidden), decoder.flagsHas(2)]).toEqual([true, false]);
    expect(flagsNames(decoder.flags())).toEqual(["PostOnly", "Hidden"]);
    const permissions = Permissions.Quote | Permissions.Admin;
    const login = new LoginDecoder().wrapAndApplyHeader(
      viewOf(LoginEncoder.encode({ permissions, token: new Uint8Array() })),
      0,
    );
    const has = Object.values(PermissionsBits).map((bit) => login.permissionsHas(bit));
    expect(has).toEqual([false, true, true]);
    expect(permissionsNames(login.permissions())).toEqual(["Quote", "Admin"]);
    expect([login.permissionsLow(), login.permissionsHigh()]).toEqual([2 ** 31, 2 ** 31]);
  });

  test("have constants that take no bytes", () => {
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0);
    expect([decoder.venue(), decoder.price().exponent()]).toEqual([Side.Buy, -4]);
  });
});

describe("messages of older and newer schemas", () => {
  test("of version 0 have null, undefined, no entries and no text for what came later", () => {
    const view = new DataView(new ArrayBuffer(64));
    const replace = new ReplaceDecoder().wrap(view, 0, 12, 0, 12);
    expect(replace.price()).toBeUndefined();
    expect(replace.toObject()).toStrictEqual({ orderId: 0n, quantity: 0, price: undefined });

    const order0 = new NewOrderDecoder().wrap(view, 0, 30, 0, 64);
    expect(order0.shownQuantity()).toBe(NewOrderDecoder.SHOWN_QUANTITY_NULL);

    const status = new StatusDecoder().wrap(view, 0, 0, 1, 6);
    expect(status.empties().count()).toBe(0);
    expect([...status.details()]).toEqual([]);
    expect([status.textLength(), status.text(), status.skipText()]).toEqual([0, "", 0]);
    expect(status.toObject()).toStrictEqual({ empties: [], details: undefined, text: undefined });
    expect(status.encodedLength()).toBe(6);
  });

  test("with longer blocks are stepped over", () => {
    const header = [36, 0, 1, 0, 7, 0, 3, 0];
    const legs = [5, 0, 1, 0, 1, 0, Side.Buy, 0xee, 0xff];
    const block = orderBytes().subarray(8, 42);
    const bytes = Uint8Array.from([...header, ...block, 0xab, 0xcd, ...legs, 0, 0]);
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0);
    expect(decoder.actingVersion()).toBe(3);
    expect(decoder.toObject()).toStrictEqual({
      ...order,
      legs: [{ ratio: 1, side: Side.Buy }],
      note: "",
    });
    expect(decoder.encodedLength()).toBe(bytes.length);
  });
});

describe("bytes that are not the message", () => {
  const size = orderBytes().length;

  test("cut anywhere end in OUT_OF_BOUNDS, and nothing behind the limit is read", () => {
    const bytes = new Uint8Array(size + 64).fill(0xff);
    bytes.set(orderBytes());
    for (let limit = 0; limit < size; limit++) {
      const cut = orderBytes().slice(0, limit);
      const decode = (view: DataView): unknown => NewOrderDecoder.decodeAt(view, 0, limit);
      expect(
        codeOf(() => decode(viewOf(cut))),
        `limit ${limit}`,
      ).toBe("OUT_OF_BOUNDS");
      expect(
        codeOf(() => decode(viewOf(bytes))),
        `limit ${limit}`,
      ).toBe("OUT_OF_BOUNDS");
      const measure = (): unknown =>
        new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0, limit).encodedLength();
      expect(codeOf(measure)).toBe("OUT_OF_BOUNDS");
    }
  });

  test.each([
    ["another template", 2, 9, "TEMPLATE_ID_MISMATCH"],
    ["another schema", 4, 9, "SCHEMA_ID_MISMATCH"],
    ["a block without its fields", 0, 33, "BLOCK_TOO_SHORT"],
    ["a block beyond the limit", 1, 1, "OUT_OF_BOUNDS"],
    ["entries without their fields", 42, 2, "BLOCK_TOO_SHORT"],
    ["more entries than bytes", 44, 99, "OUT_OF_BOUNDS"],
    ["longer data than bytes", 52, 99, "OUT_OF_BOUNDS"],
  ])("of %s are refused", (_, at, value, code) => {
    const bytes = orderBytes();
    bytes[at] = value;
    expect(codeOf(() => NewOrderDecoder.decode(bytes))).toBe(code);
  });

  test("a limit or offset outside the view is refused", () => {
    const view = viewOf(orderBytes());
    const decoder = new NewOrderDecoder();
    expect(codeOf(() => decoder.wrapAndApplyHeader(view, 0, size + 1))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => decoder.wrapAndApplyHeader(view, -8))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => decoder.wrap(view, Number.NaN, 34, 2, size))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => decoder.wrap(view, 8, Number.NaN, 2, size))).toBe("OUT_OF_BOUNDS");
  });

  test("a group of 2^32-1 entries without bytes does not loop", () => {
    const bytes = Uint8Array.of(0, 0, 9, 0, 7, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);
    expect(codeOf(() => StatusDecoder.decode(bytes))).toBe("GROUP_COUNT");
    const decoder = new StatusDecoder().wrapAndApplyHeader(viewOf(bytes), 0);
    expect(codeOf(() => decoder.empties())).toBe("GROUP_COUNT");
    expect(codeOf(() => decoder.encodedLength())).toBe("GROUP_COUNT");
    bytes.set([3, 0, 0, 0], 10);
    expect(StatusDecoder.decode(bytes).empties).toEqual([{}, {}, {}]);
  });

  test("going on behind the end of a group is refused", () => {
    const legs = new NewOrderDecoder().wrapAndApplyHeader(viewOf(orderBytes()), 0).legs();
    legs.next();
    legs.next();
    expect(legs.hasNext()).toBe(false);
    expect(codeOf(() => legs.next())).toBe("GROUP_END");
  });

  test("a group of blocks left half-way is behind the cursor, and its entries stay where they are", () => {
    const bytes = NewOrderEncoder.encode({ ...order, note: "all of it" });
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(viewOf(bytes), 0);
    const legs = decoder.legs();
    legs.next();
    expect(decoder.note()).toBe("all of it");
    expect(legs.next().toObject()).toEqual(order.legs[1]);
    expect(codeOf(() => legs.next())).toBe("GROUP_END");
  });

  test("a group of blocks written half-way leaves room for the entries that it announced", () => {
    const view = new DataView(new ArrayBuffer(512));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0).clear();
    const legs = encoder.legsCount(2);
    legs.next().ratio(1);
    encoder.note("behind both");
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(view, 0);
    expect(decoder.legs().count()).toBe(2);
    expect(decoder.note()).toBe("behind both");
  });

  test("a group of blocks that was cut short ends behind the entries written", () => {
    const view = new DataView(new ArrayBuffer(512));
    const encoder = new NewOrderEncoder().wrapAndApplyHeader(view, 0).clear();
    const legs = encoder.legsCount(5);
    legs.next().ratio(7);
    expect(legs.resetCountToIndex()).toBe(1);
    encoder.note("next");
    const decoder = new NewOrderDecoder().wrapAndApplyHeader(view, 0);
    expect(Array.from(decoder.legs(), (leg) => leg.ratio())).toEqual([7]);
    expect(decoder.note()).toBe("next");
  });
});

describe("the dispatcher", () => {
  const none: VenueHandlers = {
    newOrder() {},
    cancel() {},
    replace() {},
    ack() {},
    fill() {},
    book() {},
    login() {},
    heartbeat() {},
    status() {},
  };

  test("hands each message to its handler, where it lies", () => {
    const sink = new ArraySink(256);
    const writer = new VenueWriter(sink);
    writer.cancel()?.clear().orderIdNumber(1);
    writer.commit();
    writer.heartbeat();
    writer.commit();
    const seen: string[] = [];
    const dispatcher = new VenueDispatcher({
      ...none,
      cancel: (message) => seen.push(`cancel ${message.orderIdNumber()}`),
      heartbeat: () => seen.push("heartbeat"),
    });
    dispatcher.onMessage(sink.view, 0, 17);
    dispatcher.onMessage(sink.view, 17, 8);
    expect(seen).toEqual(["cancel 1", "heartbeat"]);
    expect(dispatcher.unknownCount).toBe(0);
  });

  test("counts unknown templates and other schemas, and hands them to unknown", () => {
    const seen: number[] = [];
    const dispatcher = new VenueDispatcher({
      partial: true,
      unknown: (_view, offset, length) => seen.push(offset, length),
    });
    const unknown = Uint8Array.of(0, 0, 99, 0, 7, 0, 1, 0);
    const foreign = Uint8Array.of(0, 0, 1, 0, 8, 0, 1, 0);
    dispatcher.onMessage(viewOf(unknown), 0, 8);
    dispatcher.onMessage(viewOf(foreign), 0, 8);
    expect([dispatcher.unknownCount, seen]).toEqual([2, [0, 8, 0, 8]]);
  });

  test("passes over messages without a handler when partial, and refuses cut ones", () => {
    const dispatcher = new VenueDispatcher({ partial: true });
    const view = viewOf(orderBytes());
    dispatcher.onMessage(view, 0, view.byteLength);
    expect(dispatcher.unknownCount).toBe(0);
    expect(codeOf(() => dispatcher.onMessage(view, 0, 7))).toBe("OUT_OF_BOUNDS");
    expect(codeOf(() => dispatcher.onMessage(view, 0, view.byteLength + 1))).toBe("OUT_OF_BOUNDS");
    const full = new VenueDispatcher(none);
    expect(codeOf(() => full.onMessage(view, 0, 20))).toBe("OUT_OF_BOUNDS");
  });

  test("makes a missing handler a type error unless partial", () => {
    type Missing = Omit<VenueHandlers, "newOrder">;
    type Accepted = ConstructorParameters<typeof VenueDispatcher>[0];
    expectTypeOf<VenueHandlers>().toExtend<Accepted>();
    expectTypeOf<Missing>().not.toExtend<Accepted>();
    expectTypeOf<Missing & { partial: true }>().toExtend<Accepted>();
  });
});

describe("the writer", () => {
  test("writes messages in place, as long as the sink has room", () => {
    const sink = new ArraySink(40);
    const writer = new VenueWriter(sink);
    const first = writer.cancel();
    first?.orderIdNumber(7).reason(Reason.Risk);
    expect(writer.result).toBe(17);
    writer.commit();
    expect(writer.cancel()).toBeDefined();
    writer.commit();
    expect(writer.cancel()).toBeUndefined();
    expect(writer.result).toBe(-2);
    expect(CancelDecoder.decodeAt(sink.view, 0, 17)).toEqual({ orderId: 7n, reason: Reason.Risk });
  });

  test("commits what was written of a claim for groups and var data", () => {
    const sink = new ArraySink(256);
    const writer = new VenueWriter(sink);
    writer.newOrder(100)?.fromObject(order);
    writer.commit();
    expect(sink.offset).toBe(NewOrderEncoder.sizeOf(order));
    expect(codeOf(() => writer.newOrder(10)?.fromObject(order))).toBe("OUT_OF_BOUNDS");
    writer.abort();
    expect(sink.offset).toBe(NewOrderEncoder.sizeOf(order));
  });

  test("keeps claims in order", () => {
    const writer = new VenueWriter(new ArraySink(256));
    expect(codeOf(() => writer.commit())).toBe("CLAIM_STATE");
    expect(codeOf(() => writer.abort())).toBe("CLAIM_STATE");
    writer.cancel();
    expect(codeOf(() => writer.heartbeat())).toBe("CLAIM_STATE");
    writer.abort();
    expect(writer.heartbeat()).toBeInstanceOf(HeartbeatEncoder);
  });
});

describe("the schema const", () => {
  test("names the schema and holds its messages", () => {
    expect(Venue).toMatchObject({
      name: "Venue",
      package: "venue",
      id: 7,
      version: 2,
      headerLength: 8,
    });
    expect(messages[1].name).toBe("NewOrder");
    expect(messages[1].decoder).toBe(NewOrderDecoder);
    expect(Object.keys(messages)).toHaveLength(9);
  });

  test("decodes and encodes messages by name", () => {
    const bytes = Venue.encode({ type: "NewOrder", data: order });
    const message = Venue.decode(viewOf(bytes), 0, bytes.length);
    expect(message).toStrictEqual({ type: "NewOrder", data: order });
    if (message?.type === "NewOrder") expectTypeOf(message.data).toEqualTypeOf<NewOrderData>();
    expect(Venue.templateIdAt(viewOf(bytes), 0, bytes.length)).toBe(1);
    expect(Venue.decode(viewOf(Uint8Array.of(0, 0, 99, 0, 7, 0, 1, 0)), 0, 8)).toBeUndefined();
    expect(Venue.decode(viewOf(Uint8Array.of(0, 0, 1, 0, 8, 0, 1, 0)), 0, 8)).toBeUndefined();
    const unknown = { type: "Nothing", data: {} } as unknown as Parameters<typeof Venue.encode>[0];
    expect(codeOf(() => Venue.encode(unknown))).toBe("MESSAGE_UNKNOWN");
  });

  test("fits code for any schema", () => {
    const schema: SchemaCodecs = Venue;
    expect(schema.messages[2]?.name).toBe("Cancel");
    expectTypeOf<MessageOf<typeof Venue>["type"]>().toEqualTypeOf<
      "NewOrder" | "Cancel" | "Replace" | "Ack" | "Fill" | "Book" | "Login" | "Heartbeat" | "Status"
    >();
    expectTypeOf<InstanceType<(typeof Venue)["writer"]>>().toEqualTypeOf<VenueWriter>();
  });
});

test("an encoder for an optional array of text takes undefined and reads it back", () => {
  const data = { permissions: 0n, token: new Uint8Array() };
  const bytes = LoginEncoder.encode(data);
  expect(LoginDecoder.decode(bytes)).toStrictEqual({ account: undefined, ...data });
  expect(LoginDecoder.decode(LoginEncoder.encode({ ...data, account: "größer" })).account).toBe(
    "größer",
  );
  expect(StatusEncoder.encode({ empties: [{}, {}] })).toHaveLength(8 + 6 + 4 + 2);
});
