/**
 * Frames and tokens of `.sbeir` one after another, read and written by our own generated codec: the
 * compiler compiles itself. None of them has a message header; each starts where the one before ends.
 */
import { CodecError } from "@alerion/runtime/codegen";
import { IrError } from "./ir-error.js";
import {
  FrameDecoder,
  FrameEncoder,
  TokenDecoder,
  TokenEncoder,
  type FrameData,
  type TokenData,
} from "./internal/ir-codec/index.js";

/** UTF-8 of one UTF-16 unit, at most. */
const BYTES_PER_UNIT_MAX = 3;
/** Length prefixes of all var data of a token. */
const TOKEN_PREFIXES = 12 * 2;

/** Writes records one after another into a buffer that grows. */
export class SbeirWriter {
  #buffer = new ArrayBuffer(65_536);
  #view = new DataView(this.#buffer);
  #position = 0;
  readonly #frame = new FrameEncoder();
  readonly #token = new TokenEncoder();

  /** @throws {IrError} if a text is too long */
  frame(data: FrameData): void {
    const { packageName, namespaceName, semanticVersion } = data;
    const units = packageName.length + namespaceName.length + semanticVersion.length;
    this.#reserve(FrameEncoder.BLOCK_LENGTH + TOKEN_PREFIXES + units * BYTES_PER_UNIT_MAX);
    const frame = this.#frame.wrap(this.#view, this.#position);
    checked(() => frame.fromObject(data));
    this.#position += frame.encodedLength();
  }

  /** @throws {IrError} if a text is too long */
  token(data: TokenData): void {
    const { constValue, minValue, maxValue, nullValue } = data;
    const units =
      data.tokenName.length +
      data.characterEncoding.length +
      data.epoch.length +
      data.timeUnit.length +
      data.semanticType.length +
      data.description.length +
      data.referencedName.length +
      data.packageName.length;
    const values = constValue.length + minValue.length + maxValue.length + nullValue.length;
    this.#reserve(TokenEncoder.BLOCK_LENGTH + TOKEN_PREFIXES + units * BYTES_PER_UNIT_MAX + values);
    const token = this.#token.wrap(this.#view, this.#position);
    checked(() => token.fromObject(data));
    this.#position += token.encodedLength();
  }

  /** A copy of all that was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.slice(0, this.#position));
  }

  #reserve(length: number): void {
    const needed = this.#position + length;
    if (needed <= this.#buffer.byteLength) return;
    const buffer = new ArrayBuffer(Math.max(needed, this.#buffer.byteLength * 2));
    new Uint8Array(buffer).set(new Uint8Array(this.#buffer, 0, this.#position));
    this.#buffer = buffer;
    this.#view = new DataView(buffer);
  }
}

/** Reads records one after another. */
export class SbeirReader {
  readonly #view: DataView;
  #position = 0;
  readonly #frame = new FrameDecoder();
  readonly #token = new TokenDecoder();

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  atEnd(): boolean {
    return this.#position === this.#view.byteLength;
  }

  /** @throws {IrError} if the bytes end within it */
  frame(): FrameData {
    const { BLOCK_LENGTH, SCHEMA_VERSION } = FrameDecoder;
    return this.#next(this.#frame, BLOCK_LENGTH, SCHEMA_VERSION);
  }

  /** @throws {IrError} if the bytes end within it */
  token(): TokenData {
    const { BLOCK_LENGTH, SCHEMA_VERSION } = TokenDecoder;
    return this.#next(this.#token, BLOCK_LENGTH, SCHEMA_VERSION);
  }

  #next<T>(
    decoder: {
      wrap: (
        view: DataView,
        offset: number,
        length: number,
        version: number,
        limit: number,
      ) => unknown;
      encodedLength: () => number;
      toObject: () => T;
    },
    blockLength: number,
    version: number,
  ): T {
    return checked(() => {
      decoder.wrap(this.#view, this.#position, blockLength, version, this.#view.byteLength);
      const data = decoder.toObject();
      this.#position += decoder.encodedLength();
      return data;
    });
  }
}

/** Errors of the codec are errors of the IR. */
function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new IrError(`IR must have the form of .sbeir: ${error.message}`, { cause: error });
  }
}
