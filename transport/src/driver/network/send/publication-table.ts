import type { SenderPublication } from "./sender-publication.js";

/** The publications of an endpoint, found by session and stream without garbage. */
export class PublicationTable {
  readonly #bySession = new Map<number, SenderPublication[]>();
  /** The one that was asked for last: mostly the one that comes next. */
  #last: SenderPublication | undefined;

  add(publication: SenderPublication): void {
    const { sessionId } = publication;
    const same = this.#bySession.get(sessionId);
    if (same === undefined) this.#bySession.set(sessionId, [publication]);
    else same.push(publication);
  }

  remove(publication: SenderPublication): void {
    const { sessionId } = publication;
    const left = (this.#bySession.get(sessionId) ?? []).filter((each) => each !== publication);
    if (left.length === 0) this.#bySession.delete(sessionId);
    else this.#bySession.set(sessionId, left);
    if (this.#last === publication) this.#last = undefined;
  }

  /** Hot. */
  find(sessionId: number, streamId: number): SenderPublication | undefined {
    const last = this.#last;
    if (last !== undefined && last.sessionId === sessionId && last.streamId === streamId) {
      return last;
    }
    const candidates = this.#bySession.get(sessionId);
    if (candidates === undefined) return undefined;
    for (const each of candidates) {
      if (each.streamId === streamId) {
        this.#last = each;
        return each;
      }
    }
    return undefined;
  }
}
