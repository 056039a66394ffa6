import { AlerionError } from "@alerion/runtime";

/** Longest channel URI, in characters. */
const CHANNEL_URI_LENGTH_MAX = 4095;

/** Prefix of a channel that taps a publication of the same driver. */
const SPY_PREFIX = "aeron-spy:";

const AERON_PREFIX = "aeron:";

/** The media that Aeron knows. */
export type Media = "ipc" | "udp";

/**
 * A channel URI breaks the grammar, or a parameter's value is not what its type allows.
 *
 * Code `CHANNEL_URI`. `parameter` names the parameter where one is to blame.
 */
export class ChannelUriError extends AlerionError {
  override readonly name: string = "ChannelUriError";
  readonly parameter: string | undefined;

  constructor(text: string, parameter?: string) {
    super("CHANNEL_URI", text);
    this.parameter = parameter;
  }
}

/**
 * A channel URI as text: media, and parameters that nobody has interpreted yet.
 *
 *   [aeron-spy:]aeron:<udp|ipc>[?key=value[|key=value]…]
 *
 * The last of duplicate keys wins and an empty value is kept, as in Java (the C driver takes the first and
 * refuses empty values). `channelParams` gives the values their types; `formatChannel` goes the other way.
 * Source: Aeron `ChannelUri`; design/driver-protocol.md §20.
 */
export class ChannelUri {
  readonly isSpy: boolean;
  readonly media: Media;
  /** Values by key, in the order in which the keys first appear. */
  readonly values: ReadonlyMap<string, string>;

  constructor(media: Media, values: ReadonlyMap<string, string>, isSpy: boolean = false) {
    this.media = media;
    this.values = values;
    this.isSpy = isSpy;
  }

  /**
   * Takes a URI apart.
   *
   * @throws {ChannelUriError} if it is too long, has an unknown scheme or medium, or a broken parameter
   */
  static parse(text: string): ChannelUri {
    if (text.length > CHANNEL_URI_LENGTH_MAX) {
      throw new ChannelUriError(
        `channel uri must have at most ${CHANNEL_URI_LENGTH_MAX} characters: length=${text.length}`,
      );
    }
    const isSpy = text.startsWith(SPY_PREFIX);
    const rest = isSpy ? text.slice(SPY_PREFIX.length) : text;
    if (!rest.startsWith(AERON_PREFIX)) {
      throw new ChannelUriError(
        `channel uri must start with 'aeron:' or 'aeron-spy:aeron:': uri=${quote(text)}`,
      );
    }
    const body = rest.slice(AERON_PREFIX.length);
    const questionMark = body.indexOf("?");
    const media = questionMark < 0 ? body : body.slice(0, questionMark);
    if (media !== "udp" && media !== "ipc") {
      throw new ChannelUriError(`media must be 'udp' or 'ipc': media=${quote(media)}`);
    }
    const values = new Map<string, string>();
    if (questionMark >= 0) parseParameters(body.slice(questionMark + 1), values);
    return new ChannelUri(media, values, isSpy);
  }

  /** Value of a parameter as text, or `undefined`. */
  get(key: string): string | undefined {
    return this.values.get(key);
  }

  /** Whether a parameter is there. */
  has(key: string): boolean {
    return this.values.has(key);
  }

  /** The same channel with one parameter changed, or taken out (`undefined`). */
  with(key: string, value: string | undefined): ChannelUri {
    const values = new Map(this.values);
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    return new ChannelUri(this.media, values, this.isSpy);
  }

  /** The URI as text; parsing it again gives an equal channel. */
  toString(): string {
    const params = Array.from(this.values, ([key, value]) => `${key}=${value}`).join("|");
    const query = params === "" ? "" : `?${params}`;
    return `${this.isSpy ? SPY_PREFIX : ""}${AERON_PREFIX}${this.media}${query}`;
  }
}

function parseParameters(text: string, values: Map<string, string>): void {
  for (const parameter of text.split("|")) {
    const equals = parameter.indexOf("=");
    if (equals < 0) {
      throw new ChannelUriError(
        `parameter must have the form key=value: parameter=${quote(parameter)}`,
      );
    }
    if (equals === 0) {
      throw new ChannelUriError(`parameter must have a key: parameter=${quote(parameter)}`);
    }
    values.set(parameter.slice(0, equals), parameter.slice(equals + 1));
  }
}

/** Text in quotes, shortened: hostile input does not fill an error log. */
function quote(text: string): string {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return JSON.stringify(shown);
}
