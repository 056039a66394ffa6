import type { Agent, AtomicCounter } from "@alerion/runtime/concurrent";
import { SystemCounter } from "../../../protocol/counters/system-counter.js";
import { DutyCycleTracker } from "../../duty-cycle-tracker.js";
import type { NetworkAgentContext } from "../network-agent-context.js";
import { StreamVisits } from "../stream-visits.js";
import type { TransportPoller } from "../udp-network.js";
import { SenderCycle } from "./sender-cycle.js";
import { SendChannelEndpoint } from "./send-channel-endpoint.js";
import type {
  AddSendEndpoint,
  AddSenderPublication,
  ChangedAddress,
  SendDestination,
  SenderCommands,
  SenderEvents,
} from "./sender-commands.js";
import { SenderPublication } from "./sender-publication.js";

/**
 * The agent that sends: lets every publication put on the wire what it may, and takes in what receivers say.
 *
 * Source: driver-protocol §11; Aeron Sender.
 */
export class Sender implements Agent, SenderCommands {
  readonly roleName: string = "sender";
  /** The sockets that status messages and NAKs come in through: whoever parks this agent waits on them. */
  readonly poller: TransportPoller;
  readonly #context: NetworkAgentContext;
  readonly #events: SenderEvents;
  readonly #endpoints = new Map<number, SendChannelEndpoint>();
  readonly #endpointOf = new Map<SenderPublication, SendChannelEndpoint>();
  readonly #publications: SenderPublication[] = [];
  readonly #visits = new StreamVisits();
  /** The term that each publication sends from, as words. */
  #terms: Int32Array[] = [];
  readonly #bytesSent: AtomicCounter;
  readonly #dutyCycle: DutyCycleTracker;
  readonly #pollRatio: number;
  readonly #statusPollIntervalNs: number;
  readonly #idlePollIntervalNs: number;
  readonly #time = new SenderCycle();
  #first: number = 0;
  #cyclesSincePoll: number = 0;
  // Doubles from the start: see AtomicBuffer on representation changes.
  #pollDeadlineNs: number = 0.5;
  #idlePollDeadlineNs: number = 0.5;
  #silenceDeadlineNs: number = 0.5;

