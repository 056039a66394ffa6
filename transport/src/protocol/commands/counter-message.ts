import { alignToInt32, LENGTH_FIELD_LENGTH } from "../flyweight.js";
import { CorrelatedMessage } from "./correlated-message.js";

const COUNTER_TYPE_ID = 16;
const COUNTER_KEY = 20;
const STATIC_REGISTRATION_ID = 16;
const STATIC_TYPE_ID = 24;
const STATIC_KEY = 28;

/** Offset of the label's length, relative to the message, when the key's length lies at `keyField`. */
function labelField(keyField: number, keyLength: number): number {
  return keyField + LENGTH_FIELD_LENGTH + alignToInt32(keyLength);
}

function computeLength(keyField: number, keyLength: number, label: string): number {
  return labelField(keyField, keyLength) + LENGTH_FIELD_LENGTH + label.length;
}

/**
 * ADD_COUNTER.
 *
 *   0          8               16       20          24
 *   | clientId | correlationId | typeId | keyLength | key, padded to 4 … | labelLength | label … |
 *
 * Java's record is 4 bytes longer than its fields: the tail is ignored.
 * Source: Aeron `CounterMessageFlyweight`; conformance/aeron/commands.
 */
export class CounterMessage extends CorrelatedMessage {
  override readonly minimumLength: number = 28;

  /** Bytes of a message with a key of `keyLength` bytes and `label`. */
  static computeLength(keyLength: number, label: string): number {
    return computeLength(COUNTER_KEY, keyLength, label);
  }

  /** Type id of the counter. */
  typeId(): number {
    return this.getInt32(COUNTER_TYPE_ID);
  }

  /** Sets the type id. */
  setTypeId(value: number): this {
    this.setInt32(COUNTER_TYPE_ID, value);
    return this;
  }

  /** A copy of the key. */
  key(): Uint8Array {
    return this.getBytes(COUNTER_KEY);
  }

  /** Sets the key; the label comes after. */
  setKey(value: Uint8Array): this {
    this.setBytes(COUNTER_KEY, value);
    return this;
  }

  /** Label of the counter. */
  label(): string {
    return this.getString(labelField(COUNTER_KEY, this.variableLength(COUNTER_KEY)));
  }

  /** Sets the label: ASCII; the key must have been set. */
  setLabel(value: string): this {
    this.setString(labelField(COUNTER_KEY, this.getInt32(COUNTER_KEY)), value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(labelField(COUNTER_KEY, this.variableLength(COUNTER_KEY)));
  }
}

/**
 * ADD_STATIC_COUNTER: a counter that outlives its client and is found again by type and registration id.
 *
 *   0          8               16               24       28          32
 *   | clientId | correlationId | registrationId | typeId | keyLength | key, padded to 4 … | labelLength | label … |
 *
 * Source: Aeron `StaticCounterMessageFlyweight`; conformance/aeron/commands.
 */
export class StaticCounterMessage extends CorrelatedMessage {
  override readonly minimumLength: number = 36;

  /** Bytes of a message with a key of `keyLength` bytes and `label`. */
  static computeLength(keyLength: number, label: string): number {
    return computeLength(STATIC_KEY, keyLength, label);
  }

  /** Registration id that the user chose. */
  registrationId(): bigint {
    return this.getInt64(STATIC_REGISTRATION_ID);
  }

  /** Sets the registration id. */
  setRegistrationId(value: bigint): this {
    this.setInt64(STATIC_REGISTRATION_ID, value);
    return this;
  }

  /** Type id of the counter. */
  typeId(): number {
    return this.getInt32(STATIC_TYPE_ID);
  }

  /** Sets the type id. */
  setTypeId(value: number): this {
    this.setInt32(STATIC_TYPE_ID, value);
    return this;
  }

  /** A copy of the key. */
  key(): Uint8Array {
    return this.getBytes(STATIC_KEY);
  }

  /** Sets the key; the label comes after. */
  setKey(value: Uint8Array): this {
    this.setBytes(STATIC_KEY, value);
    return this;
  }

  /** Label of the counter. */
  label(): string {
    return this.getString(labelField(STATIC_KEY, this.variableLength(STATIC_KEY)));
  }

  /** Sets the label: ASCII; the key must have been set. */
  setLabel(value: string): this {
    this.setString(labelField(STATIC_KEY, this.getInt32(STATIC_KEY)), value);
    return this;
  }

  protected override checkVariableFields(): void {
    this.variableLength(labelField(STATIC_KEY, this.variableLength(STATIC_KEY)));
  }
}
