/** What a page without a state of its own shows: a few messages of the examples' order entry. */
import { encodeMessage } from "@alerion/schema";
import orderEntry from "../../schemas/order-entry.xml";
import { toBase64 } from "./base64.js";
import { openSchema, type StoredSchema } from "./schema-source.js";
import type { SharedState } from "./share.js";

const SCHEMA: StoredSchema = { name: "order-entry.xml", xml: orderEntry };

const TIME = "1790000000123456789";

const MESSAGES: readonly (readonly [name: string, values: object])[] = [
  [
    "NewOrder",
    {
      orderId: "9007199254740993",
      transactTime: TIME,
      price: { mantissa: "1012500" },
      quantity: 250,
      displayQuantity: null,
      side: "Buy",
      orderType: "Limit",
      timeInForce: "Day",
      execInst: ["PostOnly", "CancelOnDisconnect"],
      symbol: "ALRN",
      account: "DESK-7",
      stopPrice: { mantissa: null },
      legs: [
        { ratio: 1, side: "Buy", symbol: "ALRNZ6" },
        { ratio: 2, side: "Sell", symbol: "ALRNH7" },
      ],
      note: "calendar spread",
    },
  ],
  [
    "ExecutionReport",
    {
      orderId: "9007199254740993",
      exchangeOrderId: "4711",
      transactTime: TIME,
      lastPrice: { mantissa: "1012500" },
      lastQuantity: 100,
      leavesQuantity: 150,
      cumulativeQuantity: 100,
      execType: "Trade",
      side: "Buy",
      symbol: "ALRN",
      fills: [
        {
          price: { mantissa: "1012500" },
          quantity: 100,
          tradeId: "77",
          parties: [
            { account: "DESK-7", side: "Buy", clearingNote: "own" },
            { account: "DESK-9", side: "Sell", clearingNote: "" },
          ],
        },
      ],
      note: "calendar spread",
    },
  ],
  [
    "OrderReject",
    {
      orderId: "9007199254740994",
      transactTime: TIME,
      reason: "RiskLimit",
      text: "position limit",
    },
  ],
  ["CancelOrder", { orderId: "9007199254740993", transactTime: TIME, side: "Buy", symbol: "ALRN" }],
];

/** The sample as if a link had brought it. */
export function sampleState(): SharedState {
  const schema = openSchema(SCHEMA);
  if ("text" in schema) throw new Error(schema.text);
  const pieces = MESSAGES.map(([name, values]) => encodeMessage(schema.layout, name, values));
  const bytes = new Uint8Array(pieces.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { schema: SCHEMA, input: { name: "sample", bytes: toBase64(bytes) } };
}
