import type { Image } from "./image.js";
import type { Publication } from "./publication.js";

/** A receiver has rejected a publication's stream. */
export interface PublicationErrorFrame {
  readonly publication: Publication;
  /** Of the destination through which the receiver is reached; -1 for none. */
  readonly destinationRegistrationId: bigint;
  readonly receiverId: bigint;
  /** -1 for none. */
  readonly groupTag: bigint;
  /** 4 or 16 bytes in network order. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly errorCode: number;
  /** The receiver's words. */
  readonly text: string;
}

/** Is told of a counter: the registration id it was added with, and its id. */
export type CounterHandler = (registrationId: bigint, counterId: number) => void;

/** What a client is told to be. Every setting has a default. */
export interface ClientOptions {
  /** A name for people, in the label of the heartbeat counter; ASCII, at most 100 characters. */
  readonly clientName?: string;
  /** How old the driver's last sign of life may be, and how long an answer may take, in ms; 10 000. */
  readonly driverTimeoutMs?: number;
  /** How often the client shows that it lives, in ms; 500. */
  readonly keepaliveIntervalMs?: number;
  /** How long logs stay mapped after their image or publication is gone, in ms; 3000. */
  readonly resourceLingerMs?: number;
  /** Touches every page of a log when it is mapped, so that no later access has to wait for one; false. */
  readonly preTouch?: boolean;
  /** Gets what goes wrong apart from any call: handlers that throw, events that cannot be. */
  readonly onError?: (error: unknown) => void;
  /** Gets what handlers throw in polls of subscriptions without an error handler of their own. */
  readonly onSubscriberError?: (error: unknown) => void;
  /** Is told of every new image, before the handler of its subscription. */
  readonly onAvailableImage?: (image: Image) => void;
  /** Is told of every image that went. */
  readonly onUnavailableImage?: (image: Image) => void;
  /** Is told of every counter that a client adds, this one or another. */
  readonly onAvailableCounter?: CounterHandler;
  /** Is told of every counter of a client that went. */
  readonly onUnavailableCounter?: CounterHandler;
  /** Is told when a subscriber has rejected one of this client's streams. */
  readonly onPublicationError?: (frame: PublicationErrorFrame) => void;
  /** Is told once that the client is closed, with the reason unless its user closed it. */
  readonly onClose?: (error: Error | undefined) => void;
}

/** The defaults, where they are the same for every host. Times in ms. */
export const CLIENT_DEFAULTS = {
  driverTimeoutMs: 10_000,
  keepaliveIntervalMs: 500,
  resourceLingerMs: 3000,
} as const;

/** Bytes of the longest channel. Source: driver-protocol §20. */
export const CHANNEL_LENGTH_MAX = 4095;

/** Characters of the longest client name. */
export const CLIENT_NAME_LENGTH_MAX = 100;
