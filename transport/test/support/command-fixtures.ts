import { CorrelatedMessage } from "../../src/protocol/commands/correlated-message.js";
import {
  CounterMessage,
  StaticCounterMessage,
} from "../../src/protocol/commands/counter-message.js";
import {
  DestinationByIdMessage,
  DestinationMessage,
} from "../../src/protocol/commands/destination-message.js";
import { NextSessionIdMessage } from "../../src/protocol/commands/next-session-id-message.js";
import { PublicationMessage } from "../../src/protocol/commands/publication-message.js";
import { RejectImageMessage } from "../../src/protocol/commands/reject-image-message.js";
import {
  RemoveMessage,
  RemovePublicationMessage,
} from "../../src/protocol/commands/remove-message.js";
import { SubscriptionMessage } from "../../src/protocol/commands/subscription-message.js";
import { TerminateDriverMessage } from "../../src/protocol/commands/terminate-driver-message.js";
import { bytesOfHex } from "./shared-data.js";

export interface CommandFixture {
  readonly command: string;
  readonly typeId: number;
  readonly args: Readonly<Record<string, string | number | boolean>>;
  readonly payloadLength: number;
  readonly recordHex: string;
}

/** How one kind of command is written from a fixture's arguments, and read back into them. */
export interface CommandCase {
  readonly create: () => CorrelatedMessage;
  readonly write: (message: CorrelatedMessage, args: CommandFixture["args"]) => void;
  readonly read: (message: CorrelatedMessage) => Record<string, string | number | boolean>;
}

function define<M extends CorrelatedMessage>(
  create: () => M,
  write: (message: M, args: Args) => void,
  read: (message: M) => Record<string, string | number | boolean>,
): CommandCase {
  return {
    create,
    write: (message, args) => {
      write(message as M, new Args(args));
    },
    read: (message) => read(message as M),
  };
}

class Args {
  readonly #values: CommandFixture["args"];

  constructor(values: CommandFixture["args"]) {
    this.#values = values;
  }

  long(name: string): bigint {
    return BigInt(String(this.#values[name]));
  }

  int(name: string): number {
    return Number(this.#values[name]);
  }

  text(name: string): string {
    return String(this.#values[name]);
  }

  bytes(name: string): Uint8Array {
    return bytesOfHex(String(this.#values[name] ?? ""));
  }
}

const publication = define(
  () => new PublicationMessage(),
  (m, a) => m.setStreamId(a.int("streamId")).setChannel(a.text("channel")),
  (m) => ({ streamId: m.streamId(), channel: m.channel() }),
);
const remove = define(
  () => new RemoveMessage(),
  (m, a) => m.setRegistrationId(a.long("registrationId")),
  (m) => ({ registrationId: String(m.registrationId()) }),
);
const destination = define(
  () => new DestinationMessage(),
  (m, a) => m.setRegistrationId(a.long("registrationId")).setChannel(a.text("channel")),
  (m) => ({ registrationId: String(m.registrationId()), channel: m.channel() }),
);
const bare = define(
  () => new CorrelatedMessage(),
  () => {},
  () => ({}),
);

export const commandCases: Readonly<Record<string, CommandCase>> = {
  ADD_PUBLICATION: publication,
  ADD_EXCLUSIVE_PUBLICATION: publication,
  REMOVE_PUBLICATION: define(
    () => new RemovePublicationMessage(),
    (m, a) => m.setRevoke(a.text("revoke") === "true").setRegistrationId(a.long("registrationId")),
    (m) => ({ registrationId: String(m.registrationId()), revoke: m.revoke() }),
  ),
  ADD_SUBSCRIPTION: define(
    () => new SubscriptionMessage(),
    (m, a) =>
      m
        .setRegistrationCorrelationId(a.long("registrationCorrelationId"))
        .setStreamId(a.int("streamId"))
        .setChannel(a.text("channel")),
    (m) => ({
      registrationCorrelationId: String(m.registrationCorrelationId()),
      streamId: m.streamId(),
      channel: m.channel(),
    }),
  ),
  REMOVE_SUBSCRIPTION: remove,
  REMOVE_COUNTER: remove,
  CLIENT_KEEPALIVE: bare,
  CLIENT_CLOSE: bare,
  ADD_DESTINATION: destination,
  REMOVE_DESTINATION: destination,
  ADD_RCV_DESTINATION: destination,
  REMOVE_RCV_DESTINATION: destination,
  REMOVE_DESTINATION_BY_ID: define(
    () => new DestinationByIdMessage(),
    (m, a) =>
      m
        .setResourceRegistrationId(a.long("resourceRegistrationId"))
        .setDestinationRegistrationId(a.long("destinationRegistrationId")),
    (m) => ({
      resourceRegistrationId: String(m.resourceRegistrationId()),
      destinationRegistrationId: String(m.destinationRegistrationId()),
    }),
  ),
  ADD_COUNTER: define(
    () => new CounterMessage(),
    (m, a) =>
      m.setTypeId(a.int("counterTypeId")).setKey(a.bytes("keyHex")).setLabel(a.text("label")),
    (m) => ({
      counterTypeId: m.typeId(),
      keyHex: Buffer.from(m.key()).toString("hex"),
      label: m.label(),
    }),
  ),
  ADD_STATIC_COUNTER: define(
    () => new StaticCounterMessage(),
    (m, a) =>
      m
        .setRegistrationId(a.long("registrationId"))
        .setTypeId(a.int("counterTypeId"))
        .setKey(a.bytes("keyHex"))
        .setLabel(a.text("label")),
    (m) => ({
      registrationId: String(m.registrationId()),
      counterTypeId: m.typeId(),
      keyHex: Buffer.from(m.key()).toString("hex"),
      label: m.label(),
    }),
  ),
  REJECT_IMAGE: define(
    () => new RejectImageMessage(),
    (m, a) =>
      m
        .setImageCorrelationId(a.long("imageCorrelationId"))
        .setPosition(a.long("position"))
        .setReason(a.text("reason")),
    (m) => ({
      imageCorrelationId: String(m.imageCorrelationId()),
      position: String(m.position()),
      reason: m.reason(),
    }),
  ),
  TERMINATE_DRIVER: define(
    () => new TerminateDriverMessage(),
    (m, a) => m.setToken(a.bytes("tokenHex")),
    (m) => ({ tokenHex: Buffer.from(m.token()).toString("hex") }),
  ),
  GET_NEXT_AVAILABLE_SESSION_ID: define(
    () => new NextSessionIdMessage(),
    (m, a) => m.setStreamId(a.int("streamId")),
    (m) => ({ streamId: m.streamId() }),
  ),
};
