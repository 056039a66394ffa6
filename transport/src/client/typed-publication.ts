import type {
  ClaimSink,
  ClaimWriter,
  MessageEncoder,
  SchemaCodecs,
} from "@alerion/runtime/codegen";
import { type Clock, NOT_CONNECTED, publicationResultName } from "@alerion/runtime/concurrent";
import type { ClientHost } from "./client-host.js";
import { PublicationError } from "./client-errors.js";
import type { ConcurrentPublication } from "./concurrent-publication.js";
import type { ExclusivePublication } from "./exclusive-publication.js";
import { checkWorthWaiting, PublicationSink } from "./publication-sink.js";

const NS_PER_MS = 1_000_000;
/** Messages that may wait behind a blocked one. */
const WAITING_MAX = 1024;

/** The union of a schema's messages, as objects with their names. */
export type StreamMessage<Schema extends SchemaCodecs> = NonNullable<ReturnType<Schema["decode"]>>;

/** The names of a schema's messages. */
type MessageName<Schema extends SchemaCodecs> = StreamMessage<Schema>["type"];

/** The data of the message with this name. */
type MessageData<Schema extends SchemaCodecs, Name extends string> =
  Extract<StreamMessage<Schema>, { readonly type: Name }> extends { readonly data: infer Data }
    ? Data
    : never;

/** How long a message may wait. */
export interface SendOptions {
  /** How long to wait while the publication is blocked or nobody is connected, in ms; without end by default. */
  readonly timeoutMs?: number;
}

/** What a typed publication can do besides claiming its schema's messages. */
export interface TypedPublicationMembers<
  Schema extends SchemaCodecs,
  Under extends ConcurrentPublication | ExclusivePublication,
> {
  /** The stream itself: positions, limits, bytes. */
  readonly publication: Under;
  /** The schema's writer by itself, for a schema with a message that is named as one of these members. */
  readonly writer: InstanceType<Schema["writer"]>;
  /**
   * Sends a plain object as one message, encoded in the log itself. Waits while the publication is blocked or not
   * connected; messages go out in the order of the calls.
   *
   * @returns the position of the stream behind the message
   * @throws {PublicationError} if the publication is closed or at its end, the time is over, or too many wait
   * @throws {CodecError} if a value is missing, of the wrong type or does not fit
   */
  send<Name extends MessageName<Schema>>(
    type: Name,
    data: MessageData<Schema, Name>,
    options?: SendOptions,
  ): Promise<number>;
  /** True if a subscriber has been heard of lately. */
  isConnected(): boolean;
  isClosed(): boolean;
  /** Ends the publication. Idempotent. */
  close(): Promise<void>;
}

/**
 * A publication of one schema's messages: the generated writer, claiming in the log itself, and `send` for plain
 * objects.
 */
export type TypedPublication<
  Schema extends SchemaCodecs,
  Under extends ConcurrentPublication | ExclusivePublication =
    ConcurrentPublication | ExclusivePublication,
> = Omit<InstanceType<Schema["writer"]>, keyof TypedPublicationMembers<Schema, Under>> &
  TypedPublicationMembers<Schema, Under>;

/** What a typed publication takes from its client. */
export interface StreamContext {
  readonly host: ClientHost;
  readonly clock: Clock;
}

/** The encoder of one message and what tells its size. */
interface EncoderEntry {
  readonly encoder: MessageEncoder<unknown>;
  sizeOf(data: unknown): number;
}

type WriterClass = new (sink: ClaimSink) => ClaimWriter;

type Make = (
  publication: ConcurrentPublication | ExclusivePublication,
  context: StreamContext,
) => object;

// One class per schema, so that all its publications have one shape.
const classes = new WeakMap<object, Make>();

/** Makes a typed publication of a publication. */
export function typedPublication<
  Schema extends SchemaCodecs,
  Under extends ConcurrentPublication | ExclusivePublication,
>(schema: Schema, publication: Under, context: StreamContext): TypedPublication<Schema, Under> {
  let make = classes.get(schema);
  if (make === undefined) {
    make = makeClass(schema);
    classes.set(schema, make);
  }
  // The class is the schema's writer with these members: what the type says, made at run time.
  return make(publication, context) as TypedPublication<Schema, Under>;
}

