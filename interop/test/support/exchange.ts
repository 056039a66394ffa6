import type { Programs } from "./program.js";
import { type At, HERE, type Language, type PeerSettings, startPeer } from "./stream-peers.js";

/** Publishers and consumers of one stream. */
export interface StreamCase {
  readonly publishers: readonly Language[];
  readonly consumers: readonly Language[];
  /** Messages of each publisher. */
  readonly count: number;
  readonly publication: PeerSettings;
  /** One for all consumers, or one for each. */
  readonly subscriptions: readonly PeerSettings[];
  /** Every so many messages one takes fragments, every fourth of those as many as it can have. */
  readonly longEvery: number;
  /** Bytes of the longest message: an eighth of the publication's term. */
  readonly lengthMax: number;
}

/** A driver's directory, and where programs that use it run. */
export interface DriverPlace {
  readonly dir: string;
  readonly at?: At;
}

/** How an exchange went. */
export interface ExchangeResult {
  /** "complete" if every consumer has checked every message, else what was said instead. */
  readonly verdict: string;
  readonly published: number;
  readonly checked: number;
}

/** Sends messages from publishers at one driver to consumers at another, or the same, and checks every one of them. */
export async function exchange(
  programs: Programs,
  from: DriverPlace,
  to: DriverPlace,
  stream: StreamCase,
): Promise<ExchangeResult> {
  const { publishers, consumers, subscriptions, count, longEvery } = stream;
  const common = { count, longEvery };
  const reading = consumers.map((language, index) =>
    startPeer(
      programs,
      language,
      to.dir,
      "consume",
      {
        ...common,
        publishers: publishers.length,
        lengthMax: stream.lengthMax,
        ...subscriptions[Math.min(index, subscriptions.length - 1)],
      },
      to.at ?? HERE,
    ),
  );
  await Promise.all(reading.map((each) => each.line(/^ready$/)));
  const writing = publishers.map((language, id) =>
    startPeer(
      programs,
      language,
      from.dir,
      "publish",
      { ...common, id, mode: "mixed", ...stream.publication },
      from.at ?? HERE,
    ),
  );
  await Promise.all(writing.map((each) => each.line(/^connected$/)));
  // Who joined late would miss what was sent before.
  await Promise.all(reading.map((each) => each.line(/^image$/)));
  for (const each of writing) each.tell("go");
  const total = publishers.length * count;
  const outputs = await Promise.all([...reading, ...writing].map((each) => each.output()));
  const wrong = outputs.filter(
    (output, index) =>
      !output.includes(index < reading.length ? `received=${total}` : `published=${count}`),
  );
  return {
    verdict: wrong.length === 0 ? "complete" : wrong.join("\n"),
    published: total,
    checked: total * consumers.length,
  };
}
