/** Values in `.sbeir`: as many bytes as the primitive type has, always little endian. */
import { IrError } from "./ir-error.js";
import type { IrValue, PrimitiveName } from "./ir.js";
import { PRIMITIVES } from "./layout.js";
import { characterSetOf } from "./model/charset.js";
import { SCALAR_READERS, SCALAR_WRITERS } from "./otf/scalar.js";
import { bytesOfHex, hexOf } from "./otf/json-text.js";

const NONE = new Uint8Array(0);

/**
 * The bytes of a value; none where there is no value.
 *
 * @throws {IrError} if an integer type has a value with a fraction, or the other way round
 */
export function valueBytes(
  value: IrValue | undefined,
  primitive: PrimitiveName | undefined,
): Uint8Array {
  if (value === undefined || primitive === undefined) return NONE;
  if (value.rep === "bytes") return bytesOfHex(value.hex) ?? NONE;
  if ((value.rep === "double") !== (primitive === "float" || primitive === "double")) {
    throw new IrError(
      `value must be one of its type: primitiveType=${primitive} rep=${value.rep} value=${value.value}`,
    );
  }
  const { size } = PRIMITIVES[primitive];
  const view = new DataView(new ArrayBuffer(size));
  if (value.rep === "double") {
    SCALAR_WRITERS[primitive](view, 0, Number(value.value), true);
  } else {
    const wide = new DataView(new ArrayBuffer(8));
    wide.setBigInt64(0, BigInt(value.value), true);
    return new Uint8Array(wide.buffer, 0, size);
  }
  return new Uint8Array(view.buffer);
}

/**
 * The value of bytes that are not none.
 *
 * @param charset  character encoding of the token, for constants
 * @throws {IrError} if there are not as many bytes as the primitive type has
 */
export function valueOfBytes(
  bytes: Uint8Array,
  primitive: PrimitiveName | undefined,
  charset: string | undefined,
): IrValue {
  if (primitive === undefined) throw new IrError("value must have a primitive type");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size } = PRIMITIVES[primitive];
  if (primitive === "char" && bytes.length > 1) {
    // A valueRef has no encoding of its own and is UTF-8.
    const name = charset ?? "UTF-8";
    const text = (characterSetOf(name) ?? characterSetOf("US-ASCII"))?.decode(bytes) ?? "";
    return {
      rep: "bytes",
      hex: hexOf(view, 0, bytes.length),
      text,
      size: bytes.length,
      charset: name,
    };
  }
  if (bytes.length !== size) {
    throw new IrError(
      `value must have the bytes of its type: primitiveType=${primitive} length=${bytes.length}`,
    );
  }
  const value = SCALAR_READERS[primitive](view, 0, true);
  if (primitive === "float" || primitive === "double") {
    return { rep: "double", value: Object.is(value, -0) ? "-0" : String(value), size };
  }
  return {
    rep: "long",
    value: String(BigInt.asIntN(64, BigInt(value))),
    size,
    ...(charset === undefined ? {} : { charset }),
  };
}
