import {
  computeMaxMessageLength,
  computeMaxPosition,
  computePosition,
  positionBitsToShift,
  TERM_LENGTH_MIN,
} from "@alerion/runtime/concurrent";
import type { ChannelParams } from "../protocol/channel-params.js";
import { ErrorCode } from "../protocol/error-code.js";
import { ControlError } from "./control-error.js";
import type { DriverConfig } from "./driver-config.js";
import { checkStreamId, defaultLingerNs } from "./subscription-params.js";

/** Where a publication begins, if the channel says. */
export interface StartPosition {
  readonly initialTermId: number;
  readonly termId: number;
  readonly termOffset: number;
}

/** Settings of a publication: from its channel, else from the driver. Lengths in bytes, times in ns. */
export interface PublicationParams {
  readonly termLength: number;
  readonly mtuLength: number;
  readonly windowLength: number;
  /** A number, a tag whose publication's session is meant, or none. */
  readonly sessionId: ChannelParams["sessionId"];
  readonly start: StartPosition | undefined;
  readonly lingerTimeoutNs: number;
  readonly isSparse: boolean;
  readonly signalEos: boolean;
  readonly spiesSimulateConnection: boolean;
  readonly entityTag: bigint;
  readonly channelTag: bigint | undefined;
  readonly isResponse: boolean;
  readonly responseCorrelationId: bigint;
  readonly maxResend: number;
  /** As the channel says it; undefined where it leaves it to the driver. */
  readonly flowControl: string | undefined;
  readonly untetheredWindowLimitTimeoutNs: number;
  readonly untetheredLingerTimeoutNs: number;
  readonly untetheredRestingTimeoutNs: number;
  /** What the channel says itself: joining a shared publication, only that must match. */
  readonly explicit: { readonly mtu: boolean; readonly termLength: boolean };
}

const NULL_VALUE = -1n;
const PROTOTYPE_CORRELATION_ID = -2n;

/** What applies where the channel says nothing. */
interface PublicationDefaults {
  readonly termLength: number;
  readonly mtuLength: number;
  readonly windowLength: number;
}

/**
 * Completes and checks the settings of an IPC publication.
 *
 * @throws {ControlError} INVALID_CHANNEL if they contradict each other or the command
 */
export function ipcPublicationParams(
  params: ChannelParams,
  streamId: number,
  config: DriverConfig,
): PublicationParams {
  return publicationParams(params, streamId, config, {
    termLength: config.ipcTermBufferLength,
    mtuLength: config.ipcMtuLength,
    windowLength: config.ipcPublicationTermWindowLength,
  });
}

/**
 * Completes and checks the settings of a network publication. One that only holds its endpoint open
 * (`response-correlation-id=prototype`) gets the shortest log.
 *
 * @throws {ControlError} INVALID_CHANNEL if they contradict each other or the command
 */
export function networkPublicationParams(
  params: ChannelParams,
  streamId: number,
  config: DriverConfig,
): PublicationParams {
  const isPrototype = params.responseCorrelationId === "prototype";
  return publicationParams(params, streamId, config, {
    termLength: isPrototype ? TERM_LENGTH_MIN : config.termBufferLength,
    mtuLength: config.mtuLength,
    windowLength: config.publicationTermWindowLength,
  });
}

function publicationParams(
  params: ChannelParams,
  streamId: number,
  config: DriverConfig,
  defaults: PublicationDefaults,
): PublicationParams {
  checkStreamId(params, streamId);
  const termLength = params.termLength ?? defaults.termLength;
  const mtuLength = params.mtu ?? defaults.mtuLength;
  const start = startPosition(params, termLength);
  check(
    mtuLength <= computeMaxMessageLength(termLength),
    `mtu must not exceed the longest message: mtu=${mtuLength} term-length=${termLength}`,
  );
  const windowLength = publicationWindow(params, termLength, mtuLength, defaults.windowLength);
  const { responseCorrelationId } = params;
  const windowLimitTimeoutNs =
    params.untetheredWindowLimitTimeoutNs ?? config.untetheredWindowLimitTimeoutNs;
  return {
    termLength,
    mtuLength,
    windowLength,
    sessionId: params.sessionId,
    start,
    lingerTimeoutNs: params.lingerNs ?? config.publicationLingerTimeoutNs,
    isSparse: params.sparse ?? config.termBufferSparseFile,
    signalEos: params.eos ?? true,
    spiesSimulateConnection: params.spiesSimulateConnection ?? config.spiesSimulateConnection,
    entityTag: params.tags?.entityTag ?? NULL_VALUE,
    channelTag: params.tags?.channelTag,
    isResponse: params.controlMode === "response",
    responseCorrelationId:
      responseCorrelationId === "prototype"
        ? PROTOTYPE_CORRELATION_ID
        : (responseCorrelationId ?? NULL_VALUE),
    maxResend: params.maxResend ?? config.maxResend,
    flowControl: params.flowControl,
    untetheredWindowLimitTimeoutNs: windowLimitTimeoutNs,
    untetheredLingerTimeoutNs:
      params.untetheredLingerTimeoutNs ?? defaultLingerNs(config, windowLimitTimeoutNs),
    untetheredRestingTimeoutNs:
      params.untetheredRestingTimeoutNs ?? config.untetheredRestingTimeoutNs,
    explicit: { mtu: params.mtu !== undefined, termLength: params.termLength !== undefined },
  };
}

function startPosition(params: ChannelParams, termLength: number): StartPosition | undefined {
  const { initialTermId, termId, termOffset } = params;
  // The parser has seen to it that they come together.
  if (initialTermId === undefined || termId === undefined || termOffset === undefined) {
    return undefined;
  }
  check(
    termOffset <= termLength,
    `term offset must not exceed the term length: term-offset=${termOffset} term-length=${termLength}`,
  );
  const position = computePosition(
    termId,
    termOffset,
    positionBitsToShift(termLength),
    initialTermId,
  );
  check(
    position < computeMaxPosition(termLength) && Number.isSafeInteger(position),
    `start position must leave room for a message: position=${position} term-length=${termLength}`,
  );
  if (termOffset < termLength) return { initialTermId, termId, termOffset };
  // The end of a term is the start of the next.
  return { initialTermId, termId: (termId + 1) | 0, termOffset: 0 };
}

function publicationWindow(
  params: ChannelParams,
  termLength: number,
  mtuLength: number,
  configured: number,
): number {
  const half = termLength / 2;
  const { publicationWindow: requested } = params;
  if (requested !== undefined) {
    check(
      requested >= mtuLength && requested <= half,
      `publication window must hold a frame and fit half a term: pub-wnd=${requested} mtu=${mtuLength} term-length=${termLength}`,
    );
    return requested;
  }
  return configured === 0 ? half : Math.min(configured, half);
}

function check(isTrue: boolean, text: string): void {
  if (!isTrue) throw new ControlError(ErrorCode.INVALID_CHANNEL, text);
}
