import { ErrorCode } from "../protocol/error-code.js";
import { ControlError } from "./control-error.js";
import type { PublicationParams } from "./publication-params.js";

const NO_TAG = -1n;

/** What a publication has that another one can take over by its tag. */
interface Tagged {
  readonly sessionId: number;
  readonly channel: string;
  readonly params: PublicationParams;
}

/**
 * The publications of a driver that have an entity tag (`tags=channelTag,entityTag`), IPC and network alike.
 *
 * A tag names one publication: not even a client that would share it may say the tag again.
 * Source: Java driver 1.51, seen from a client.
 */
export class EntityTags {
  readonly #publications = new Map<bigint, Tagged>();

  /**
   * What a new publication asks for: its tag must be free, and `session-id=tag:N` takes session, MTU and term length
   * over from the publication tagged N.
   *
   * @throws {ControlError} INVALID_CHANNEL if the tag is in use, or nothing has the tag that is named
   */
  resolve(params: PublicationParams, channel: string): PublicationParams {
    const existing = this.#publications.get(params.entityTag);
    if (existing !== undefined) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `entity tag must not be in use: tag=${params.entityTag} existingChannel=${existing.channel} channel=${channel}`,
      );
    }
    const { sessionId } = params;
    if (typeof sessionId !== "object") return params;
    const tagged = this.#publications.get(sessionId.tag);
    if (tagged === undefined) {
      throw new ControlError(
        ErrorCode.INVALID_CHANNEL,
        `session id must name the tag of a publication: session-id=tag:${sessionId.tag}`,
      );
    }
    const { mtuLength, termLength, windowLength } = tagged.params;
    return { ...params, sessionId: tagged.sessionId, mtuLength, termLength, windowLength };
  }

  /** Takes a new publication in, if it has a tag. */
  add(publication: Tagged): void {
    const { entityTag } = publication.params;
    if (entityTag !== NO_TAG) this.#publications.set(entityTag, publication);
  }

  /** A publication is gone: its tag is free. */
  remove({ params }: { readonly params: PublicationParams }): void {
    if (params.entityTag !== NO_TAG) this.#publications.delete(params.entityTag);
  }
}
