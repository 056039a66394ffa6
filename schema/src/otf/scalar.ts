/**
 * Reading and writing one primitive value. Each primitive has one function, looked up when the plan
 * is made, so that the walk has no decision left per field.
 */
import type { ScalarValue } from "../layout.js";
import type { PrimitiveName } from "../ir.js";

/** Reads a value at a byte offset of the view. */
export type ScalarReader = (view: DataView, at: number, littleEndian: boolean) => ScalarValue;

/** Writes a value at a byte offset of the view; the value is in range. */
export type ScalarWriter = (
  view: DataView,
  at: number,
  value: ScalarValue,
  littleEndian: boolean,
) => void;

/** Readers by primitive: bigint for int64 and uint64, number for all others. */
export const SCALAR_READERS: { readonly [name in PrimitiveName]: ScalarReader } = {
  char: (view, at) => view.getUint8(at),
  int8: (view, at) => view.getInt8(at),
  int16: (view, at, littleEndian) => view.getInt16(at, littleEndian),
  int32: (view, at, littleEndian) => view.getInt32(at, littleEndian),
  int64: (view, at, littleEndian) => view.getBigInt64(at, littleEndian),
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at, littleEndian) => view.getUint16(at, littleEndian),
  uint32: (view, at, littleEndian) => view.getUint32(at, littleEndian),
  uint64: (view, at, littleEndian) => view.getBigUint64(at, littleEndian),
  float: (view, at, littleEndian) => view.getFloat32(at, littleEndian),
  double: (view, at, littleEndian) => view.getFloat64(at, littleEndian),
};

/** Writers by primitive, the mirror of {@link SCALAR_READERS}. */
export const SCALAR_WRITERS: { readonly [name in PrimitiveName]: ScalarWriter } = {
  char: (view, at, value) => view.setUint8(at, Number(value)),
  int8: (view, at, value) => view.setInt8(at, Number(value)),
  int16: (view, at, value, littleEndian) => view.setInt16(at, Number(value), littleEndian),
  int32: (view, at, value, littleEndian) => view.setInt32(at, Number(value), littleEndian),
  int64: (view, at, value, littleEndian) => view.setBigInt64(at, BigInt(value), littleEndian),
  uint8: (view, at, value) => view.setUint8(at, Number(value)),
  uint16: (view, at, value, littleEndian) => view.setUint16(at, Number(value), littleEndian),
  uint32: (view, at, value, littleEndian) => view.setUint32(at, Number(value), littleEndian),
  uint64: (view, at, value, littleEndian) => view.setBigUint64(at, BigInt(value), littleEndian),
  float: (view, at, value, littleEndian) => view.setFloat32(at, Number(value), littleEndian),
  double: (view, at, value, littleEndian) => view.setFloat64(at, Number(value), littleEndian),
};

/** Least and greatest value that the bits of an integer primitive can hold. */
export const INTEGER_RANGES: {
  readonly [name in Exclude<PrimitiveName, "float" | "double">]: readonly [bigint, bigint];
} = {
  char: [0n, 0xffn],
  int8: [-0x80n, 0x7fn],
  int16: [-0x8000n, 0x7fffn],
  int32: [-0x80000000n, 0x7fffffffn],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 0xffn],
  uint16: [0n, 0xffffn],
  uint32: [0n, 0xffffffffn],
  uint64: [0n, 2n ** 64n - 1n],
};
