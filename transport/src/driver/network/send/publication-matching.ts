import { ErrorCode } from "../../../protocol/error-code.js";
import { ControlError } from "../../control-error.js";
import type { PublicationParams } from "../../publication-params.js";
import type { NetworkPublication } from "./network-publication.js";

const NULL_VALUE = -1n;
const PROTOTYPE_CORRELATION_ID = -2n;

/**
 * A client that joins a shared publication may only ask for what it is.
 *
 * @throws {ControlError} GENERIC_ERROR naming the first difference
 * Source: driver-protocol §20
 */
export function confirmMatch(
  publication: NetworkPublication,
  params: PublicationParams,
  channel: string,
): void {
  const { params: existing, start } = publication.facts;
  const { explicit, start: wanted } = params;
  const initialTermId = publication.log.buffers.metadata.initialTermId();
  const pairs: readonly [what: string, isAsked: boolean, is: unknown, wanted: unknown][] = [
    ["mtu", explicit.mtu, existing.mtuLength, params.mtuLength],
    ["term-length", explicit.termLength, existing.termLength, params.termLength],
    [
      "session-id",
      params.sessionId !== undefined,
      publication.sessionId,
      typeof params.sessionId === "object" ? publication.sessionId : params.sessionId,
    ],
    ["ssc", true, existing.spiesSimulateConnection, params.spiesSimulateConnection],
    ["init-term-id", wanted !== undefined, initialTermId, wanted?.initialTermId],
    ["term-id", wanted !== undefined, start.termId, wanted?.termId],
    ["term-offset", wanted !== undefined, start.termOffset, wanted?.termOffset],
  ];
  for (const [what, isAsked, is, asked] of pairs) {
    if (!isAsked || is === asked) continue;
    throw new ControlError(
      ErrorCode.GENERIC_ERROR,
      `existing publication must match: ${what}=${String(is)} requested=${String(asked)} existingChannel=${publication.facts.channel} channel=${channel}`,
    );
  }
}

/** What a publication's response correlation id stands for. */
export type ResponseRole =
  | { readonly kind: "none" }
  /** It answers this image. */
  | { readonly kind: "response"; readonly imageId: bigint }
  /** Its receivers shall answer, to this subscription. */
  | { readonly kind: "request"; readonly subscriptionId: bigint };

/** @throws {ControlError} INVALID_CHANNEL if a response publication does not say what it answers */
export function responseRole(params: PublicationParams, channel: string): ResponseRole {
  const { isResponse, responseCorrelationId: id } = params;
  if (id === PROTOTYPE_CORRELATION_ID) return { kind: "none" };
  if (id === NULL_VALUE) {
    if (!isResponse) return { kind: "none" };
    throw new ControlError(
      ErrorCode.INVALID_CHANNEL,
      `response publication must have a response-correlation-id: channel=${channel}`,
    );
  }
  return isResponse ? { kind: "response", imageId: id } : { kind: "request", subscriptionId: id };
}
