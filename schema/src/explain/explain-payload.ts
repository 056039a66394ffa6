/** Framed messages as a list of spans, and which framing it is. */
import { instantText } from "@alerion/runtime/values";
import { FRAME_INCOMPLETE } from "@alerion/runtime/framing";
import type { SchemaLayout } from "../layout.js";
import { explainMessage, type ExplainedMessage } from "./explain-message.js";
import { FRAMINGS, NO_FRAMING, type Framing, type HeaderField } from "./framing.js";
import type { Span } from "./span.js";

/** A payload, explained as far as it could be understood. */
export interface ExplainedPayload {
  /** In the order of the bytes, without holes between `offset` and `end`. */
  readonly spans: readonly Span[];
  readonly messages: readonly ExplainedMessage[];
  /**
   * Where the explanation ends: `limit`, or before what a stream has not brought to its end yet.
   */
  readonly end: number;
  /** What is wrong, in order; nothing when every byte was understood. */
  readonly errors: readonly string[];
}

/** How a payload is explained. */
export interface ExplainPayloadOptions {
  /** True for a stream that may go on: an incomplete frame is left for later. Default false. */
  readonly isStream?: boolean;
}

/**
 * Explains a datagram, or a piece of a stream that starts with a frame. Any bytes give a result.
 *
 * @param limit  absolute exclusive end in the view; nothing at or beyond it is read
 */
export function explainPayload(
  layout: SchemaLayout,
  framing: Framing,
  view: DataView,
  offset: number,
  limit: number,
  options: ExplainPayloadOptions = {},
): ExplainedPayload {
  const explainer = new PayloadExplainer(layout, view, options.isStream === true);
  const end = explainer.payload(framing, offset, limit);
  const { spans, messages, errors } = explainer;
  return { spans, messages, end, errors };
}

class PayloadExplainer {
  readonly spans: Span[] = [];
  readonly messages: ExplainedMessage[] = [];
  readonly errors: string[] = [];
  readonly #layout: SchemaLayout;
  readonly #view: DataView;
  readonly #isStream: boolean;

  constructor(layout: SchemaLayout, view: DataView, isStream: boolean) {
    this.#layout = layout;
    this.#view = view;
    this.#isStream = isStream;
  }

  payload(framing: Framing, offset: number, limit: number): number {
    const { packetHeaderLength, packetFields, frame } = framing;
    let at = offset;
    if (packetHeaderLength > 0) {
      if (limit - at < packetHeaderLength) {
        if (this.#isStream) return at;
        return this.#unknown(at, limit, "packet header must be complete");
      }
      this.#header("packet", packetFields, at, at + packetHeaderLength);
      at += packetHeaderLength;
    }
    if (frame === undefined) return this.#messages(at, limit, this.#isStream);
    while (at < limit) {
      const length = frame.frameLength(this.#view, at, limit);
      const isIncomplete = length === FRAME_INCOMPLETE || length > limit - at;
      if (isIncomplete && this.#isStream) return at;
      if (length < 0 || isIncomplete) {
        const fault = isIncomplete ? FRAME_INCOMPLETE : length;
        return this.#unknown(at, limit, frame.errorOf(fault, at).message);
      }
      const start = at + frame.headerLength;
      this.#header("frame", framing.frameFields, at, start);
      at += length;
      if (framing.hasManyMessages) this.#messages(start, at, false);
      else this.#message(start, at);
    }
    return at;
  }

  /** The message of a frame, and what stands behind it. */
  #message(start: number, end: number): void {
    const message = this.#explain(start, end);
    if (message.end < end) this.#unknown(message.end, end, "message must fill its frame");
  }

  /** Messages back to back. */
  #messages(start: number, limit: number, mayGoOn: boolean): number {
    let at = start;
    while (at < limit) {
      const message = explainMessage(this.#layout, this.#view, at, limit);
      if (mayGoOn && message.error?.neededLimit !== undefined) return at;
      this.#add(message);
      // A header that takes no bytes, as only IR from elsewhere has one.
      if (message.end === at) return this.#unknown(at, limit, "message must take bytes");
      at = message.end;
    }
    return at;
  }

  #explain(start: number, end: number): ExplainedMessage {
    const message = explainMessage(this.#layout, this.#view, start, end);
    this.#add(message);
    return message;
  }

  #add(message: ExplainedMessage): void {
    this.messages.push(message);
    for (const span of message.spans) this.spans.push(span);
    if (message.error !== undefined) this.errors.push(message.error.message);
  }

  #header(path: string, fields: readonly HeaderField[], start: number, end: number): void {
    let at = start;
    for (const each of fields) {
      const from = start + each.offset;
      if (from > at) this.#gap(at, from);
      at = from + each.size;
      this.spans.push({
        start: from,
        end: at,
        path: `${path}.${each.name}`,
        kind: "frame",
        ...this.#fieldText(each, from),
      });
    }
    if (at < end) this.#gap(at, end);
  }

