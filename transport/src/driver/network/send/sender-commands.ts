import type { SocketAddress } from "../../../os/os.js";
import type { TransportHandle } from "../udp-network.js";
import type { FlowControlParams } from "./flow-control-params.js";

/**
 * What the conductor has the sender do, and what the sender reports. Every argument is one plain object that can
 * be posted to another thread.
 */
export interface SenderCommands {
  addEndpoint(command: AddSendEndpoint): void;
  removeEndpoint(command: { readonly endpointId: number }): void;
  addPublication(command: AddSenderPublication): void;
  removePublication(command: { readonly publicationId: bigint }): void;
  /** Of an endpoint with manual destinations. */
  addDestination(command: SendDestination): void;
  removeDestination(command: { readonly endpointId: number; readonly destinationId: bigint }): void;
  /** A name has another address. */
  changeAddress(command: ChangedAddress): void;
}

/** How an endpoint knows where its data goes. */
export type SendEndpointKind = "dynamic" | "manual" | "multicast" | "response" | "unicast";

/** A channel that publications send to. */
export interface AddSendEndpoint {
  readonly endpointId: number;
  readonly kind: SendEndpointKind;
  readonly data: TransportHandle;
  /** Multicast: where control frames come in. */
  readonly control?: TransportHandle;
  /** Counter of destinations (mdc-num-dest); none: -1. */
  readonly destinationCounterId: number;
  /** An int32 that the sender sets to 1 once the sockets are closed. */
  readonly closed: SharedArrayBuffer;
  /** Where in a frame the sender's time goes: `"reserved"`, or bytes behind the header. */
  readonly timestampOffset?: number | "reserved";
}

/** A publication, ready to send. */
export interface AddSenderPublication {
  readonly publicationId: bigint;
  readonly endpointId: number;
  readonly sessionId: number;
  readonly streamId: number;
  /** Its log buffer. */
  readonly path: string;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly initialTermId: number;
  /** Position it begins at, bytes. */
  readonly position: number;
  /** `NetworkPublicationState.memory`. */
  readonly state: SharedArrayBuffer;
  /** `ChangeWords.memory`, and this publication's word: raised when its state or its position changes. */
  readonly changes: SharedArrayBuffer;
  readonly changeOffset: number;
  readonly flowControl: FlowControlParams;
  /** Longest retransmit, bytes. */
  readonly retransmitLengthMax: number;
  readonly maxResend: number;
  /** More than one receiver may be there. */
  readonly isGroup: boolean;
  /** TTL that setups tell; 0 but for multicast. */
  readonly ttl: number;
  readonly signalsEndOfStream: boolean;
  readonly spiesSimulateConnection: boolean;
  /** Its setups ask for a response: subscription that waits for it. */
  readonly responseSubscriptionId?: bigint;
  /** It is a response to this image: the image is told when somebody has received it. */
  readonly responseImageId?: bigint;
  readonly counterIds: SenderCounterIds;
}

/** Counters that the sender writes. */
interface SenderCounterIds {
  readonly position: number;
  readonly limit: number;
  readonly backPressureEvents: number;
  readonly naksReceived: number;
  /** Receivers that flow control follows; none: -1. */
  readonly receivers: number;
}

/** A destination that was added by hand. */
export interface SendDestination {
  readonly endpointId: number;
  readonly destinationId: bigint;
  readonly address: SocketAddress;
}

/** An endpoint, or one of its destinations, moved. */
export interface ChangedAddress {
  readonly endpointId: number;
  /** Absent: the endpoint's own. */
  readonly destinationId?: bigint;
  readonly address: SocketAddress;
}

/** What the sender tells the conductor. */
export interface SenderEvents {
  /** RSP_SETUP: the response to a request publication has this session. */
  onResponseSetup(event: {
    readonly responseSubscriptionId: bigint;
    readonly responseSessionId: number;
  }): void;
  /** A response publication has its receiver. */
  onResponseConnected(event: { readonly responseImageId: bigint }): void;
  /** A receiver refuses a publication. */
  onPublicationError(event: PublicationErrorReport): void;
  /** Nothing was heard from there for long: its name may have another address. */
  onSilence(event: { readonly endpointId: number; readonly destinationId?: bigint }): void;
}

/** An error frame from a receiver that was alive. */
export interface PublicationErrorReport {
  readonly publicationId: bigint;
  readonly destinationId?: bigint;
  readonly receiverId: bigint;
  readonly groupTag?: bigint;
  readonly address: Uint8Array;
  readonly port: number;
  readonly errorCode: number;
  readonly message: string;
}
