import type { ManyToOneRingBuffer } from "@alerion/runtime/concurrent";
import {
  CORRELATED_MESSAGE_LENGTH,
  CorrelatedMessage,
} from "../protocol/commands/correlated-message.js";
import { CounterMessage, StaticCounterMessage } from "../protocol/commands/counter-message.js";
import {
  DestinationByIdMessage,
  DestinationMessage,
} from "../protocol/commands/destination-message.js";
import {
  NEXT_SESSION_ID_MESSAGE_LENGTH,
  NextSessionIdMessage,
} from "../protocol/commands/next-session-id-message.js";
import { PublicationMessage } from "../protocol/commands/publication-message.js";
import { RejectImageMessage } from "../protocol/commands/reject-image-message.js";
import {
  REMOVE_MESSAGE_LENGTH,
  REMOVE_PUBLICATION_LENGTH,
  RemoveMessage,
  RemovePublicationMessage,
} from "../protocol/commands/remove-message.js";
import { SubscriptionMessage } from "../protocol/commands/subscription-message.js";
import { TerminateDriverMessage } from "../protocol/commands/terminate-driver-message.js";
import { Command, controlMessageName } from "../protocol/control-protocol-events.js";
import { DriverBusyError } from "./client-errors.js";

const NO_CORRELATION_ID = -1n;
const DESTINATION_BY_ID_LENGTH = 32;

/**
 * Writes a client's commands into the driver's ring. Each yields its correlation id, which the answer repeats.
 *
 * @throws {DriverBusyError} every command, if the ring is full
 * Source: driver-protocol §5
 */
export class DriverProxy {
  readonly #toDriver: ManyToOneRingBuffer;
  readonly clientId: bigint;

  /** Takes the next id of the driver for the client. */
  constructor(toDriver: ManyToOneRingBuffer) {
    this.#toDriver = toDriver;
    this.clientId = this.nextCorrelationId();
  }

  /** An id that nothing else of this driver has. */
  nextCorrelationId(): bigint {
    return BigInt(this.#toDriver.nextCorrelationId());
  }

  addPublication(channel: string, streamId: number, isExclusive: boolean): bigint {
    return this.#send(
      isExclusive ? Command.ADD_EXCLUSIVE_PUBLICATION : Command.ADD_PUBLICATION,
      new PublicationMessage(),
      PublicationMessage.computeLength(channel),
      (message) => message.setStreamId(streamId).setChannel(channel),
    );
  }

  removePublication(registrationId: bigint, isRevoked: boolean): bigint {
    return this.#send(
      Command.REMOVE_PUBLICATION,
      new RemovePublicationMessage(),
      REMOVE_PUBLICATION_LENGTH,
      (message) => message.setRevoke(isRevoked).setRegistrationId(registrationId),
    );
  }

  addSubscription(channel: string, streamId: number): bigint {
    return this.#send(
      Command.ADD_SUBSCRIPTION,
      new SubscriptionMessage(),
      SubscriptionMessage.computeLength(channel),
      (message) =>
        message.setRegistrationCorrelationId(-1n).setStreamId(streamId).setChannel(channel),
    );
  }

  removeSubscription(registrationId: bigint): bigint {
    return this.#remove(Command.REMOVE_SUBSCRIPTION, registrationId);
  }

  removeCounter(registrationId: bigint): bigint {
    return this.#remove(Command.REMOVE_COUNTER, registrationId);
  }

  addCounter(typeId: number, key: Uint8Array, label: string): bigint {
    return this.#send(
      Command.ADD_COUNTER,
      new CounterMessage(),
      CounterMessage.computeLength(key.length, label),
      (message) => message.setTypeId(typeId).setKey(key).setLabel(label),
    );
  }

  addStaticCounter(typeId: number, registrationId: bigint, key: Uint8Array, label: string): bigint {
    return this.#send(
      Command.ADD_STATIC_COUNTER,
      new StaticCounterMessage(),
      StaticCounterMessage.computeLength(key.length, label),
      (message) =>
        message.setRegistrationId(registrationId).setTypeId(typeId).setKey(key).setLabel(label),
    );
  }

  addDestination(registrationId: bigint, channel: string): bigint {
    return this.#destination(Command.ADD_DESTINATION, registrationId, channel);
  }

  removeDestination(registrationId: bigint, channel: string): bigint {
    return this.#destination(Command.REMOVE_DESTINATION, registrationId, channel);
  }

  addReceiveDestination(registrationId: bigint, channel: string): bigint {
    return this.#destination(Command.ADD_RCV_DESTINATION, registrationId, channel);
  }

  removeReceiveDestination(registrationId: bigint, channel: string): bigint {
    return this.#destination(Command.REMOVE_RCV_DESTINATION, registrationId, channel);
  }

  removeDestinationById(registrationId: bigint, destinationRegistrationId: bigint): bigint {
    return this.#send(
      Command.REMOVE_DESTINATION_BY_ID,
      new DestinationByIdMessage(),
      DESTINATION_BY_ID_LENGTH,
      (message) =>
        message
          .setResourceRegistrationId(registrationId)
          .setDestinationRegistrationId(destinationRegistrationId),
    );
  }

  rejectImage(imageCorrelationId: bigint, position: number, reason: string): bigint {
    return this.#send(
      Command.REJECT_IMAGE,
      new RejectImageMessage(),
      RejectImageMessage.computeLength(reason),
      (message) =>
        message
          .setImageCorrelationId(imageCorrelationId)
          .setPosition(BigInt(position))
          .setReason(reason),
    );
  }

  nextSessionId(streamId: number): bigint {
    return this.#send(
      Command.GET_NEXT_AVAILABLE_SESSION_ID,
      new NextSessionIdMessage(),
      NEXT_SESSION_ID_MESSAGE_LENGTH,
      (message) => message.setStreamId(streamId),
    );
  }

  terminateDriver(token: Uint8Array): bigint {
    return this.#send(
      Command.TERMINATE_DRIVER,
      new TerminateDriverMessage(),
      TerminateDriverMessage.computeLength(token.length),
      (message) => message.setToken(token),
      NO_CORRELATION_ID,
    );
  }

  /** The driver frees everything of this client; there is no answer. */
  clientClose(): void {
    this.#send(
      Command.CLIENT_CLOSE,
      new CorrelatedMessage(),
      CORRELATED_MESSAGE_LENGTH,
      () => {},
      NO_CORRELATION_ID,
    );
  }

  #remove(command: number, registrationId: bigint): bigint {
    return this.#send(command, new RemoveMessage(), REMOVE_MESSAGE_LENGTH, (message) =>
      message.setRegistrationId(registrationId),
    );
  }

  #destination(command: number, registrationId: bigint, channel: string): bigint {
    return this.#send(
      command,
      new DestinationMessage(),
      DestinationMessage.computeLength(channel),
      (message) => message.setRegistrationId(registrationId).setChannel(channel),
    );
  }

  #send<Message extends CorrelatedMessage>(
    command: number,
    message: Message,
    length: number,
    fill: (message: Message) => unknown,
    correlationId: bigint = this.nextCorrelationId(),
  ): bigint {
    const ring = this.#toDriver;
    const index = ring.tryClaim(command, length);
    if (index < 0) throw new DriverBusyError(controlMessageName(command) ?? String(command));
    let isFilled = false;
    try {
      message.wrap(ring.buffer.view, index, length);
      message.setClientId(this.clientId).setCorrelationId(correlationId);
      fill(message);
      isFilled = true;
    } finally {
      if (isFilled) ring.commit(index);
      else ring.abort(index);
    }
    return correlationId;
  }
}
