import {
  type AtomicBuffer,
  ControlledAction,
  type ManyToOneRingBuffer,
} from "@alerion/runtime/concurrent";
import { CorrelatedMessage } from "../protocol/commands/correlated-message.js";
import { CounterMessage, StaticCounterMessage } from "../protocol/commands/counter-message.js";
import {
  DestinationByIdMessage,
  DestinationMessage,
} from "../protocol/commands/destination-message.js";
import { NextSessionIdMessage } from "../protocol/commands/next-session-id-message.js";
import { PublicationMessage } from "../protocol/commands/publication-message.js";
import { RejectImageMessage } from "../protocol/commands/reject-image-message.js";
import { RemoveMessage, RemovePublicationMessage } from "../protocol/commands/remove-message.js";
import { SubscriptionMessage } from "../protocol/commands/subscription-message.js";
import { TerminateDriverMessage } from "../protocol/commands/terminate-driver-message.js";
import { Command } from "../protocol/control-protocol-events.js";
import { ErrorCode } from "../protocol/error-code.js";
import { ControlError } from "./control-error.js";
import { ResolutionPending } from "./network/media/name-resolver.js";

/** One command per duty cycle, so that a flood of them cannot hold up what else the conductor does. */
const COMMAND_DRAIN_LIMIT = 1;

/** What the conductor does on command. The flyweights are valid until the call returns. */
export interface CommandHandler {
  onAddPublication(command: PublicationMessage, isExclusive: boolean): void;
  onRemovePublication(command: RemovePublicationMessage): void;
  onAddSubscription(command: SubscriptionMessage): void;
  onRemoveSubscription(command: RemoveMessage): void;
  onAddDestination(command: DestinationMessage): void;
  onRemoveDestination(command: DestinationMessage): void;
  onRemoveDestinationById(command: DestinationByIdMessage): void;
  onAddReceiveDestination(command: DestinationMessage): void;
  onRemoveReceiveDestination(command: DestinationMessage): void;
  onAddCounter(command: CounterMessage): void;
  onAddStaticCounter(command: StaticCounterMessage): void;
  onRemoveCounter(command: RemoveMessage): void;
  onClientKeepalive(command: CorrelatedMessage): void;
  onClientClose(command: CorrelatedMessage): void;
  onTerminateDriver(command: TerminateDriverMessage): void;
  onRejectImage(command: RejectImageMessage): void;
  onGetNextAvailableSessionId(command: NextSessionIdMessage): void;
  /** A command could not be read or carried out. `correlationId` is 0 when it could not be read. */
  onCommandError(correlationId: bigint, error: unknown): void;
}

/**
 * Reads commands from the to-driver ring and hands them to the conductor, checked.
 *
 * Whatever a client puts there, the worst that comes of it is an error event.
 */
export class ClientCommandAdapter {
  readonly #ring: ManyToOneRingBuffer;
  readonly #handler: CommandHandler;
  readonly #correlated = new CorrelatedMessage();
  readonly #publication = new PublicationMessage();
  readonly #removePublication = new RemovePublicationMessage();
  readonly #subscription = new SubscriptionMessage();
  readonly #remove = new RemoveMessage();
  readonly #destination = new DestinationMessage();
  readonly #destinationById = new DestinationByIdMessage();
  readonly #counter = new CounterMessage();
  readonly #staticCounter = new StaticCounterMessage();
  readonly #terminate = new TerminateDriverMessage();
  readonly #reject = new RejectImageMessage();
  readonly #nextSession = new NextSessionIdMessage();
  readonly #onMessage = (
    typeId: number,
    buffer: AtomicBuffer,
    offset: number,
    length: number,
  ): ControlledAction => {
    this.#correlationId = 0n;
    try {
      this.#dispatch(typeId, buffer.view, offset, length);
    } catch (error) {
      // A name is being looked up: the command stays where it is and is tried again.
      if (error instanceof ResolutionPending) {
        this.#isWaiting = true;
        return ControlledAction.ABORT;
      }
      this.#handler.onCommandError(this.#correlationId, error);
    }
    this.#isWaiting = false;
    return ControlledAction.CONTINUE;
  };
  #correlationId: bigint = 0n;
  #isWaiting: boolean = false;

  constructor(ring: ManyToOneRingBuffer, handler: CommandHandler) {
    this.#ring = ring;
    this.#handler = handler;
  }

  /** Whether the next command waits for a name to be looked up. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Carries out at most one command. Returns how many. */
  receive(): number {
    try {
      return this.#ring.controlledRead(this.#onMessage, COMMAND_DRAIN_LIMIT);
    } catch (error) {
      // A record whose length cannot be: the ring has dropped it and goes on behind.
      this.#handler.onCommandError(0n, error);
      return 1;
    }
  }

  #dispatch(typeId: number, view: DataView, offset: number, length: number): void {
    const handler = this.#handler;
    const read = <M extends CorrelatedMessage>(message: M): M => {
      message.wrap(view, offset, length).check();
      this.#correlationId = message.correlationId();
      return message;
    };
    switch (typeId) {
      case Command.ADD_PUBLICATION:
        return handler.onAddPublication(read(this.#publication), false);
      case Command.ADD_EXCLUSIVE_PUBLICATION:
        return handler.onAddPublication(read(this.#publication), true);
      case Command.REMOVE_PUBLICATION:
        return handler.onRemovePublication(read(this.#removePublication));
      case Command.ADD_SUBSCRIPTION:
        return handler.onAddSubscription(read(this.#subscription));
      case Command.REMOVE_SUBSCRIPTION:
        return handler.onRemoveSubscription(read(this.#remove));
      case Command.CLIENT_KEEPALIVE:
        return handler.onClientKeepalive(read(this.#correlated));
      case Command.ADD_DESTINATION:
        return handler.onAddDestination(read(this.#destination));
      case Command.REMOVE_DESTINATION:
        return handler.onRemoveDestination(read(this.#destination));
      case Command.REMOVE_DESTINATION_BY_ID:
        return handler.onRemoveDestinationById(read(this.#destinationById));
      case Command.ADD_RCV_DESTINATION:
        return handler.onAddReceiveDestination(read(this.#destination));
      case Command.REMOVE_RCV_DESTINATION:
        return handler.onRemoveReceiveDestination(read(this.#destination));
      case Command.ADD_COUNTER:
        return handler.onAddCounter(read(this.#counter));
      case Command.ADD_STATIC_COUNTER:
        return handler.onAddStaticCounter(read(this.#staticCounter));
      case Command.REMOVE_COUNTER:
        return handler.onRemoveCounter(read(this.#remove));
      case Command.CLIENT_CLOSE:
        return handler.onClientClose(read(this.#correlated));
      case Command.TERMINATE_DRIVER:
        return handler.onTerminateDriver(read(this.#terminate));
      case Command.REJECT_IMAGE:
        return handler.onRejectImage(read(this.#reject));
      case Command.GET_NEXT_AVAILABLE_SESSION_ID:
        return handler.onGetNextAvailableSessionId(read(this.#nextSession));
      default:
        throw new ControlError(
          ErrorCode.UNKNOWN_COMMAND_TYPE_ID,
          `command type id must be known: typeId=${typeId} length=${length}`,
        );
    }
  }
}
