import { AlerionError } from "@alerion/runtime";
import {
  RECORD_HEADER_LENGTH,
  recordLength,
  recordPayloadLength,
  recordPosition,
  recordSessionId,
  recordSkipped,
  recordStream,
  RecordType,
  recordType,
} from "./gateway-frame.js";

/** What came is not of a gateway. Code `GATEWAY_PROTOCOL`. */
export class GatewayProtocolError extends AlerionError {
  override readonly name: string = "GatewayProtocolError";

  constructor(text: string) {
    super("GATEWAY_PROTOCOL", text);
  }
}

/** Where in its publisher's stream something happened. */
export interface StreamPlace {
  readonly sessionId: number;
  /** Bytes; behind the message. */
  readonly position: number;
}

/** Takes one stream's messages. A generated dispatcher is one. */
export interface StreamHandler {
  /** A message, in `view` until this returns. `onMessage` of a generated dispatcher decodes it there. */
  onMessage(view: DataView, offset: number, length: number): unknown;
}

/** What may be told of a stream besides its messages. */
export interface StreamObserver {
  /** Messages did not come: the browser or a network was too slow. 0: how many is not known. */
  onGap?(count: number, place: StreamPlace): void;
  /** Of what the next message is about, so many older values were left out. */
  onConflated?(count: number, place: StreamPlace): void;
  /** What there was before this browser came has all been handed out. */
  onCaughtUp?(): void;
  /** A publisher came. */
  onSession?(place: StreamPlace): void;
  /** A publisher went. */
  onSessionEnd?(place: StreamPlace): void;
}

/** A stream that a reader hands out. */
export interface ReadStream {
  readonly handler: StreamHandler;
  readonly observer?: StreamObserver | undefined;
}

/** Takes a gateway's records apart. No network inside. */
export class GatewayReader {
  readonly #streams: readonly (ReadStream | undefined)[];

  /** @param streams  by the places of the gateway's list; what is undefined is left unread */
  constructor(streams: readonly (ReadStream | undefined)[]) {
    this.#streams = streams;
  }

  /**
   * Hands out everything in one binary message, in order.
   *
   * @throws {GatewayProtocolError} if it is none of a gateway's
   */
  onBytes(bytes: ArrayBuffer): void {
    const view = new DataView(bytes);
    let offset = 0;
    while (offset < bytes.byteLength) {
      if (bytes.byteLength - offset < RECORD_HEADER_LENGTH) throw wrong("header", offset, bytes);
      const length = recordPayloadLength(view, offset);
      const end = offset + recordLength(length);
      if (end > bytes.byteLength) throw wrong("record", offset, bytes);
      this.#onRecord(view, offset, length);
      offset = end;
    }
  }

  #onRecord(view: DataView, offset: number, length: number): void {
    const stream = this.#streams[recordStream(view, offset)];
    if (stream === undefined) return;
    const { handler, observer } = stream;
    const skipped = recordSkipped(view, offset);
    switch (recordType(view, offset)) {
      case RecordType.DATA:
      case RecordType.SNAPSHOT:
        if (skipped > 0) observer?.onConflated?.(skipped, placeOf(view, offset));
        handler.onMessage(view, offset + RECORD_HEADER_LENGTH, length);
        return;
      case RecordType.GAP:
        observer?.onGap?.(skipped, placeOf(view, offset));
        return;
      case RecordType.SNAPSHOT_END:
        observer?.onCaughtUp?.();
        return;
      case RecordType.SESSION:
        observer?.onSession?.(placeOf(view, offset));
        return;
      case RecordType.SESSION_END:
        observer?.onSessionEnd?.(placeOf(view, offset));
        return;
      default:
      // Of a newer gateway: what it adds can be left out.
    }
  }
}

function placeOf(view: DataView, offset: number): StreamPlace {
  return { sessionId: recordSessionId(view, offset), position: recordPosition(view, offset) };
}

function wrong(what: string, offset: number, bytes: ArrayBuffer): GatewayProtocolError {
  return new GatewayProtocolError(
    `${what} must end within its message: offset=${offset} byteLength=${bytes.byteLength}`,
  );
}
