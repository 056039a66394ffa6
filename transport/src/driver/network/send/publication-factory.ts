import {
  type AtomicCounter,
  computePosition,
  LogType,
  positionBitsToShift,
} from "@alerion/runtime/concurrent";
import { CounterTypeId } from "../../../protocol/counters/counter-type-id.js";
import type { PublicationParams, StartPosition } from "../../publication-params.js";
import type { NetworkRequest } from "../../network-media.js";
import { bufferLengths } from "../media/transport-requests.js";
import type { NetworkConductorContext } from "../network-conductor-context.js";
import { ChangeWords } from "../stream-visits.js";
import { type FlowControlParams, flowControlParams } from "./flow-control-params.js";
import {
  NetworkPublication,
  type NetworkPublicationCounters,
  type NetworkPublicationOwner,
} from "./network-publication.js";
import { NetworkPublicationState } from "./network-publication-descriptor.js";
import type { ResponseRole } from "./publication-matching.js";
import type { SendEndpoint } from "./send-endpoints.js";
import type { SenderCommands } from "./sender-commands.js";

/** A publication that is to be made. */
export interface NetworkPublicationRequest {
  readonly request: NetworkRequest;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly sessionId: number;
  readonly endpoint: SendEndpoint;
  readonly role: ResponseRole;
}

/** Makes network publications: their log, their counters, both their halves. */
export class PublicationFactory {
  readonly #context: NetworkConductorContext;
  readonly #sender: SenderCommands;
  /** The sender raises them. */
  readonly changes = new ChangeWords();
  #count: number = 0;

  constructor(context: NetworkConductorContext, sender: SenderCommands) {
    this.#context = context;
    this.#sender = sender;
  }

  /**
   * @throws {ControlError} INVALID_CHANNEL if its flow control cannot be
   * @throws {StorageSpaceError | SharedFileError} if there is no room for its log
   */
  create(order: NetworkPublicationRequest, owner: NetworkPublicationOwner): NetworkPublication {
    const { logs, config, random, nowNs } = this.#context;
    const { request, isExclusive, params, sessionId, endpoint } = order;
    const { streamId, channel, correlationId } = request;
    const isGroup = endpoint.channel.hasGroupSemantics;
    // The publication's own channel decides, not the one that opened the endpoint.
    const flowControl = flowControlParams(params.flowControl, isGroup, config);
    const buffers = bufferLengths(endpoint.channel, config);
    const start = params.start ?? randomStart(random.int32());
    const log = logs.createPublicationLog({
      registrationId: correlationId,
      sessionId,
      streamId,
      start,
      type: isExclusive ? LogType.EXCLUSIVE_PUBLICATION : LogType.CONCURRENT_PUBLICATION,
      params,
      network: {
        isGroup,
        socketSendBufferLength: buffers.sendBufferLength ?? 0,
        socketReceiveBufferLength: buffers.receiveBufferLength ?? 0,
      },
    });
    const allocated: AtomicCounter[] = [];
    try {
      const counters = this.#allocateCounters(order, start, flowControl, allocated);
      const state = new NetworkPublicationState();
      const publication = new NetworkPublication(
        {
          registrationId: correlationId,
          sessionId,
          streamId,
          channel,
          isExclusive,
          params,
          start,
          endpoint,
          isGroup,
          unblockTimeoutNs: config.publicationUnblockTimeoutNs,
          changeOffset: ChangeWords.offsetOf(this.#count++),
        },
        log,
        counters,
        state,
        owner,
        nowNs(),
      );
      this.#addToSender(publication, order, flowControl);
      return publication;
    } catch (error) {
      for (const counter of allocated) this.#context.streamCounters.free(counter);
      logs.free(log);
      throw error;
    }
  }

  /** Gives back what the publication held. */
  free(publication: NetworkPublication): void {
    const { streamCounters, logs } = this.#context;
    const { counters, log } = publication;
    streamCounters.free(counters.publisherPosition);
    streamCounters.free(counters.publisherLimit);
    streamCounters.free(counters.senderPosition);
    streamCounters.free(counters.senderLimit);
    streamCounters.free(counters.backPressureEvents);
    streamCounters.free(counters.naksReceived);
    if (counters.receivers !== undefined) streamCounters.free(counters.receivers);
    logs.free(log);
  }

  #allocateCounters(
    order: NetworkPublicationRequest,
    start: StartPosition,
    flowControl: FlowControlParams,
    allocated: AtomicCounter[],
  ): NetworkPublicationCounters {
    const { request, isExclusive, params, sessionId } = order;
    const { client, correlationId, streamId, channel } = request;
    const key = { registrationId: correlationId, sessionId, streamId, channel };
    const position = startPosition(start, params.termLength);
    const allocate = (typeId: CounterTypeId, name: string, value: number): AtomicCounter => {
      const options = { clientId: client.clientId, value };
      const counter = this.#context.streamCounters.allocate(typeId, name, key, options);
      allocated.push(counter);
      return counter;
    };
    const kind = isExclusive ? "exclusive" : "concurrent";
    return {
      publisherPosition: allocate(CounterTypeId.PUBLISHER_POSITION, `pub-pos (${kind})`, position),
      publisherLimit: allocate(CounterTypeId.PUBLISHER_LIMIT, "pub-lmt", position),
      senderPosition: allocate(CounterTypeId.SENDER_POSITION, "snd-pos", position),
      senderLimit: allocate(CounterTypeId.SENDER_LIMIT, "snd-lmt", position),
      backPressureEvents: allocate(CounterTypeId.SENDER_BACK_PRESSURE_EVENTS, "snd-bpe", 0),
      naksReceived: allocate(CounterTypeId.SENDER_NAKS_RECEIVED, "snd-naks-received", 0),
      receivers:
        flowControl.kind === "max"
          ? undefined
          : allocate(CounterTypeId.FLOW_CONTROL_RECEIVERS, "fc-receivers", 0),
    };
  }

