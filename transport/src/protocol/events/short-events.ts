import { Flyweight } from "../flyweight.js";

/** Length of ON_OPERATION_SUCCESS and ON_CLIENT_TIMEOUT: one id. */
export const ID_EVENT_LENGTH = 8;

/** Length of the events that pair a correlation id with one int32. */
export const ID_AND_INT_EVENT_LENGTH = 12;

/**
 * ON_OPERATION_SUCCESS: `| correlationId |`. Source: Aeron `OperationSucceededFlyweight`.
 */
export class OperationSucceeded extends Flyweight {
  readonly minimumLength: number = ID_EVENT_LENGTH;

  /** Correlation id of the command that succeeded. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }
}

/**
 * ON_CLIENT_TIMEOUT: `| clientId |`. Source: Aeron `ClientTimeoutFlyweight`.
 */
export class ClientTimeout extends Flyweight {
  readonly minimumLength: number = ID_EVENT_LENGTH;

  /** Id of the client that the driver has given up. */
  clientId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the id of the client. */
  setClientId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }
}

/**
 * ON_SUBSCRIPTION_READY.
 *
 *   0               8                 12
 *   | correlationId | channelStatusId |
 *
 * Source: Aeron `SubscriptionReadyFlyweight`.
 */
export class SubscriptionReady extends Flyweight {
  readonly minimumLength: number = ID_AND_INT_EVENT_LENGTH;

  /** Correlation id of the ADD_SUBSCRIPTION. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Id of the channel status counter; -1 for IPC and spies. */
  channelStatusCounterId(): number {
    return this.getInt32(8);
  }

  /** Sets the id of the channel status counter. */
  setChannelStatusCounterId(value: number): this {
    this.setInt32(8, value);
    return this;
  }
}

/**
 * ON_COUNTER_READY, ON_STATIC_COUNTER (correlation id of the command) and ON_UNAVAILABLE_COUNTER
 * (registration id of the counter).
 *
 *   0               8           12
 *   | correlationId | counterId |
 *
 * Source: Aeron `CounterUpdateFlyweight`, `StaticCounterFlyweight`.
 */
export class CounterUpdate extends Flyweight {
  readonly minimumLength: number = ID_AND_INT_EVENT_LENGTH;

  /** Correlation id of the command, or registration id of the counter that went away. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation or registration id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** Id of the counter. */
  counterId(): number {
    return this.getInt32(8);
  }

  /** Sets the id of the counter. */
  setCounterId(value: number): this {
    this.setInt32(8, value);
    return this;
  }
}

/**
 * ON_NEXT_AVAILABLE_SESSION_ID.
 *
 *   0               8           12
 *   | correlationId | sessionId |
 *
 * Source: Aeron `NextAvailableSessionIdFlyweight`.
 */
export class NextAvailableSessionId extends Flyweight {
  readonly minimumLength: number = ID_AND_INT_EVENT_LENGTH;

  /** Correlation id of the command. */
  correlationId(): bigint {
    return this.getInt64(0);
  }

  /** Sets the correlation id. */
  setCorrelationId(value: bigint): this {
    this.setInt64(0, value);
    return this;
  }

  /** A session id that no publication of the stream uses. */
  sessionId(): number {
    return this.getInt32(8);
  }

  /** Sets the session id. */
  setSessionId(value: number): this {
    this.setInt32(8, value);
    return this;
  }
}
