import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Clock } from "@alerion/runtime/concurrent";
import { UdpAddress } from "../udp-address.js";
import {
  type NameResolver,
  parseHostAndPort,
  parseIpAddress,
  ResolutionPending,
  resolveLiteral,
  unknownHost,
} from "./name-resolver.js";

const NS_PER_S = 1_000_000_000;
/** How long an answer is used: a command may need several names, and tries again until it has them all. */
const ANSWER_AGE_MAX_NS = 5 * NS_PER_S;
/** Names that are remembered; the oldest goes. */
const NAMES_MAX = 1024;

/** A question to the system's resolver, and its answer: the addresses, none if there is no such host. */
export interface Lookups {
  ask(host: string): void;
  /** The next answer that has come, if any. */
  take(): { readonly host: string; readonly addresses: readonly string[] } | undefined;
  close(): void;
}

/** Is told how long look-ups took. */
export type LookupObserver = (durationNs: number) => void;

/** What is known about a name. */
interface Answer {
  readonly askedNs: number;
  answeredNs: number | undefined;
  address: Uint8Array | undefined;
  /** An answer is used once for a re-resolution: the next one asks anew. */
  isFresh: boolean;
}

/**
 * Names by the system's resolver, asked in a thread of its own so that the conductor never waits.
 *
 * Literals and `localhost` ask nobody. IPv4 addresses come first, as in Aeron.
 */
export class DnsResolver implements NameResolver {
  readonly #clock: Clock;
  readonly #lookups: Lookups;
  readonly #onLookup: LookupObserver;
  readonly #answers = new Map<string, Answer>();
  #pendingCount: number = 0;

  constructor(clock: Clock, lookups: Lookups, onLookup: LookupObserver = () => {}) {
    this.#clock = clock;
    this.#lookups = lookups;
    this.#onLookup = onLookup;
  }

  resolve(hostAndPort: string, parameter: string, isReResolution: boolean): UdpAddress {
    const { host, port } = parseHostAndPort(hostAndPort, parameter);
    const literal = resolveLiteral(host);
    if (literal !== undefined) return UdpAddress.of({ address: literal, port });
    const answer = this.#answers.get(host);
    if (answer === undefined) return this.#ask(host);
    const { answeredNs, askedNs } = answer;
    if (answeredNs === undefined) throw new ResolutionPending(host);
    const ageNs = this.#clock.monoNs() - answeredNs;
    // Slow answers live longer: else two slow names would never be there together.
    const isOld = ageNs > Math.max(ANSWER_AGE_MAX_NS, 2 * (answeredNs - askedNs));
    if (isOld || (isReResolution && !answer.isFresh)) return this.#ask(host);
    answer.isFresh = false;
    if (answer.address === undefined) {
      // Whoever tries again shall not be refused by this answer.
      this.#answers.delete(host);
      throw unknownHost(hostAndPort, parameter);
    }
    return UdpAddress.of({ address: answer.address, port });
  }

  doWork(): number {
    if (this.#pendingCount === 0) return 0;
    const nowNs = this.#clock.monoNs();
    let count = 0;
    for (let found = this.#lookups.take(); found !== undefined; found = this.#lookups.take()) {
      count++;
      this.#pendingCount--;
      const answer = this.#answers.get(found.host);
      if (answer === undefined) continue;
      answer.answeredNs = nowNs;
      answer.address = firstAddress(found.addresses);
      this.#onLookup(nowNs - answer.askedNs);
    }
    return count;
  }

  close(): void {
    this.#answers.clear();
    this.#lookups.close();
  }

  #ask(host: string): never {
    if (this.#answers.size >= NAMES_MAX) {
      for (const [oldest] of this.#answers) {
        this.#answers.delete(oldest);
        break;
      }
    }
    this.#answers.delete(host);
    this.#answers.set(host, {
      askedNs: this.#clock.monoNs(),
      answeredNs: undefined,
      address: undefined,
      isFresh: true,
    });
    this.#pendingCount++;
    this.#lookups.ask(host);
    throw new ResolutionPending(host);
  }
}

function firstAddress(addresses: readonly string[]): Uint8Array | undefined {
  const parsed = addresses.map(parseIpAddress).filter((bytes) => bytes !== undefined);
  return parsed.find((bytes) => bytes.length === 4) ?? parsed[0];
}

/**
 * The thread that asks: a few lines as text, so that a bundled program has it too. It answers each host that is
 * posted to its port with the host's addresses.
 */
const LOOKUP_THREAD = `
const { workerData } = require("node:worker_threads");
const { lookup } = require("node:dns");
workerData.on("message", (host) => {
  lookup(host, { all: true }, (error, found) => {
    const addresses = error ? [] : found.map(({ address }) => address);
    workerData.postMessage({ host, addresses });
  });
});
`;

/** Asks the system's resolver in a thread that starts with the first question. */
export class ThreadLookups implements Lookups {
  #thread: Worker | undefined;
  readonly #channel = new MessageChannel();

  ask(host: string): void {
    const { port1, port2 } = this.#channel;
    if (this.#thread === undefined) {
      this.#thread = new Worker(LOOKUP_THREAD, {
        eval: true,
        workerData: port2,
        transferList: [port2],
        name: "alerion-names",
      });
      this.#thread.unref();
    }
    port1.postMessage(host);
  }

  take(): { readonly host: string; readonly addresses: readonly string[] } | undefined {
    return receiveMessageOnPort(this.#channel.port1)?.message as ReturnType<Lookups["take"]>;
  }

  close(): void {
    this.#channel.port1.close();
    void this.#thread?.terminate();
    this.#thread = undefined;
  }
}