  #addToSender(
    publication: NetworkPublication,
    order: NetworkPublicationRequest,
    flowControl: FlowControlParams,
  ): void {
    const { config } = this.#context;
    const { params, start, endpoint, isGroup } = publication.facts;
    const { channel } = endpoint;
    const { counters } = publication;
    const ttl = channel.multicastTtl === 0 ? config.socketMulticastTtl : channel.multicastTtl;
    const window = Math.min(config.initialWindowLength, params.termLength / 2);
    const { role } = order;
    this.#sender.addPublication({
      publicationId: publication.registrationId,
      endpointId: endpoint.endpointId,
      sessionId: publication.sessionId,
      streamId: publication.streamId,
      path: publication.log.path,
      termLength: params.termLength,
      mtuLength: params.mtuLength,
      initialTermId: start.initialTermId,
      position: startPosition(start, params.termLength),
      state: publication.state.memory,
      changes: this.changes.memory,
      changeOffset: publication.facts.changeOffset,
      flowControl,
      retransmitLengthMax: window * flowControl.retransmitWindowMultiple,
      maxResend: params.maxResend,
      isGroup,
      ttl: channel.isMulticast ? ttl : 0,
      signalsEndOfStream: params.signalEos,
      spiesSimulateConnection: params.spiesSimulateConnection,
      ...(role.kind === "request" ? { responseSubscriptionId: role.subscriptionId } : {}),
      ...(role.kind === "response" ? { responseImageId: role.imageId } : {}),
      counterIds: {
        position: counters.senderPosition.id,
        limit: counters.senderLimit.id,
        backPressureEvents: counters.backPressureEvents.id,
        naksReceived: counters.naksReceived.id,
        receivers: counters.receivers?.id ?? -1,
      },
    });
  }
}

function randomStart(initialTermId: number): StartPosition {
  return { initialTermId, termId: initialTermId, termOffset: 0 };
}

function startPosition(start: StartPosition, termLength: number): number {
  const bits = positionBitsToShift(termLength);
  return computePosition(start.termId, start.termOffset, bits, start.initialTermId);
}