function makeClass(schema: SchemaCodecs): Make {
  const Writer: WriterClass = schema.writer;

  class StreamWriter extends Writer {
    readonly publication: ConcurrentPublication | ExclusivePublication;
    readonly #sender: Sender;
    #writer: ClaimWriter | undefined;

    constructor(publication: ConcurrentPublication | ExclusivePublication, context: StreamContext) {
      super(new PublicationSink(publication, publication.appender()));
      this.publication = publication;
      this.#sender = new Sender(schema, publication, context);
    }

    get writer(): ClaimWriter {
      this.#writer ??= new Writer(
        new PublicationSink(this.publication, this.publication.appender()),
      );
      return this.#writer;
    }

    send(type: string, data: unknown, options: SendOptions = {}): Promise<number> {
      return this.#sender.send(type, data, options);
    }

    isConnected(): boolean {
      return this.publication.isConnected();
    }

    isClosed(): boolean {
      return this.publication.isClosed();
    }

    close(): Promise<void> {
      return this.publication.close();
    }
  }

  return (publication, context) => new StreamWriter(publication, context);
}

/** Sends plain objects, one after another. */
class Sender {
  readonly #schema: SchemaCodecs;
  readonly #publication: ConcurrentPublication | ExclusivePublication;
  readonly #context: StreamContext;
  /** A claim of its own: one of the user's may be open while a message is sent. */
  readonly #sink: PublicationSink;
  readonly #encoders = new Map<string, EncoderEntry>();
  #waitingCount: number = 0;
  /** Settles when the message before the next one has gone out, or has not. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    schema: SchemaCodecs,
    publication: ConcurrentPublication | ExclusivePublication,
    context: StreamContext,
  ) {
    this.#schema = schema;
    this.#publication = publication;
    this.#context = context;
    this.#sink = new PublicationSink(publication, publication.appender());
  }

  async send(type: string, data: unknown, options: SendOptions): Promise<number> {
    // Unless somebody waits, the message goes out now, before the caller goes on.
    if (this.#waitingCount === 0) {
      const result = this.#trySend(type, data);
      if (result > 0) return this.#position();
      checkWorthWaiting(this.#publication, result);
    }
    if (this.#waitingCount >= WAITING_MAX) {
      throw new PublicationError(
        `messages that wait must be at most ${WAITING_MAX}: waiting=${this.#waitingCount}`,
        NOT_CONNECTED,
      );
    }
    this.#waitingCount++;
    const sent = this.#last.then(() => this.#sendWaiting(type, data, options));
    this.#last = sent.catch(() => {});
    try {
      return await sent;
    } finally {
      this.#waitingCount--;
    }
  }

  async #sendWaiting(type: string, data: unknown, options: SendOptions): Promise<number> {
    const { clock, host } = this.#context;
    const startNs = clock.monoNs();
    for (let idleCount = 0; ; idleCount++) {
      const result = this.#trySend(type, data);
      if (result > 0) return this.#position();
      checkWorthWaiting(this.#publication, result);
      const waitedMs = (clock.monoNs() - startNs) / NS_PER_MS;
      if (options.timeoutMs !== undefined && waitedMs >= options.timeoutMs) {
        throw new PublicationError(
          `message must go out in time: timeoutMs=${options.timeoutMs} result=${publicationResultName(result)}`,
          result,
        );
      }
      await host.idle(idleCount);
    }
  }

  #trySend(type: string, data: unknown): number {
    const entry = this.#encoder(type);
    const { encoder } = entry;
    const sink = this.#sink;
    const length = entry.sizeOf(data);
    const result = sink.claim(length);
    if (result <= 0) return result;
    let isEncoded = false;
    try {
      const start = sink.offset;
      encoder.wrapAndApplyHeader(sink.view, start, start + length).fromObject(data);
      isEncoded = true;
    } finally {
      if (isEncoded) sink.commit(encoder.encodedLength());
      else sink.abort();
    }
    return result;
  }

  #encoder(type: string): EncoderEntry {
    const known = this.#encoders.get(type);
    if (known !== undefined) return known;
    for (const { name, encoder: Encoder } of Object.values(this.#schema.messages)) {
      if (name !== type) continue;
      const entry: EncoderEntry = {
        encoder: new Encoder(),
        sizeOf: (data) => Encoder.sizeOf(data as never),
      };
      this.#encoders.set(type, entry);
      return entry;
    }
    throw new PublicationError(
      `message must be one of the schema: type=${JSON.stringify(type)} schema=${this.#schema.name}`,
      NOT_CONNECTED,
    );
  }

  #position(): number {
    return this.#sink.position();
  }
}
