import {
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  type IdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from "@alerion/runtime/concurrent";
import type { Os } from "../os/os.js";
import { CONTROL_STOPPING } from "./driver-control.js";
import type { IdleMode } from "./driver-config.js";
import type { UdpNetwork } from "./network/udp-network.js";

const NS_PER_MS = 1_000_000;
const SLEEP_NS = 1_000_000;
/**
 * Longest park. Aeron's is 1 ms; each wake-up costs about 25 µs of a core here, so that 1 ms is 2.7 % and 2 ms
 * half of it, while a command that finds the driver parked still waits 1 ms on average.
 */
const PARK_MAX_NS = 2_000_000;
/**
 * Longest park of a thread that publishers do not wait for: the conductor's beside a sender's, and a receiver's. The
 * datagrams and events that they wait for wake them; commands of clients, which do not, wait 2.5 ms on average.
 */
export const PARK_MAX_UNHURRIED_NS = 5_000_000;
/** Shortest park. Aeron begins with 1 µs; the kernel's timer slack makes 50 µs of it, again and again. */
const PARK_MIN_NS = 50_000;

/**
 * What a thread of the driver asks to run at a time. A driver that wakes beside clients that spin on all CPUs waits
 * until one has had its slice, up to 4 ms with 250 ticks a second; with a short slice of its own it is let in at once:
 * 1.0 became 1.7 million messages of 1 KiB a second between two spinning processes on two CPUs.
 */
const SLICE_NS = 100_000;

/** Lets the calling thread, one of the driver's, in soon after it wakes. */
export function askForShortSlices(os: Os | undefined): void {
  os?.setSliceNs(SLICE_NS);
}

/** What a thread waits with. */
export interface ThreadWaits {
  readonly control: Int32Array;
  /** The native door; without it there is nothing to yield with but a wait that is over at once. */
  readonly os: Os | undefined;
  /** Sockets whose datagrams wake the thread; without them only a change of the control word does. */
  readonly udp: UdpNetwork | undefined;
  /** Longest park, ns, if it is not that of a thread that publishers wait for. */
  readonly parkMaxNs?: number;
}

/** How a thread of the driver waits when it has nothing to do. */
export function threadIdleStrategy(
  mode: IdleMode,
  { control, os, udp, parkMaxNs = PARK_MAX_NS }: ThreadWaits,
): IdleStrategy {
  const sleep = (durationNs: number): void => {
    if (udp?.park(durationNs) === true) return;
    Atomics.wait(control, CONTROL_STOPPING, 0, durationNs / NS_PER_MS);
  };
  const yieldThread = (): void => {
    if (os === undefined) Atomics.wait(control, CONTROL_STOPPING, 0, 0);
    else os.yield();
  };
  switch (mode) {
    case "spin":
      return new BusySpinIdleStrategy();
    case "yield":
      return new YieldingIdleStrategy(yieldThread);
    case "sleep":
      return new SleepingIdleStrategy(sleep, SLEEP_NS);
    case "backoff":
      return new BackoffIdleStrategy(yieldThread, sleep, {
        parkMinNs: PARK_MIN_NS,
        parkMaxNs,
      });
  }
}
