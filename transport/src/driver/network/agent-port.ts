import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { UdpAddress } from "./udp-address.js";

/** One call from one thread to another: a method and its one argument, plain data. */
interface Call {
  readonly method: string;
  readonly argument: unknown;
}

/** A port and how many messages have gone through it, each way: reading a word is cheap, asking the port is not. */
export interface AgentPortEnd {
  readonly port: MessagePort;
  /** Words: messages of one side, messages of the other. */
  readonly counts: Int32Array;
  /** Which of the words is this side's. */
  readonly own: 0 | 1;
}

/** Any object whose methods take one plain object. */
type Target = object;

/**
 * One end of the connection between two agents in different threads. What one end posts, the other carries out in
 * its duty cycle, in order.
 */
export class AgentPort {
  readonly #end: AgentPortEnd;
  readonly #onPosted: () => void;
  #servedCount: number = 0;

  /** @param onPosted wakes the other end, if it may be parked */
  constructor(end: AgentPortEnd, onPosted: () => void = () => {}) {
    this.#end = end;
    this.#onPosted = onPosted;
    end.port.unref();
  }

  /** An object whose every method posts its call to the other end. */
  proxy<T extends Target>(prefix: string): T {
    const post = (call: Call): void => {
      const { port, counts, own } = this.#end;
      port.postMessage(call);
      Atomics.add(counts, own, 1);
      this.#onPosted();
    };
    return new Proxy(Object.create(null) as T, {
      get: (_target, name) => (argument: unknown) => {
        post({ method: `${prefix}.${String(name)}`, argument: toPlain(argument) });
      },
    });
  }

  /** Hot. Carries out what the other end has posted. Returns how many calls. */
  receive(targets: Readonly<Record<string, Target>>): number {
    const { port, counts, own } = this.#end;
    const postedCount = Atomics.load(counts, 1 - own);
    if (postedCount === this.#servedCount) return 0;
    let callCount = 0;
    while (this.#servedCount !== postedCount) {
      const received = receiveMessageOnPort(port);
      // Counted before it has arrived: the next duty cycle finds it.
      if (received === undefined) break;
      this.#servedCount = (this.#servedCount + 1) | 0;
      callCount++;
      carryOut(targets, received.message as Call);
    }
    return callCount;
  }

  close(): void {
    this.#end.port.close();
  }
}

function carryOut(targets: Readonly<Record<string, Target>>, { method, argument }: Call): void {
  const [prefix = "", name = ""] = method.split(".");
  const target = targets[prefix] as Record<string, (argument: unknown) => void> | undefined;
  // The other end is the driver's own code: a method that is not there is a mistake in it.
  if (target === undefined) throw new TypeError(`target must exist: method=${method}`);
  target[name]?.(argument);
}

/** Addresses lose their class between threads: what is left of them is address and port. */
function toPlain(value: unknown): unknown {
  if (value instanceof UdpAddress) return { address: value.address, port: value.port };
  if (value === null || typeof value !== "object") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toPlain(each)]));
}
