import {
  AtomicBuffer,
  AtomicCounter,
  BroadcastReceiver,
  BroadcastResult,
  CountersReader,
  LogBuffers,
  LogReader,
  ExclusiveAppender,
  SharedAppender,
  ManyToOneRingBuffer,
  LOG_METADATA_LENGTH,
  LogBufferMetadata,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../../src/os/shared-files.js";
import { readCncLayout } from "../../src/protocol/cnc-file-descriptor.js";
import {
  CORRELATED_MESSAGE_LENGTH,
  CorrelatedMessage,
} from "../../src/protocol/commands/correlated-message.js";
import {
  CounterMessage,
  StaticCounterMessage,
} from "../../src/protocol/commands/counter-message.js";
import {
  DestinationByIdMessage,
  DestinationMessage,
} from "../../src/protocol/commands/destination-message.js";
import {
  NEXT_SESSION_ID_MESSAGE_LENGTH,
  NextSessionIdMessage,
} from "../../src/protocol/commands/next-session-id-message.js";
import { PublicationMessage } from "../../src/protocol/commands/publication-message.js";
import { RejectImageMessage } from "../../src/protocol/commands/reject-image-message.js";
import {
  REMOVE_MESSAGE_LENGTH,
  REMOVE_PUBLICATION_LENGTH,
  RemoveMessage,
  RemovePublicationMessage,
} from "../../src/protocol/commands/remove-message.js";
import { SubscriptionMessage } from "../../src/protocol/commands/subscription-message.js";
import { TerminateDriverMessage } from "../../src/protocol/commands/terminate-driver-message.js";
import {
  Command,
  controlMessageName,
  DriverEvent,
} from "../../src/protocol/control-protocol-events.js";
import { errorCodeName } from "../../src/protocol/error-code.js";
import { ErrorResponse } from "../../src/protocol/events/error-response.js";
import { ImageBuffersReady } from "../../src/protocol/events/image-buffers-ready.js";
import { PublicationBuffersReady } from "../../src/protocol/events/publication-buffers-ready.js";
import { PublicationErrorEvent } from "../../src/protocol/events/publication-error.js";
import {
  CounterUpdate,
  NextAvailableSessionId,
  OperationSucceeded,
  SubscriptionReady,
} from "../../src/protocol/events/short-events.js";
import { UnavailableImage } from "../../src/protocol/events/unavailable-image.js";

/** An event as a test looks at it. */
export type Event = Readonly<Record<string, bigint | number | string>> & { readonly event: string };

export interface Publication {
  readonly registrationId: bigint;
  readonly originalId: bigint;
  readonly sessionId: number;
  readonly log: LogBuffers;
  readonly path: string;
  readonly limit: AtomicCounter;
}

export interface Image {
  readonly correlationId: bigint;
  readonly subscriptionId: bigint;
  readonly sessionId: number;
  readonly log: LogBuffers;
  readonly position: AtomicCounter;
  readonly reader: LogReader;
}

/** The driver has overwritten events that were not read yet: the client knows nothing for certain any more. */
export class LappedError extends Error {}

/**
 * The protocol spoken by hand: commands written one by one, events read as they come. For tests of the driver;
 * the real client has tests of its own.
 */
export class RawClient {
  readonly clientId: bigint;
  readonly ring: ManyToOneRingBuffer;
  readonly counters: CountersReader;
  readonly cnc: AtomicBuffer;
  readonly events: Event[] = [];
  readonly #files: SharedFiles;
  readonly #receiver: BroadcastReceiver;
  readonly #scratch = new AtomicBuffer(new ArrayBuffer(64 * 1024));

  constructor(files: SharedFiles, dir: string) {
    this.#files = files;
    const file = files.open(`${dir}/cnc.dat`);
    this.cnc = file.map(0, file.length);
    const layout = readCncLayout(this.cnc.view, file.length);
    const section = (s: { offset: number; length: number }): AtomicBuffer =>
      this.cnc.slice(s.offset, s.length);
    this.ring = new ManyToOneRingBuffer(section(layout.toDriver));
    this.#receiver = new BroadcastReceiver(section(layout.toClients));
    this.counters = new CountersReader(
      section(layout.countersMetadata),
      section(layout.countersValues),
    );
    this.clientId = BigInt(this.ring.nextCorrelationId());
  }

  // -- commands ---------------------------------------------------------------------------------------------

  addPublication(channel: string, streamId: number, isExclusive: boolean = false): bigint {
    return this.#send(
      isExclusive ? Command.ADD_EXCLUSIVE_PUBLICATION : Command.ADD_PUBLICATION,
      new PublicationMessage(),
      PublicationMessage.computeLength(channel),
      (m) => m.setStreamId(streamId).setChannel(channel),
    );
  }

  removePublication(registrationId: bigint, revoke: boolean = false): bigint {
    return this.#send(
      Command.REMOVE_PUBLICATION,
      new RemovePublicationMessage(),
      REMOVE_PUBLICATION_LENGTH,
      (m) => m.setRevoke(revoke).setRegistrationId(registrationId),
    );
  }

  addSubscription(channel: string, streamId: number): bigint {
    return this.#send(
      Command.ADD_SUBSCRIPTION,
      new SubscriptionMessage(),
      SubscriptionMessage.computeLength(channel),
      (m) => m.setRegistrationCorrelationId(-1n).setStreamId(streamId).setChannel(channel),
    );
  }

  removeSubscription(registrationId: bigint): bigint {
    return this.#send(
      Command.REMOVE_SUBSCRIPTION,
      new RemoveMessage(),
      REMOVE_MESSAGE_LENGTH,
      (m) => m.setRegistrationId(registrationId),
    );
  }

  addCounter(typeId: number, key: Uint8Array, label: string): bigint {
    return this.#send(
      Command.ADD_COUNTER,
      new CounterMessage(),
      CounterMessage.computeLength(key.length, label),
      (m) => m.setTypeId(typeId).setKey(key).setLabel(label),
    );
  }

  addStaticCounter(registrationId: bigint, typeId: number, label: string): bigint {
    return this.#send(
      Command.ADD_STATIC_COUNTER,
      new StaticCounterMessage(),
      StaticCounterMessage.computeLength(0, label),
      (m) =>
        m
          .setRegistrationId(registrationId)
          .setTypeId(typeId)
          .setKey(new Uint8Array())
          .setLabel(label),
    );
  }

  removeCounter(registrationId: bigint): bigint {
    return this.#send(Command.REMOVE_COUNTER, new RemoveMessage(), REMOVE_MESSAGE_LENGTH, (m) =>
      m.setRegistrationId(registrationId),
    );
  }

  addDestination(
    registrationId: bigint,
    channel: string,
    typeId: number = Command.ADD_DESTINATION,
  ): bigint {
    return this.#send(
      typeId,
      new DestinationMessage(),
      DestinationMessage.computeLength(channel),
      (m) => m.setRegistrationId(registrationId).setChannel(channel),
    );
  }

  removeDestinationById(registrationId: bigint, destinationId: bigint): bigint {
    return this.#send(
      Command.REMOVE_DESTINATION_BY_ID,
      new DestinationByIdMessage(),
      new DestinationByIdMessage().minimumLength,
      (m) =>
        m.setResourceRegistrationId(registrationId).setDestinationRegistrationId(destinationId),
    );
  }

  rejectImage(imageId: bigint, reason: string): bigint {
    return this.#send(
      Command.REJECT_IMAGE,
      new RejectImageMessage(),
      RejectImageMessage.computeLength(reason),
      (m) => m.setImageCorrelationId(imageId).setPosition(0n).setReason(reason),
    );
  }

  nextSessionId(streamId: number): bigint {
    return this.#send(
      Command.GET_NEXT_AVAILABLE_SESSION_ID,
      new NextSessionIdMessage(),
      NEXT_SESSION_ID_MESSAGE_LENGTH,
      (m) => m.setStreamId(streamId),
    );
  }

  terminateDriver(): bigint {
    return this.#send(
      Command.TERMINATE_DRIVER,
      new TerminateDriverMessage(),
      TerminateDriverMessage.computeLength(0),
      (m) => m.setToken(new Uint8Array()),
    );
  }

  keepalive(): bigint {
    return this.#send(
      Command.CLIENT_KEEPALIVE,
      new CorrelatedMessage(),
      CORRELATED_MESSAGE_LENGTH,
      () => {},
    );
  }

  close(): bigint {
    return this.#send(
      Command.CLIENT_CLOSE,
      new CorrelatedMessage(),
      CORRELATED_MESSAGE_LENGTH,
      () => {},
    );
  }

  /** Any bytes as a command. */
  sendBytes(typeId: number, bytes: Uint8Array): void {
    this.#scratch.putBytes(0, bytes, 0, bytes.length);
    if (!this.ring.write(typeId, this.#scratch, 0, bytes.length)) throw new Error("ring is full");
  }

  #send<M extends CorrelatedMessage>(
    typeId: number,
    message: M,
    length: number,
    fill: (message: M) => unknown,
  ): bigint {
    const correlationId = BigInt(this.ring.nextCorrelationId());
    message.wrap(this.#scratch.view, 0, length);
    message.setClientId(this.clientId).setCorrelationId(correlationId);
    fill(message);
    if (!this.ring.write(typeId, this.#scratch, 0, length)) throw new Error("ring is full");
    return correlationId;
  }

  // -- events -----------------------------------------------------------------------------------------------

  /** Reads all events that have come; they are added to `events` and returned. */
  receive(): Event[] {
    const received: Event[] = [];
    for (;;) {
      const result = this.#receiver.receive((typeId, buffer, offset, length) => {
        received.push(decodeEvent(typeId, buffer.view, offset, length));
      });
      if (result === BroadcastResult.LAPPED) throw new LappedError();
      if (result === BroadcastResult.NONE) break;
    }
    this.events.push(...received);
    return received;
  }

  /** The last event of this kind, of all received. */
  last(event: string, field?: string, value?: bigint | number): Event {
    const found = this.events.findLast(
      (each) => each.event === event && (field === undefined || each[field] === value),
    );
    if (found === undefined) {
      const seen = this.events.map((each) => Object.values(each).join(" "));
      throw new Error(`no ${event} ${field ?? ""} ${value ?? ""} among ${seen.join("\n")}`);
    }
    return found;
  }

  // -- what the events point at -----------------------------------------------------------------------------

  publication(correlationId: bigint): Publication {
    const event = this.events.findLast(
      (each) => each.event.endsWith("PUBLICATION_READY") && each["correlationId"] === correlationId,
    );
    if (event === undefined) throw new Error(`publication ${correlationId} is not ready`);
    return {
      registrationId: correlationId,
      originalId: event["registrationId"] as bigint,
      sessionId: Number(event["sessionId"]),
      log: this.mapLog(String(event["logFileName"])),
      path: String(event["logFileName"]),
      limit: new AtomicCounter(this.counters, Number(event["limitCounterId"])),
    };
  }

  image(subscriptionId: bigint, sessionId?: number): Image {
    const event = this.events.findLast(
      (each) =>
        each.event === "ON_AVAILABLE_IMAGE" &&
        each["subscriptionRegistrationId"] === subscriptionId &&
        (sessionId === undefined || each["sessionId"] === sessionId),
    );
    if (event === undefined) throw new Error(`no image of ${subscriptionId}`);
    const log = this.mapLog(String(event["logFileName"]));
    const position = new AtomicCounter(this.counters, Number(event["positionCounterId"]));
    return {
      correlationId: event["correlationId"] as bigint,
      subscriptionId,
      sessionId: Number(event["sessionId"]),
      log,
      position,
      reader: new LogReader(log, position, undefined),
    };
  }

  exclusive(publication: Publication): ExclusiveAppender {
    return new ExclusiveAppender(publication.log, publication.limit);
  }

  shared(publication: Publication): SharedAppender {
    return new SharedAppender(publication.log, publication.limit);
  }

  mapLog(path: string): LogBuffers {
    return mapLog(this.#files, path);
  }

  /** The client's own heartbeat counter. */
  heartbeat(): AtomicCounter {
    const id = this.counters.findByTypeIdAndRegistrationId(11, Number(this.clientId));
    return new AtomicCounter(this.counters, id);
  }

  /** Labels of all allocated counters but the driver's own. */
  labels(): string[] {
    const labels: string[] = [];
    this.counters.forEach((id) => {
      if (this.counters.typeId(id) !== 0) labels.push(this.counters.label(id));
    });
    return labels;
  }
}

/** The parts of a log, mapped one by one. */
export function mapLog(files: SharedFiles, path: string): LogBuffers {
  const file = files.open(path);
  const metadata = file.map(file.length - LOG_METADATA_LENGTH, LOG_METADATA_LENGTH);
  const termLength = new LogBufferMetadata(metadata).termLength();
  return new LogBuffers(
    file.map(0, termLength),
    file.map(termLength, termLength),
    file.map(2 * termLength, termLength),
    metadata,
  );
}

function decodeEvent(typeId: number, view: DataView, offset: number, length: number): Event {
  const event = controlMessageName(typeId) ?? `unknown ${typeId}`;
  switch (typeId) {
    case DriverEvent.ON_ERROR: {
      const m = new ErrorResponse().wrap(view, offset, length).check();
      return {
        event,
        correlationId: m.offendingCorrelationId(),
        code: errorCodeName(m.errorCode()),
        message: m.message(),
      };
    }
    case DriverEvent.ON_AVAILABLE_IMAGE: {
      const m = new ImageBuffersReady().wrap(view, offset, length).check();
      return {
        event,
        correlationId: m.correlationId(),
        sessionId: m.sessionId(),
        streamId: m.streamId(),
        subscriptionRegistrationId: m.subscriptionRegistrationId(),
        positionCounterId: m.subscriberPositionId(),
        logFileName: m.logFileName(),
        sourceIdentity: m.sourceIdentity(),
      };
    }
    case DriverEvent.ON_PUBLICATION_READY:
    case DriverEvent.ON_EXCLUSIVE_PUBLICATION_READY: {
      const m = new PublicationBuffersReady().wrap(view, offset, length).check();
      return {
        event,
        correlationId: m.correlationId(),
        registrationId: m.registrationId(),
        sessionId: m.sessionId(),
        streamId: m.streamId(),
        limitCounterId: m.publicationLimitCounterId(),
        channelStatusCounterId: m.channelStatusCounterId(),
        logFileName: m.logFileName(),
      };
    }
    case DriverEvent.ON_UNAVAILABLE_IMAGE: {
      const m = new UnavailableImage().wrap(view, offset, length).check();
      return {
        event,
        correlationId: m.correlationId(),
        subscriptionRegistrationId: m.subscriptionRegistrationId(),
        streamId: m.streamId(),
        channel: m.channel(),
      };
    }
    case DriverEvent.ON_SUBSCRIPTION_READY: {
      const m = new SubscriptionReady().wrap(view, offset, length).check();
      return {
        event,
        correlationId: m.correlationId(),
        channelStatusCounterId: m.channelStatusCounterId(),
      };
    }
    case DriverEvent.ON_OPERATION_SUCCESS:
    case DriverEvent.ON_CLIENT_TIMEOUT: {
      const m = new OperationSucceeded().wrap(view, offset, length).check();
      return { event, correlationId: m.correlationId() };
    }
    case DriverEvent.ON_NEXT_AVAILABLE_SESSION_ID: {
      const m = new NextAvailableSessionId().wrap(view, offset, length).check();
      return { event, correlationId: m.correlationId(), sessionId: m.sessionId() };
    }
    case DriverEvent.ON_PUBLICATION_ERROR: {
      const m = new PublicationErrorEvent().wrap(view, offset, length).check();
      return {
        event,
        registrationId: m.registrationId(),
        destinationRegistrationId: m.destinationRegistrationId(),
        sessionId: m.sessionId(),
        streamId: m.streamId(),
        receiverId: m.receiverId(),
        groupTag: m.groupTag(),
        address: m.address().join("."),
        port: m.port(),
        code: errorCodeName(m.errorCode()),
        message: m.message(),
      };
    }
    default: {
      const m = new CounterUpdate().wrap(view, offset, length).check();
      return { event, correlationId: m.correlationId(), counterId: m.counterId() };
    }
  }
}
