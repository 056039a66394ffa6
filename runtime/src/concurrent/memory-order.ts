/**
 * How a store is published and a load is ordered on this CPU, decided once.
 *
 * `Atomics.*` is a builtin call (6..12 ns) with a full fence on every store; a typed-array access is one
 * aligned `mov`. On x86-64 plain loads are acquire and plain stores are release (TSO) and V8 neither merges,
 * hoists nor reorders typed-array accesses, so plain accesses publish there: 16 ns instead of 30 ns per
 * offered message, measured on Node 20 and 26. The litmus test in this package guards that practice. Every
 * other CPU goes through `Atomics`.
 */

const host = globalThis as { process?: { arch?: string } };

/** True where plain aligned accesses are ordered as release stores and acquire loads: x86-64 only. */
export const PLAIN_ACCESS_IS_ORDERED: boolean = host.process?.arch === "x64";

// Pages that are not cross-origin isolated have no shared memory, and nobody to order anything for.
const fenceWord = new Int32Array(
  typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(4) : new SharedArrayBuffer(4),
);

/**
 * Orders all earlier loads and stores before all later ones, except a store before a later load on x86-64
 * (use a volatile store there).
 *
 * Free on x86-64. Elsewhere an atomic read-modify-write, which is a full barrier on ARM64 with LSE atomics;
 * JavaScript offers no fence.
 */
export function fence(): void {
  if (!PLAIN_ACCESS_IS_ORDERED) Atomics.add(fenceWord, 0, 0);
}

/**
 * `Atomics.store` and `Atomics.load` of one word for CPUs other than x86-64. Functions of their own, because the
 * optimiser limits a hot method by the size of all that it inlines, also of what never runs.
 */
export function storeOrdered(words: Int32Array, index: number, value: number): void {
  Atomics.store(words, index, value);
}

/** See `storeOrdered`. */
export function loadOrdered(words: Int32Array, index: number): number {
  return Atomics.load(words, index);
}
