import type { PeerRecord } from "../candidate.js";

export interface BookObject {
  transactTime: number | bigint;
  matchEvent: number;
  entries: readonly {
    price: number | bigint;
    quantity: number;
    instrumentId: number;
    sequence: number;
    orderCount: number;
    level: number;
    action: number;
    entryType: number;
  }[];
}

export const record: PeerRecord = {
  name: "BookIncremental",
  fields: [
    { name: "transactTime", type: "fixed64" },
    { name: "matchEvent", type: "uint16" },
    {
      name: "entries",
      list: true,
      type: {
        name: "Entry",
        fields: [
          { name: "price", type: "fixed64" },
          { name: "quantity", type: "uint32" },
          { name: "instrumentId", type: "uint32" },
          { name: "sequence", type: "uint32" },
          { name: "orderCount", type: "uint16" },
          { name: "level", type: "uint16" },
          { name: "action", type: "uint16" },
          { name: "entryType", type: "uint16" },
        ],
      },
    },
  ],
};

/** Below 2^53, so that peers may take it as a number; above 2^32, so that nobody gets away with 32 bits. */
export const TIME = 1_732_368_000_000_000;
export const PRICE = 45_122_500_000;
export const LEVELS = 2;

/** Message `index` of the ring. */
export function content(index: number): BookObject {
  return {
    transactTime: TIME + index,
    matchEvent: 0x82,
    entries: Array.from({ length: LEVELS }, (_, n) => ({
      price: PRICE + 2500 * n + index,
      quantity: 308 + 172 * n,
      instrumentId: 13_950,
      sequence: 20_707_877 + n + index,
      orderCount: 89 + 52 * n,
      level: 1 + n,
      action: n & 1,
      entryType: 0x30 + (n & 1),
    })),
  };
}

/** The sum over the fields of a decoded message; 64-bit values are brought to numbers, as a user would. */
export function sum(decoded: BookObject): number {
  const { entries } = decoded;
  let total = (Number(decoded.transactTime) + decoded.matchEvent) | 0;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (entry === undefined) continue;
    total = (total + Number(entry.price)) | 0;
    total =
      (total +
        entry.quantity +
        entry.instrumentId +
        entry.sequence +
        entry.orderCount +
        entry.level +
        entry.action +
        entry.entryType) |
      0;
  }
  return total;
}
