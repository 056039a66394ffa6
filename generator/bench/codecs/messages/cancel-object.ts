import type { PeerRecord, TextMode } from "../candidate.js";

export interface CancelObject {
  orderId: number | bigint;
  transactTime: number | bigint;
  side: number;
  symbol: string | Uint8Array;
}

export const record: PeerRecord = {
  name: "CancelOrder",
  fields: [
    { name: "orderId", type: "fixed64" },
    { name: "transactTime", type: "fixed64" },
    { name: "side", type: "uint16" },
    { name: "symbol", type: "text" },
  ],
};

export const ORDER_ID = 7_042_118_338;
export const TIME = 1_732_368_000_000_000;
export const SYMBOL = "ALRNMAR7";

/** Message `index` of the ring. */
export function content(index: number, text: TextMode): CancelObject {
  return {
    orderId: ORDER_ID + index,
    transactTime: TIME + index,
    side: 0x31,
    symbol: text === "bytes" ? Buffer.from(SYMBOL) : SYMBOL,
  };
}

/** The sum over the fields of a decoded message; 64-bit values are brought to numbers, as a user would. */
export function sum(decoded: CancelObject, text: TextMode): number {
  const total = (((Number(decoded.orderId) + Number(decoded.transactTime)) | 0) + decoded.side) | 0;
  if (text === "bytes") {
    const symbol = decoded.symbol as Uint8Array;
    return (total + symbol.length + (symbol[0] ?? 0) + (symbol[symbol.length - 1] ?? 0)) | 0;
  }
  const symbol = decoded.symbol as string;
  return (total + symbol.length + symbol.charCodeAt(0) + symbol.charCodeAt(symbol.length - 1)) | 0;
}
