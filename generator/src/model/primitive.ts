import type { PrimitiveName, ScalarValue } from "@alerion/schema";

/** How a primitive type is read and written through a DataView. */
export interface Access {
  /** Accessor name without get or set: `Uint16`. */
  readonly view: string;
  readonly isBigint: boolean;
  readonly isFloat: boolean;
  readonly isSigned: boolean;
  readonly size: number;
  /** The typed array of the same element. */
  readonly array: string;
  /** Range of all values, null included. */
  readonly min: ScalarValue;
  readonly max: ScalarValue;
}

function integer(view: string, size: number, isSigned: boolean): Access {
  const isBigint = size === 8;
  const bits = BigInt(size * 8);
  const min = isSigned ? -(2n ** (bits - 1n)) : 0n;
  const max = isSigned ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
  return {
    view,
    isBigint,
    isFloat: false,
    isSigned,
    size,
    array: `${view}Array`,
    min: isBigint ? min : Number(min),
    max: isBigint ? max : Number(max),
  };
}

function floating(view: string, size: number): Access {
  const range = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
  return {
    view,
    isBigint: false,
    isFloat: true,
    isSigned: true,
    size,
    array: `${view}Array`,
    ...range,
  };
}

/** Access by primitive type. A char is its byte. */
export const ACCESS: { readonly [name in PrimitiveName]: Access } = {
  char: integer("Uint8", 1, false),
  int8: integer("Int8", 1, true),
  int16: integer("Int16", 2, true),
  int32: integer("Int32", 4, true),
  int64: integer("BigInt64", 8, true),
  uint8: integer("Uint8", 1, false),
  uint16: integer("Uint16", 2, false),
  uint32: integer("Uint32", 4, false),
  uint64: integer("BigUint64", 8, false),
  float: floating("Float32", 4),
  double: floating("Float64", 8),
};

/** `, true` or `, false` behind the offset; nothing for single bytes. */
export function endian(size: number, littleEndian: boolean): string {
  return size === 1 ? "" : `, ${littleEndian}`;
}

/** `base + n`, or `base` for 0. */
export function plus(base: string, bytes: number): string {
  return bytes === 0 ? base : `${base} + ${bytes}`;
}

/**
 * An expression that reads a count or length as a number, for headers, dimensions and length prefixes. The type
 * is an integer of up to 64 bits.
 */
export function readCount(
  primitive: PrimitiveName,
  littleEndian: boolean,
  view: string,
  base: string,
  offset: number,
): string {
  const access = ACCESS[primitive];
  if (!access.isBigint) {
    return `${view}.get${access.view}(${plus(base, offset)}${endian(access.size, littleEndian)})`;
  }
  const [low, high] = halfOffsets(offset, littleEndian);
  const highView = access.isSigned ? "Int32" : "Uint32";
  return (
    `${view}.get${highView}(${plus(base, high)}, ${littleEndian}) * 4294967296 + ` +
    `${view}.getUint32(${plus(base, low)}, ${littleEndian})`
  );
}

/** Offsets of the low and the high half of a 64-bit value. */
export function halfOffsets(offset: number, littleEndian: boolean): readonly [number, number] {
  return littleEndian ? [offset, offset + 4] : [offset + 4, offset];
}

/** Statements that write a count or length, given as an expression that is a number. */
export function writeCount(
  primitive: PrimitiveName,
  littleEndian: boolean,
  view: string,
  base: string,
  offset: number,
  value: string,
): readonly string[] {
  const access = ACCESS[primitive];
  if (!access.isBigint) {
    const target = plus(base, offset);
    return [`${view}.set${access.view}(${target}, ${value}${endian(access.size, littleEndian)});`];
  }
  const [low, high] = halfOffsets(offset, littleEndian);
  return [
    `${view}.setUint32(${plus(base, low)}, ${value}, ${littleEndian});`,
    `${view}.setUint32(${plus(base, high)}, Math.floor(${value} / 4294967296), ${littleEndian});`,
  ];
}