  #fieldText(
    { size, littleEndian, show }: HeaderField,
    at: number,
  ): { readonly text: string; readonly meaning?: string } {
    const value = this.#unsigned(at, size, littleEndian);
    if (show === "hex") return { text: `0x${value.toString(16).padStart(size * 2, "0")}` };
    if (show === "nanoseconds") return { text: String(value), meaning: instantText(value) };
    return { text: String(value) };
  }

  #unsigned(at: number, size: HeaderField["size"], littleEndian: boolean): bigint {
    switch (size) {
      case 1:
        return BigInt(this.#view.getUint8(at));
      case 2:
        return BigInt(this.#view.getUint16(at, littleEndian));
      case 4:
        return BigInt(this.#view.getUint32(at, littleEndian));
      case 8:
        return this.#view.getBigUint64(at, littleEndian);
    }
  }

  #gap(start: number, end: number): void {
    this.spans.push({ start, end, path: "", kind: "gap", text: "bytes of no field" });
  }

  #unknown(start: number, end: number, text: string): number {
    this.errors.push(text);
    if (start < end) this.spans.push({ start, end, path: "", kind: "unknown", text });
    return end;
  }
}

/** Payloads that are looked at for a guess, and the bytes of each. */
const GUESS_PAYLOADS_MAX = 32;
const GUESS_BYTES_MAX = 65_536;

/**
 * The framing in which most bytes of the payloads are whole messages of the schema; {@link NO_FRAMING}
 * where none is.
 *
 * @param payloads  datagrams, or first pieces of streams; the first few are looked at
 */
export function guessFraming(
  layout: SchemaLayout,
  payloads: readonly Uint8Array[],
  isStream: boolean,
): Framing {
  let best: Framing = NO_FRAMING;
  let bestLength = 0;
  for (const framing of FRAMINGS) {
    let length = 0;
    for (const payload of payloads.slice(0, GUESS_PAYLOADS_MAX)) {
      length += understoodLength(layout, framing, payload.subarray(0, GUESS_BYTES_MAX), isStream);
    }
    if (length > bestLength) {
      best = framing;
      bestLength = length;
    }
  }
  return best;
}

/** Bytes of a payload that are whole messages in their frames; twice where there is nothing else. */
function understoodLength(
  layout: SchemaLayout,
  framing: Framing,
  payload: Uint8Array,
  isStream: boolean,
): number {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const explained = explainPayload(layout, framing, view, 0, payload.length, { isStream });
  let length = 0;
  for (const { error, spans, end } of explained.messages) {
    const start = spans[0]?.start;
    if (error === undefined && start !== undefined) length += end - start;
  }
  // A wrong framing may find something that looks like a message; the right one has no faults.
  if (length > 0) return explained.errors.length === 0 ? 2 * length : length;
  return isMarkedThroughout(framing, view) ? MARKED_SCORE : 0;
}

/** What frames of messages of another schema count for, if each has the marker of its format. */
const MARKED_SCORE = 0.5;

function isMarkedThroughout({ frame, frameFields }: Framing, view: DataView): boolean {
  if (frame === undefined || !frameFields.some(({ show }) => show === "hex")) return false;
  let at = 0;
  while (at < view.byteLength) {
    const length = frame.frameLength(view, at, view.byteLength);
    if (length < 0) return false;
    at += length;
  }
  return at === view.byteLength && at > 0;
}
