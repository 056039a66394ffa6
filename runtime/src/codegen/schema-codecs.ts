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
  /** Decodes one message, header first. */
  decode(bytes: Uint8Array): Data;
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
 * A generated schema const.
 *
 * `Message` is the union of {@link NamedMessage} of all its messages, `Writer` and `Handlers` are its
 * writer class and the handlers of its dispatcher.
 */
export interface SchemaCodecs<Message extends NamedMessage<string, unknown>, Writer, Handlers> {
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
      readonly name: Message["type"];
      readonly decoder: DecoderClass<MessageDecoder<unknown>, unknown>;
    };
  };
  /** The template id at `offset`; undefined where another schema's message lies there. */
  templateIdAt(view: DataView, offset: number, limit: number): number | undefined;
  /** Decodes the message at `offset`; undefined where the schema does not know it. */
  decode(view: DataView, offset: number, length: number): Message | undefined;
  /** Encodes a message by its name. */
  encode<Name extends Message["type"]>(
    type: Name,
    data: Extract<Message, { readonly type: Name }>["data"],
  ): Uint8Array;
  readonly writer: new (sink: ClaimSink) => Writer;
  readonly dispatcher: new (handlers: Handlers) => MessageHandler;
}
