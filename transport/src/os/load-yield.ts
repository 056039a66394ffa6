import { loadOs } from "./load-os.js";

/**
 * A function that lets another thread have the CPU (`sched_yield`): what a loop that polls calls when nothing came,
 * where more threads are busy than there are CPUs. Nothing else in Node does that: `Atomics.wait` with a timeout of 0
 * asks nobody, and any other sleeps for 50 µs at least. Goes into `YieldingIdleStrategy` and `BackoffIdleStrategy`.
 *
 * @throws {NativeUnavailableError} if the native door is missing
 */
export async function loadYield(): Promise<() => void> {
  const os = await loadOs();
  return () => {
    os.yield();
  };
}
