import type { Agent } from "@alerion/runtime/concurrent";
import type { NetworkMediaContext } from "../network-media.js";
import type { NameResolver } from "./media/name-resolver.js";
import { channelContext } from "./media/udp-channel.js";
import type {
  HostedNetwork,
  NetworkAgentContext,
  NetworkHost,
  NetworkHostContext,
} from "./network-agent-context.js";
import { NetworkConductor, type ReceiveSide, type Spies } from "./network-conductor.js";
import type { NetworkConductorContext } from "./network-conductor-context.js";
import { ReceiveConductor } from "./receive/receive-conductor.js";
import type { ReceiverEvents, SetupSpec } from "./receive/receiver-commands.js";
import { Receiver } from "./receive/receiver.js";
import { SendConductor } from "./send/send-conductor.js";
import { Sender } from "./send/sender.js";
import type { PublicationErrorReport, SenderEvents } from "./send/sender-commands.js";
import type { UdpNetwork } from "./udp-network.js";

/** Makes the receiver and the conductor's half of receiving. */
export interface ReceiveParts {
  readonly agent: Agent | undefined;
  createSide(context: NetworkConductorContext, spies: Spies): ReceiveSide;
}

/** Sender, receiver and conductor in one thread: what one tells another is a call. */
export class OneThreadNetwork implements NetworkHost {
  readonly #udp: UdpNetwork;
  readonly #resolver: NameResolver;
  readonly #createReceive: (context: NetworkAgentContext) => ReceiveParts;

  constructor(
    udp: UdpNetwork,
    resolver: NameResolver,
    createReceive: (context: NetworkAgentContext) => ReceiveParts = receiverInThread,
  ) {
    this.#udp = udp;
    this.#resolver = resolver;
    this.#createReceive = createReceive;
  }

  create(shared: NetworkHostContext): HostedNetwork {
    const udp = this.#udp;
    const resolver = this.#resolver;
    const context: NetworkAgentContext = { ...shared, udp };
    const events = new SenderEventRelay();
    const sender = new Sender(context, events);
    const receive = this.#createReceive(context);
    return {
      agents: receive.agent === undefined ? [sender] : [sender, receive.agent],
      media: (media: NetworkMediaContext) =>
        new NetworkConductor(
          { ...media, udp, resolver, channels: channelContext(resolver, udp) },
          {
            createSendSide: (own, images) => {
              const side = new SendConductor(own, sender, images);
              events.target = side;
              return side;
            },
            createReceiveSide: (own, spies) => receive.createSide(own, spies),
          },
        ),
    };
  }
}

/** The receiver itself; tests of the sender have another. */
export function receiverInThread(context: NetworkAgentContext): ReceiveParts & { agent: Receiver } {
  const events = new ReceiverEventRelay();
  const agent = new Receiver(context, events);
  return {
    agent,
    createSide: (own, spies) => {
      const side = new ReceiveConductor(own, spies, agent);
      events.target = side.events;
      return side;
    },
  };
}

/** The receiver, too, is there before the one it reports to. */
class ReceiverEventRelay implements ReceiverEvents {
  target: ReceiverEvents | undefined;

  createImage(setup: SetupSpec): void {
    this.target?.createImage(setup);
  }

  endpointClosed(event: { readonly endpointId: number }): void {
    this.target?.endpointClosed(event);
  }

  destinationClosed(event: Parameters<ReceiverEvents["destinationClosed"]>[0]): void {
    this.target?.destinationClosed(event);
  }

  reResolveControl(event: Parameters<ReceiverEvents["reResolveControl"]>[0]): void {
    this.target?.reResolveControl(event);
  }
}

/** The sender is there before the one it reports to. */
class SenderEventRelay implements SenderEvents {
  target: SenderEvents | undefined;

  onResponseSetup(event: Parameters<SenderEvents["onResponseSetup"]>[0]): void {
    this.target?.onResponseSetup(event);
  }

  onResponseConnected(event: { readonly responseImageId: bigint }): void {
    this.target?.onResponseConnected(event);
  }

  onPublicationError(event: PublicationErrorReport): void {
    this.target?.onPublicationError(event);
  }

  onSilence(event: { readonly endpointId: number; readonly destinationId?: bigint }): void {
    this.target?.onSilence(event);
  }
}