  constructor(context: NetworkAgentContext, events: SenderEvents) {
    const { config, systemCounters, udp, clock } = context;
    this.#context = context;
    this.#events = events;
    this.poller = udp.createPoller();
    this.#idlePollIntervalNs = this.poller.idleIntervalNs ?? 0;
    this.#bytesSent = systemCounters.get(SystemCounter.BYTES_SENT);
    this.#dutyCycle = new DutyCycleTracker(
      systemCounters.get(SystemCounter.SENDER_MAX_CYCLE_TIME),
      systemCounters.get(SystemCounter.SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED),
      config.senderCycleThresholdNs,
      this.#time,
    );
    this.#pollRatio = config.sendToStatusPollRatio;
    this.#statusPollIntervalNs = config.statusMessageTimeoutNs / 2;
    this.#time.nowNs = clock.monoNs();
    this.#silenceDeadlineNs = this.#time.nowNs + config.reResolutionCheckIntervalNs;
  }

  /** One duty cycle. Allocates nothing. */
  doWork(): number {
    const nowNs = this.#context.clock.monoNs();
    this.#time.nowNs = nowNs;
    this.#dutyCycle.measure();
    this.#time.isBlocked = false;
    const bytesSent = this.#send();
    let bytesReceived = 0;
    if (this.#time.isBlocked || this.#isPollDue(bytesSent)) {
      bytesReceived = this.poller.poll();
      this.#cyclesSincePoll = 0;
      this.#pollDeadlineNs = nowNs + this.#statusPollIntervalNs;
      this.#idlePollDeadlineNs = nowNs + this.#idlePollIntervalNs;
    }
    if (nowNs >= this.#silenceDeadlineNs) {
      this.#silenceDeadlineNs = nowNs + this.#context.config.reResolutionCheckIntervalNs;
      for (const endpoint of this.#endpoints.values()) endpoint.checkSilence(nowNs);
    }
    return bytesSent + bytesReceived;
  }

  /** Whether to hear what receivers say: while data goes out now and then, else as often as a look pays. */
  #isPollDue(bytesSent: number): boolean {
    const { nowNs } = this.#time;
    if (bytesSent === 0) return nowNs >= this.#idlePollDeadlineNs;
    return ++this.#cyclesSincePoll >= this.#pollRatio || nowNs >= this.#pollDeadlineNs;
  }

  onClose(): void {
    for (const publication of this.#publications) publication.close();
    this.#publications.length = 0;
    this.#endpointOf.clear();
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    this.#endpoints.clear();
    this.poller.close();
  }

  // -- commands ---------------------------------------------------------------------------------------------

  addEndpoint(command: AddSendEndpoint): void {
    const endpoint = new SendChannelEndpoint(
      command,
      this.#context,
      this.#events,
      this.poller,
      this.#time,
    );
    this.#endpoints.set(command.endpointId, endpoint);
  }

  removeEndpoint({ endpointId }: { readonly endpointId: number }): void {
    this.#endpoints.get(endpointId)?.close();
    this.#endpoints.delete(endpointId);
  }

  addPublication(command: AddSenderPublication): void {
    const endpoint = this.#endpoints.get(command.endpointId);
    if (endpoint === undefined) return;
    const publication = new SenderPublication(
      command,
      endpoint,
      this.#context,
      this.#events,
      this.#time,
      this.#visits,
    );
    endpoint.add(publication);
    this.#endpointOf.set(publication, endpoint);
    this.#publications.push(publication);
    this.#visits.setStale();
  }

  removePublication({ publicationId }: { readonly publicationId: bigint }): void {
    const index = this.#publications.findIndex((each) => each.publicationId === publicationId);
    const publication = this.#publications[index];
    if (publication === undefined) return;
    this.#publications.splice(index, 1);
    this.#visits.setStale();
    this.#endpointOf.get(publication)?.remove(publication);
    this.#endpointOf.delete(publication);
    publication.close();
  }

  addDestination(command: SendDestination): void {
    this.#endpoints.get(command.endpointId)?.addDestination(command);
  }

  removeDestination(command: {
    readonly endpointId: number;
    readonly destinationId: bigint;
  }): void {
    this.#endpoints.get(command.endpointId)?.removeDestination(command.destinationId);
  }

  changeAddress(command: ChangedAddress): void {
    const { endpointId, destinationId, address } = command;
    this.#endpoints.get(endpointId)?.changeAddress(destinationId, address);
  }

  /** Every publication that has a frame to send or is due, once, beginning with another one each time. */
  #send(): number {
    const publications = this.#publications;
    const count = publications.length;
    if (count === 0) return 0;
    if (this.#visits.update(publications)) {
      this.#terms = publications.map((each) => each.termWords);
    }
    const terms = this.#terms;
    const { deadlines, offsets } = this.#visits;
    const { nowNs } = this.#time;
    let index = this.#first + 1;
    if (index >= count) index = 0;
    this.#first = index;
    let bytesSent = 0;
    for (let i = 0; i < count; i++) {
      const frameLength = (terms[index] as Int32Array)[offsets[index] as number] as number;
      if (frameLength > 0 || nowNs >= (deadlines[index] as number)) {
        const publication = publications[index] as SenderPublication;
        bytesSent += publication.send();
        terms[index] = publication.termWords;
        offsets[index] = publication.frameWord;
        deadlines[index] = publication.nextVisitNs;
      }
      if (++index === count) index = 0;
    }
    if (bytesSent > 0) this.#bytesSent.addFew(bytesSent);
    return bytesSent;
  }
}
