import type { PeerRecord } from "../candidate.js";

export interface CmeBookObject {
  transactTime: number | bigint;
  matchEventIndicator: number;
  noMDEntries: readonly {
    mdEntryPx: number | bigint;
    mdEntrySize: number;
    securityID: number;
    rptSeq: number;
    numberOfOrders: number;
    mdPriceLevel: number;
    mdUpdateAction: number;
    mdEntryType: number;
    tradeableSize: number;
  }[];
  noOrderIDEntries: readonly {
    orderID: number | bigint;
    mdOrderPriority: number | bigint;
    mdDisplayQty: number;
    referenceID: number;
    orderUpdateAction: number;
  }[];
}

export const record: PeerRecord = {
  name: "MdIncrementalRefreshBook46",
  fields: [
    { name: "transactTime", type: "fixed64" },
    { name: "matchEventIndicator", type: "uint16" },
    {
      name: "noMDEntries",
      list: true,
      type: {
        name: "MdEntry",
        fields: [
          { name: "mdEntryPx", type: "fixed64" },
          { name: "mdEntrySize", type: "int32" },
          { name: "securityID", type: "int32" },
          { name: "rptSeq", type: "uint32" },
          { name: "numberOfOrders", type: "int32" },
          { name: "mdPriceLevel", type: "uint16" },
          { name: "mdUpdateAction", type: "uint16" },
          { name: "mdEntryType", type: "uint16" },
          { name: "tradeableSize", type: "int32" },
        ],
      },
    },
    {
      name: "noOrderIDEntries",
      list: true,
      type: {
        name: "OrderIdEntry",
        fields: [
          { name: "orderID", type: "fixed64" },
          { name: "mdOrderPriority", type: "fixed64" },
          { name: "mdDisplayQty", type: "int32" },
          { name: "referenceID", type: "uint16" },
          { name: "orderUpdateAction", type: "uint16" },
        ],
      },
    },
  ],
};

export const TIME = 1_536_760_535_644_820;
export const PRICE = 15_230_000_000_000;
export const ORDER_ID = 644_820_404_111;
export const ENTRIES = 4;
export const ORDERS = 2;

/** Message `index` of the ring: four levels of the book and two orders, as busy moments have them. */
export function content(index: number): CmeBookObject {
  return {
    transactTime: TIME + index,
    matchEventIndicator: 0x84,
    noMDEntries: Array.from({ length: ENTRIES }, (_, i) => ({
      mdEntryPx: PRICE + 10_000_000 * i + index,
      mdEntrySize: 19 + i,
      securityID: 157_660,
      rptSeq: 411 + i + index,
      numberOfOrders: 3 + i,
      mdPriceLevel: 1 + i,
      mdUpdateAction: i & 1,
      mdEntryType: 0x30 + (i & 1),
      tradeableSize: 19 + i,
    })),
    noOrderIDEntries: Array.from({ length: ORDERS }, (_, i) => ({
      orderID: ORDER_ID + i + index,
      mdOrderPriority: ORDER_ID + 7 + i,
      mdDisplayQty: 12 + i,
      referenceID: 1 + i,
      orderUpdateAction: 1,
    })),
  };
}

/** The sum over the fields of a decoded message; 64-bit values are brought to numbers, as a user would. */
export function sum(decoded: CmeBookObject): number {
  const { noMDEntries, noOrderIDEntries } = decoded;
  let total = (Number(decoded.transactTime) + decoded.matchEventIndicator) | 0;
  for (let i = 0; i < noMDEntries.length; i++) {
    const entry = noMDEntries[i];
    if (entry === undefined) continue;
    total = (total + Number(entry.mdEntryPx)) | 0;
    total =
      (total +
        entry.mdEntrySize +
        entry.securityID +
        entry.rptSeq +
        entry.numberOfOrders +
        entry.mdPriceLevel +
        entry.mdUpdateAction +
        entry.mdEntryType +
        entry.tradeableSize) |
      0;
  }
  for (let i = 0; i < noOrderIDEntries.length; i++) {
    const entry = noOrderIDEntries[i];
    if (entry === undefined) continue;
    total = (total + Number(entry.orderID)) | 0;
    total = (total + Number(entry.mdOrderPriority)) | 0;
    total = (total + entry.mdDisplayQty + entry.referenceID + entry.orderUpdateAction) | 0;
  }
  return total;
}
