import type { Agent } from "@alerion/runtime/concurrent";
import { AlerionError } from "@alerion/runtime";
import type { NetworkLink } from "../driver-control.js";
import type { NetworkMediaContext } from "../network-media.js";
import { AgentPort } from "./agent-port.js";
import type { NameResolver } from "./media/name-resolver.js";
import { channelContext } from "./media/udp-channel.js";
import type { HostedNetwork, NetworkHost, NetworkHostContext } from "./network-agent-context.js";
import { NetworkConductor } from "./network-conductor.js";
import { ReceiveConductor } from "./receive/receive-conductor.js";
import type { ReceiverCommands, ReceiverEvents } from "./receive/receiver-commands.js";
import { SendConductor } from "./send/send-conductor.js";
import type { SenderCommands, SenderEvents } from "./send/sender-commands.js";
import type { UdpNetwork } from "./udp-network.js";

/** An error of an agent in another thread, as it can be posted. */
export interface PostedError {
  /** Code of an error that is the driver's own. */
  readonly code: string | undefined;
  readonly text: string;
}

/** What a thread of the network says beside the events of its agents. */
export interface ThreadEvents {
  onError(error: PostedError): void;
}

/** The conductor's part of a network whose sender and receiver work in other threads. */
export class ThreadedNetwork implements NetworkHost {
  readonly #udp: UdpNetwork;
  readonly #resolver: NameResolver;
  readonly #links: readonly NetworkLink[];

  constructor(udp: UdpNetwork, resolver: NameResolver, links: readonly NetworkLink[]) {
    this.#udp = udp;
    this.#resolver = resolver;
    this.#links = links;
  }

  create(shared: NetworkHostContext): HostedNetwork {
    const udp = this.#udp;
    const resolver = this.#resolver;
    const ports = this.#links.map(({ roles, end }) => ({ roles, port: new AgentPort(end) }));
    const portOf = (role: "receiver" | "sender"): AgentPort => {
      const found = ports.find(({ roles }) => roles.includes(role));
      if (found === undefined) throw new TypeError(`a thread must have the role: role=${role}`);
      return found.port;
    };
    const targets: { sender?: SenderEvents; receiver?: ReceiverEvents; thread: ThreadEvents } = {
      thread: { onError: (error) => shared.onError(restoreError(error)) },
    };
    const media = (context: NetworkMediaContext): NetworkConductor =>
      new NetworkConductor(
        { ...context, udp, resolver, channels: channelContext(resolver, udp) },
        {
          createSendSide: (own, images) => {
            const commands = portOf("sender").proxy<SenderCommands>("sender");
            const side = new SendConductor(own, commands, images);
            targets.sender = side;
            return side;
          },
          createReceiveSide: (own, spies) => {
            const commands = portOf("receiver").proxy<ReceiverCommands>("receiver");
            const side = new ReceiveConductor(own, spies, commands);
            targets.receiver = side.events;
            return side;
          },
        },
      );
    return {
      media,
      agents: [
        new EventAgent(
          ports.map(({ port }) => port),
          targets,
        ),
      ],
    };
  }
}

/** Takes in what the other threads say, in the conductor's thread. */
class EventAgent implements Agent {
  readonly roleName: string = "network-events";
  readonly #ports: readonly AgentPort[];
  readonly #targets: Readonly<Record<string, object>>;

  constructor(ports: readonly AgentPort[], targets: Readonly<Record<string, object>>) {
    this.#ports = ports;
    this.#targets = targets;
  }

  doWork(): number {
    let workCount = 0;
    for (let i = 0; i < this.#ports.length; i++) {
      workCount += (this.#ports[i] as AgentPort).receive(this.#targets);
    }
    return workCount;
  }

  onClose(): void {
    for (const port of this.#ports) port.close();
  }
}

/** What is posted of an error. */
export function postError(error: unknown): PostedError {
  if (error instanceof AlerionError) return { code: error.code, text: error.message };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: undefined, text };
}

function restoreError({ code, text }: PostedError): Error {
  if (code !== undefined) return new AlerionError(code, text);
  const error = new Error(text.split("\n")[0] ?? text);
  error.stack = text;
  return error;
}
