import type { SocketAddress } from "../../../os/os.js";
import type { TransportHandle } from "../udp-network.js";

/*
 * What the conductor and the receiver tell each other. Every method takes one plain object that can be posted
 * to another thread; nobody relies on whether it is carried out at once or in the next duty cycle.
 */

/** One socket of an endpoint: the only one, or a destination of a multi-destination subscription. */
export interface DestinationSpec {
  /** Unique within the driver. */
  readonly destinationId: number;
  readonly transport: TransportHandle;
  /** Multicast: where feedback goes. */
  readonly multicastControl: SocketAddress | undefined;
  /** `control=`: where a sender is that does not know of this receiver yet. */
  readonly explicitControl: SocketAddress | undefined;
  readonly multicastTtl: number;
}

/** An endpoint that receives. */
export interface EndpointSpec {
  readonly endpointId: number;
  /** Tells this receiver from all others, for its life. */
  readonly receiverId: bigint;
  readonly groupTag: bigint | undefined;
  /** Whether destinations come and go; else `destination` is the only one. */
  readonly isMultiDestination: boolean;
  readonly destination: DestinationSpec | undefined;
  /** Images of one stream at most. */
  readonly streamSessionLimit: number;
  /** Where the time of receipt goes in a message; `undefined` nowhere. */
  readonly receiveTimestampOffset: number | "reserved" | undefined;
}

/** A stream that an endpoint's subscriptions want. */
export interface InterestSpec {
  readonly endpointId: number;
  readonly streamId: number;
  /** The one session that is wanted; `undefined` for all. */
  readonly sessionId: number | undefined;
}

/** A session of an endpoint. */
export interface SessionSpec {
  readonly endpointId: number;
  readonly streamId: number;
  readonly sessionId: number;
}

/** An image, as the receiver needs to know it. */
export interface ImageSpec extends SessionSpec {
  readonly imageId: bigint;
  readonly logPath: string;
  readonly termLength: number;
  readonly initialTermId: number;
  /** Where the image begins. */
  readonly joinPosition: number;
  readonly initialWindowLength: number;
  readonly windowLengthMax: number;
  readonly isReliable: boolean;
  readonly measuresRtt: boolean;
  readonly hwmCounterId: number;
  readonly rebuildCounterId: number;
  readonly naksSentCounterId: number;
  /** What conductor and receiver share about it, see `ImageBlock`. */
  readonly block: SharedArrayBuffer;
  /**
   * Its word, at `changeOffset`, in two `ChangeWords`: the conductor raises the one when it wants something sent, the
   * receiver the other when something came in or its phase changed.
   */
  readonly toReceiver: SharedArrayBuffer;
  readonly toConductor: SharedArrayBuffer;
  readonly changeOffset: number;
  /** Destination that the SETUP came through, and where its sender takes feedback. */
  readonly destinationId: number;
  readonly control: SocketAddress;
}

/** What the conductor tells the receiver. */
export interface ReceiverCommands {
  addEndpoint(spec: EndpointSpec): void;
  /** Closes its sockets and forgets it; answered by `endpointClosed`. */
  closeEndpoint(command: { readonly endpointId: number }): void;
  addDestination(command: {
    readonly endpointId: number;
    readonly destination: DestinationSpec;
  }): void;
  /** Closes its socket; answered by `destinationClosed`. */
  removeDestination(command: { readonly endpointId: number; readonly destinationId: number }): void;
  /** A destination's explicit control address has moved. */
  updateControlAddress(command: {
    readonly endpointId: number;
    readonly destinationId: number;
    readonly control: SocketAddress;
  }): void;
  addInterest(spec: InterestSpec): void;
  /** Images that nobody wants any more begin to drain. */
  removeInterest(spec: InterestSpec): void;
  /** Asks the explicit control address for the SETUP of a session: again on each response setup. */
  requestSetup(spec: SessionSpec): void;
  addImage(spec: ImageSpec): void;
  /** There is no image for a SETUP: its session may ask again. */
  refuseImage(spec: SessionSpec): void;
  /** Clients know that the image is gone: its session may come back. */
  endCoolDown(spec: SessionSpec): void;
  /** No subscriber is left: the image begins to drain. */
  abandonImage(command: { readonly imageId: bigint }): void;
  /** Takes nothing more in; the sender is told why, until the image's time is over. */
  rejectImage(command: { readonly imageId: bigint; readonly reason: string }): void;
  /** Session of the response that the sender is told of; `undefined` ends that. */
  setResponseSession(command: {
    readonly imageId: bigint;
    readonly sessionId: number | undefined;
  }): void;
  /** The image's clients are gone: the receiver lets go of it, which `ImageBlock` shows. */
  releaseImage(command: { readonly imageId: bigint }): void;
}

/** A SETUP of a session that is wanted and has no image. All numbers have been checked. */
export interface SetupSpec extends SessionSpec {
  readonly destinationId: number;
  readonly initialTermId: number;
  readonly activeTermId: number;
  readonly termOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly flags: number;
  readonly source: SocketAddress;
  readonly control: SocketAddress;
}

/** What the receiver tells the conductor. */
export interface ReceiverEvents {
  /** Wants an image: answered by `addImage` or `refuseImage`. */
  createImage(setup: SetupSpec): void;
  endpointClosed(event: { readonly endpointId: number }): void;
  destinationClosed(event: { readonly endpointId: number; readonly destinationId: number }): void;
  /** Nothing was heard of an explicit control address for a while: its name may have moved. */
  reResolveControl(event: { readonly endpointId: number; readonly destinationId: number }): void;
}
