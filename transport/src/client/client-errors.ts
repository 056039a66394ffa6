import { AlerionError } from "@alerion/runtime";
import { errorCodeName } from "../protocol/error-code.js";

/** The driver refused a command. Code `REGISTRATION`; `aeronCode` and `errorName` are the driver's own. */
export class RegistrationError extends AlerionError {
  override readonly name: string = "RegistrationError";
  readonly correlationId: bigint;
  /** The driver's code by name, e.g. `INVALID_CHANNEL`. */
  readonly errorName: string;

  constructor(correlationId: bigint, aeronCode: number, driverText: string) {
    const errorName = errorCodeName(aeronCode);
    super(
      "REGISTRATION",
      `driver must accept the command: errorCode=${errorName} correlationId=${correlationId} driver=${JSON.stringify(driverText)}`,
      undefined,
      aeronCode,
    );
    this.correlationId = correlationId;
    this.errorName = errorName;
  }
}

/**
 * The endpoint of a channel that this client uses has failed in the driver, e.g. its name no longer resolves. Code
 * `CHANNEL_ENDPOINT`; goes to the error handler.
 */
export class ChannelEndpointError extends AlerionError {
  override readonly name: string = "ChannelEndpointError";
  /** Which channel: `status.counterId` of its publications and subscriptions. */
  readonly statusCounterId: number;
  /** The driver's code by name. */
  readonly errorName: string;

  constructor(statusCounterId: number, aeronCode: number, driverText: string) {
    const errorName = errorCodeName(aeronCode);
    super(
      "CHANNEL_ENDPOINT",
      `channel's endpoint must work: errorCode=${errorName} statusCounterId=${statusCounterId} driver=${JSON.stringify(driverText)}`,
      undefined,
      aeronCode,
    );
    this.statusCounterId = statusCounterId;
    this.errorName = errorName;
  }
}

/** The driver is gone, does not answer, or was never there. Code `DRIVER_TIMEOUT`. */
export class DriverTimeoutError extends AlerionError {
  override readonly name: string = "DriverTimeoutError";

  constructor(text: string) {
    super("DRIVER_TIMEOUT", text);
  }
}

/** There is no driver in the directory. Code `DRIVER_NOT_FOUND`; the text says how to start one. */
export class DriverNotFoundError extends AlerionError {
  override readonly name: string = "DriverNotFoundError";
  readonly dir: string;

  constructor(dir: string, problem: string) {
    super(
      "DRIVER_NOT_FOUND",
      `a media driver must run in the directory: ${problem} dir=${dir}; start one with "npx alerion driver --dir ${dir}", or in this process with connect({ driver: "embedded" })`,
    );
    this.dir = dir;
  }
}

/** The driver took the client for dead. Code `CLIENT_TIMEOUT`. */
export class ClientTimeoutError extends AlerionError {
  override readonly name: string = "ClientTimeoutError";

  constructor(text: string) {
    super("CLIENT_TIMEOUT", text);
  }
}

/** The client itself was not given time to show that it is alive. Code `CONDUCTOR_SERVICE_TIMEOUT`. */
export class ConductorServiceTimeoutError extends AlerionError {
  override readonly name: string = "ConductorServiceTimeoutError";

  constructor(intervalNs: number, limitNs: number) {
    super(
      "CONDUCTOR_SERVICE_TIMEOUT",
      `conductor must be served within the client liveness timeout: intervalNs=${intervalNs} limitNs=${limitNs}`,
    );
  }
}

/** The driver's events came faster than the client read them, and some are lost. Code `CLIENT_LAPPED`. */
export class ClientLappedError extends AlerionError {
  override readonly name: string = "ClientLappedError";

  constructor() {
    super("CLIENT_LAPPED", "client must keep up with the driver's events: lapped=true");
  }
}

/** The client is closed. Code `CLIENT_CLOSED`; `cause` is what closed it, unless its user did. */
export class ClientClosedError extends AlerionError {
  override readonly name: string = "ClientClosedError";

  constructor(cause?: Error) {
    super(
      "CLIENT_CLOSED",
      "client must be open: closed=true",
      cause === undefined ? {} : { cause },
    );
  }
}

/** The driver does not take commands as fast as they come. Code `DRIVER_BUSY`; try again later. */
export class DriverBusyError extends AlerionError {
  override readonly name: string = "DriverBusyError";

  constructor(commandName: string) {
    super("DRIVER_BUSY", `driver's command ring must have room: command=${commandName}`);
  }
}

/** A message cannot be sent. Code `PUBLICATION`; `result` is the publication's result code. */
export class PublicationError extends AlerionError {
  override readonly name: string = "PublicationError";
  readonly result: number;

  constructor(text: string, result: number) {
    super("PUBLICATION", text);
    this.result = result;
  }
}
