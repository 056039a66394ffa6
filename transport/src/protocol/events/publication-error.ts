import { Flyweight } from "../flyweight.js";

const DESTINATION_REGISTRATION_ID = 8;
const SESSION_ID = 16;
const STREAM_ID = 20;
const RECEIVER_ID = 24;
const GROUP_TAG = 32;
const ADDRESS_TYPE = 40;
const PORT = 42;
const ADDRESS = 44;
const ADDRESS_LENGTH_MAX = 16;
const ERROR_CODE = 60;
const ERROR_MESSAGE = 64;

const ADDRESS_TYPE_IPV4 = 1;
const ADDRESS_TYPE_IPV6 = 2;

/**
 * ON_PUBLICATION_ERROR: a receiver rejected the stream of a publication.
 *
 *   0                8                           16          20         24           32         40
 *   | registrationId | destinationRegistrationId | sessionId | streamId | receiverId | groupTag |
 *   40            42     44                 60          64              68
 *   | addressType | port | address, 16 bytes | errorCode | messageLength | message … |
 *
 * Source: Aeron `PublicationErrorFrameFlyweight`; conformance/aeron/commands.
 */
export class PublicationErrorEvent extends Flyweight {
  readonly minimumLength: number = ERROR_MESSAGE + 4;

  /** Bytes of an event that carries `message`. */
  static computeLength(message: string): number {
    return ERROR_MESSAGE + 4 + message.length;
  }

  /** Registration id of the publication. */
  registrationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the registration id. */
  setRegistrationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Registration id of the destination through which the receiver is reached; -1 for none. */
  destinationRegistrationId(): bigint {
    return this.getInt64(DESTINATION_REGISTRATION_ID);
  }

  /** Sets the registration id of the destination. */
  setDestinationRegistrationId(value: bigint): this {
    this.setInt64(DESTINATION_REGISTRATION_ID, value);
    return this;
  }

  /** Session id of the publication. */
  sessionId(): number {
    return this.getInt32(SESSION_ID);
  }

  /** Sets the session id. */
  setSessionId(value: number): this {
    this.setInt32(SESSION_ID, value);
    return this;
  }

  /** Stream id of the publication. */
  streamId(): number {
    return this.getInt32(STREAM_ID);
  }

  /** Sets the stream id. */
  setStreamId(value: number): this {
    this.setInt32(STREAM_ID, value);
    return this;
  }

  /** Id of the receiver that rejected; -1 for IPC. */
  receiverId(): bigint {
    return this.getInt64(RECEIVER_ID);
  }

  /** Sets the id of the receiver. */
  setReceiverId(value: bigint): this {
    this.setInt64(RECEIVER_ID, value);
    return this;
  }

  /** Group tag of the receiver; -1 for none (a Java driver passes 0 on from a Java receiver without one). */
  groupTag(): bigint {
    return this.getInt64(GROUP_TAG);
  }

  /** Sets the group tag. */
  setGroupTag(value: bigint): this {
    this.setInt64(GROUP_TAG, value);
    return this;
  }

  /** Address of the receiver: 4 bytes (IPv4) or 16 (IPv6), copied; empty for an address type not known. */
  address(): Uint8Array {
    const start = this.view.byteOffset + this.offset + ADDRESS;
    return new Uint8Array(this.view.buffer, start, this.#addressLength()).slice();
  }

  /** Port of the receiver. */
  port(): number {
    return this.view.getUint16(this.offset + PORT, true);
  }

  /** Sets address (4 or 16 bytes, network order) and port. */
  setAddress(address: Uint8Array, port: number): this {
    const type = address.length === ADDRESS_LENGTH_MAX ? ADDRESS_TYPE_IPV6 : ADDRESS_TYPE_IPV4;
    this.view.setInt16(this.offset + ADDRESS_TYPE, type, true);
    this.view.setUint16(this.offset + PORT, port, true);
    for (let i = 0; i < ADDRESS_LENGTH_MAX; i++) {
      this.view.setUint8(this.offset + ADDRESS + i, address[i] ?? 0);
    }
    return this;
  }

  /** Error code as it was sent; `toErrorCode` narrows it. */
  errorCode(): number {
    return this.getInt32(ERROR_CODE);
  }

  /** Sets the error code. */
  setErrorCode(value: number): this {
    this.setInt32(ERROR_CODE, value);
    return this;
  }

  /** The receiver's words. */
  message(): string {
    return this.getString(ERROR_MESSAGE);
  }

  /** Sets the message: ASCII. */
  setMessage(value: string): this {
    this.setString(ERROR_MESSAGE, value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(ERROR_MESSAGE);
  }

  #addressLength(): number {
    const type = this.view.getInt16(this.offset + ADDRESS_TYPE, true);
    if (type === ADDRESS_TYPE_IPV4) return 4;
    return type === ADDRESS_TYPE_IPV6 ? ADDRESS_LENGTH_MAX : 0;
  }
}
