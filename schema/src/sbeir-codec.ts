/** Frames and tokens of `.sbeir` one after another: bytes in, records out, and back. */
import { IrError } from "./ir-error.js";
import { ByteWriter } from "./otf/byte-writer.js";

/** See the message Frame in schema/sbe-ir.xml. */
export interface FrameRecord {
  readonly schemaId: number;
  readonly irVersion: number;
  readonly schemaVersion: number;
  readonly packageName: string;
  readonly namespaceName: string;
  readonly semanticVersion: string;
}

/** See the message Token in schema/sbe-ir.xml. */
export interface TokenRecord {
  readonly tokenOffset: number;
  readonly tokenSize: number;
  readonly fieldId: number;
  readonly tokenVersion: number;
  readonly componentTokenCount: number;
  readonly signal: number;
  readonly primitiveType: number;
  readonly byteOrder: number;
  readonly presence: number;
  readonly deprecated: number;
  readonly name: string;
  readonly constValue: Uint8Array;
  readonly minValue: Uint8Array;
  readonly maxValue: Uint8Array;
  readonly nullValue: Uint8Array;
  readonly characterEncoding: string;
  readonly epoch: string;
  readonly timeUnit: string;
  readonly semanticType: string;
  readonly description: string;
  readonly referencedName: string;
  readonly packageName: string;
}

const DATA_LENGTH_MAX = 65_534;

/** Writes records one after another. */
export class SbeirWriter {
  readonly #writer = new ByteWriter();
  readonly #encoder = new TextEncoder();

  frame(frame: FrameRecord): void {
    const at = this.#writer.reserve(12);
    const { view } = this.#writer;
    view.setInt32(at, frame.schemaId, true);
    view.setInt32(at + 4, frame.irVersion, true);
    view.setInt32(at + 8, frame.schemaVersion, true);
    this.#text(frame.packageName);
    this.#text(frame.namespaceName);
    this.#text(frame.semanticVersion);
  }

  token(token: TokenRecord): void {
    const at = this.#writer.reserve(28);
    const { view } = this.#writer;
    view.setInt32(at, token.tokenOffset, true);
    view.setInt32(at + 4, token.tokenSize, true);
    view.setInt32(at + 8, token.fieldId, true);
    view.setInt32(at + 12, token.tokenVersion, true);
    view.setInt32(at + 16, token.componentTokenCount, true);
    view.setUint8(at + 20, token.signal);
    view.setUint8(at + 21, token.primitiveType);
    view.setUint8(at + 22, token.byteOrder);
    view.setUint8(at + 23, token.presence);
    view.setInt32(at + 24, token.deprecated, true);
    this.#text(token.name);
    this.#bytes(token.constValue);
    this.#bytes(token.minValue);
    this.#bytes(token.maxValue);
    this.#bytes(token.nullValue);
    this.#text(token.characterEncoding);
    this.#text(token.epoch);
    this.#text(token.timeUnit);
    this.#text(token.semanticType);
    this.#text(token.description);
    this.#text(token.referencedName);
    this.#text(token.packageName);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#writer.toBytes();
  }

  #text(text: string): void {
    this.#bytes(this.#encoder.encode(text));
  }

  #bytes(bytes: Uint8Array): void {
    if (bytes.length > DATA_LENGTH_MAX) {
      throw new IrError(`text must take at most ${DATA_LENGTH_MAX} bytes: length=${bytes.length}`);
    }
    const at = this.#writer.reserve(2 + bytes.length);
    this.#writer.view.setUint16(at, bytes.length, true);
    this.#writer.put(at + 2, bytes);
  }
}

/** Reads records one after another. */
export class SbeirReader {
  readonly #view: DataView;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.#position === this.#view.byteLength;
  }

  /** @throws {IrError} if the bytes end within it */
  frame(): FrameRecord {
    const at = this.#take(12);
    const view = this.#view;
    return {
      schemaId: view.getInt32(at, true),
      irVersion: view.getInt32(at + 4, true),
      schemaVersion: view.getInt32(at + 8, true),
      packageName: this.#text(),
      namespaceName: this.#text(),
      semanticVersion: this.#text(),
    };
  }

  /** @throws {IrError} if the bytes end within it */
  token(): TokenRecord {
    const at = this.#take(28);
    const view = this.#view;
    return {
      tokenOffset: view.getInt32(at, true),
      tokenSize: view.getInt32(at + 4, true),
      fieldId: view.getInt32(at + 8, true),
      tokenVersion: view.getInt32(at + 12, true),
      componentTokenCount: view.getInt32(at + 16, true),
      signal: view.getUint8(at + 20),
      primitiveType: view.getUint8(at + 21),
      byteOrder: view.getUint8(at + 22),
      presence: view.getUint8(at + 23),
      deprecated: view.getInt32(at + 24, true),
      name: this.#text(),
      constValue: this.#bytes(),
      minValue: this.#bytes(),
      maxValue: this.#bytes(),
      nullValue: this.#bytes(),
      characterEncoding: this.#text(),
      epoch: this.#text(),
      timeUnit: this.#text(),
      semanticType: this.#text(),
      description: this.#text(),
      referencedName: this.#text(),
      packageName: this.#text(),
    };
  }

  #text(): string {
    return this.#decoder.decode(this.#bytes());
  }

  #bytes(): Uint8Array {
    const length = this.#view.getUint16(this.#take(2), true);
    const at = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length);
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#view.byteLength - at) {
      throw new IrError(
        `IR must not end here: offset=${at} needed=${length} length=${this.#view.byteLength}`,
      );
    }
    this.#position += length;
    return at;
  }
}
