/**
 * The shape of the const that every generated schema exports, for code that works with any schema:
 * transports, recorders, tools.
 */
import type { ClaimSink, MessageHandler } from "./seams.js";

/** The class of a generated decoder. */
export interface DecoderClass<Decoder, Data> {
  readonly TEMPLATE_ID: number;
  readonly BLOCK_LENGTH: number;
  new (): Decoder;
  /** Decodes the message at the start of `bytes`, header first. */
  decode(bytes: Uint8Array): Data;
  /** Decodes the message whose header lies at `offset`. */
  decodeAt(view: DataView, offset: number, limit?: number): Data;
}

/** The class of a generated encoder. */
export interface EncoderClass<Encoder, Data> {
  readonly TEMPLATE_ID: number;
  readonly BLOCK_LENGTH: number;
  new (): Encoder;
  /** Encodes one message, header first, into an array of just its size. */
  encode(data: Data): Uint8Array;
  /** Bytes of the message with its header. */
  sizeOf(data: Data): number;
}

/** What every message decoder can do. */
export interface MessageDecoder<Data> {
  wrapAndApplyHeader(view: DataView, offset: number, limit?: number): MessageDecoder<Data>;
  encodedLength(): number;
  toObject(): Data;
}

/** What every message encoder can do. */
export interface MessageEncoder<Data> {
  wrapAndApplyHeader(view: DataView, offset: number, limit?: number): MessageEncoder<Data>;
  encodedLength(): number;
  fromObject(data: Data): MessageEncoder<Data>;
}

/** One row of a registry: `messages[templateId]`. */
export interface MessageType<
  Name extends string,
  Data,
  Decoder extends MessageDecoder<Data>,
  Encoder extends MessageEncoder<Data>,
> {
  readonly name: Name;
  readonly decoder: DecoderClass<Decoder, Data>;
  readonly encoder: EncoderClass<Encoder, Data>;
}

/** A decoded message with its name: what a stream of one schema's messages yields. */
export interface NamedMessage<Name extends string, Data> {
  readonly type: Name;
  readonly data: Data;
}

/**
 * A generated schema const, e.g. `OrderEntry`. `MessageOf<typeof OrderEntry>` is the union of its messages,
 * `InstanceType<(typeof OrderEntry)["writer"]>` its writer.
 */
export interface SchemaCodecs<
  Message extends NamedMessage<string, unknown> = NamedMessage<string, unknown>,
> {
  /** The base name of the schema file, upper-camel: the name of the const. */
  readonly name: string;
  readonly package: string;
  readonly id: number;
  readonly version: number;
  /** Bytes of the message header. */
  readonly headerLength: number;
  /** Template id to name and classes. */
  readonly messages: {
    readonly [templateId: number]: {
      readonly name: string;
      readonly decoder: DecoderClass<MessageDecoder<unknown>, unknown>;
      readonly encoder: EncoderClass<MessageEncoder<never>, never>;
    };
  };
  /**
   * The template id of the message at `offset`; undefined where another schema's lies there.
   *
   * @throws {CodecError} OUT_OF_BOUNDS
   */
  templateIdAt(view: DataView, offset: number, limit: number): number | undefined;
  /**
   * The message at `offset` as an object with its name; undefined where the schema does not know it.
   *
   * @throws {CodecError} if the bytes do not hold the message
   */
  decode(view: DataView, offset: number, length: number): Message | undefined;
  /**
   * A message by its name as bytes, header first.
   *
   * @throws {CodecError} if a value is missing, of the wrong type or does not fit
   */
  encode(message: Message): Uint8Array;
  readonly writer: new (sink: ClaimSink) => ClaimWriter;
  readonly dispatcher: new (handlers: never) => MessageHandler;
}

/** What every generated writer can do besides claiming its messages. */
export interface ClaimWriter {
  /** What the sink said to the last claim. */
  readonly result: number;
  commit(): void;
  abort(): void;
}

/** The union of the messages of a schema const, as objects with their names. */
export type MessageOf<Schema extends Pick<SchemaCodecs, "decode">> = NonNullable<
  ReturnType<Schema["decode"]>
>;
