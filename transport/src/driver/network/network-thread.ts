import {
  type Agent,
  AgentInvoker,
  AtomicCounter,
  type Clock,
  CountersReader,
} from "@alerion/runtime/concurrent";
import type { SharedFiles } from "../../os/shared-files.js";
import {
  CNC_FILE_NAME,
  CNC_META_DATA_LENGTH,
  readCncLayout,
} from "../../protocol/cnc-file-descriptor.js";
import { CycleClock } from "../cycle-clock.js";
import type { DriverConfig } from "../driver-config.js";
import type { NetworkLink } from "../driver-control.js";
import { AgentPort } from "./agent-port.js";
import type { NetworkAgentContext } from "./network-agent-context.js";
import type { ReceiverEvents } from "./receive/receiver-commands.js";
import { Receiver } from "./receive/receiver.js";
import type { SenderEvents } from "./send/sender-commands.js";
import { Sender } from "./send/sender.js";
import { postError, type ThreadEvents } from "./threaded-network.js";
import type { UdpNetwork } from "./udp-network.js";

/** What a thread of the network is made of. */
export interface NetworkThreadContext {
  readonly config: DriverConfig;
  readonly clock: Clock;
  readonly files: SharedFiles;
  /** This thread's own. */
  readonly udp: UdpNetwork;
  readonly link: NetworkLink;
  /** Called when something was posted to the conductor: it may be parked. */
  readonly wakeConductor: () => void;
}

/**
 * The sender, the receiver, or both, in a thread that is not the conductor's: own mappings of the driver's files,
 * commands and events through a port.
 *
 * To be made when the driver's files are there. It has no loop: the thread calls `doWork`.
 */
export class NetworkThread {
  readonly #port: AgentPort;
  readonly #invokers: readonly AgentInvoker[];
  readonly #targets: Readonly<Record<string, object>>;
  readonly #unmap: () => void;
  readonly #clock: CycleClock;

  constructor({ config, clock, files, udp, link, wakeConductor }: NetworkThreadContext) {
    this.#clock = new CycleClock(clock);
    this.#port = new AgentPort(link.end, wakeConductor);
    const thread = this.#port.proxy<ThreadEvents>("thread");
    const onError = (error: unknown): void => thread.onError(postError(error));

    const path = `${config.dir}/${CNC_FILE_NAME}`;
    const file = files.open(path);
    this.#unmap = () => file.close();
    const layout = readCncLayout(file.map(0, CNC_META_DATA_LENGTH).view, file.length);
    const map = ({ offset, length }: { offset: number; length: number }) =>
      file.map(offset, length);
    const counters = new CountersReader(map(layout.countersMetadata), map(layout.countersValues));
    const context: NetworkAgentContext = {
      config,
      clock: this.#clock,
      timestampClock: clock,
      files,
      counters,
      // The driver's own counters come first: their ids are those of the descriptors.
      systemCounters: { get: (id) => new AtomicCounter(counters, id) },
      udp,
      onError,
    };
    const agents: Record<string, Agent> = {};
    if (link.roles.includes("sender")) {
      agents["sender"] = new Sender(context, this.#port.proxy<SenderEvents>("sender"));
    }
    if (link.roles.includes("receiver")) {
      agents["receiver"] = new Receiver(context, this.#port.proxy<ReceiverEvents>("receiver"));
    }
    this.#targets = agents;
    this.#invokers = Object.values(agents).map((agent) => new AgentInvoker(agent, onError));
    for (const invoker of this.#invokers) invoker.start();
  }

  /** One duty cycle. Returns work done. */
  doWork(): number {
    this.#clock.update();
    let workCount = this.#port.receive(this.#targets);
    const invokers = this.#invokers;
    for (let i = 0; i < invokers.length; i++) workCount += (invokers[i] as AgentInvoker).invoke();
    return workCount;
  }

  close(): void {
    for (const invoker of this.#invokers) invoker.close();
    this.#port.close();
    this.#unmap();
  }
}
