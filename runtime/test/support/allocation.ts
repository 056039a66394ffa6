/** Measures what a hot path allocates. */
import { getHeapStatistics } from "node:v8";

const BATCH_COUNT = 101;

/**
 * Bytes that one call of `operation` allocates once it is optimised, rounded; 0 when it allocates nothing.
 *
 * The median growth of the heap over batches of calls, less that over empty batches: collections,
 * compilations and what the test runner does beside us fall out.
 *
 * @param batchLength  calls of a batch; few enough that most batches see no collection
 */
export function bytesPerCall(operation: () => void, batchLength = 2000): number {
  for (let call = 0; call < 20 * batchLength; call++) operation();
  const empty = medianGrowth(() => undefined, 0);
  const grown = medianGrowth(operation, batchLength);
  return Math.max(0, Math.round((grown - empty) / batchLength));
}

function medianGrowth(operation: () => void, batchLength: number): number {
  const growths: number[] = [];
  for (let batch = 0; batch < BATCH_COUNT; batch++) {
    const before = getHeapStatistics().used_heap_size;
    for (let call = 0; call < batchLength; call++) operation();
    growths.push(getHeapStatistics().used_heap_size - before);
  }
  growths.sort((a, b) => a - b);
  return growths[BATCH_COUNT >> 1] ?? Number.NaN;
}
