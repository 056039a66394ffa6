/**
 * The order in which Java's `HashMap<Long, …>` yields its entries: the official tool keeps messages
 * in one, so this is the order of its tokens and of `.sbeir` files.
 *
 * Source: Java SE, java.util.HashMap: hash of a Long is the exclusive or of its halves, folded by
 * 16 bits once more; 16 buckets, doubled when more than three quarters are used; a bucket keeps its
 * entries in the order of insertion, also when it is split.
 */
export function javaHashOrder<T>(items: readonly T[], keyOf: (item: T) => number): T[] {
  let bucketCount = 16;
  while (items.length > bucketCount * 0.75) bucketCount *= 2;
  const buckets = new Map<number, T[]>();
  for (const item of items) {
    const bucket = spread(keyOf(item)) & (bucketCount - 1);
    const found = buckets.get(bucket);
    if (found === undefined) buckets.set(bucket, [item]);
    else found.push(item);
  }
  return [...buckets.keys()].sort((a, b) => a - b).flatMap((bucket) => buckets.get(bucket) ?? []);
}

/** An int key as a Long: the upper half is the sign. */
function spread(key: number): number {
  const hash = key ^ (key < 0 ? -1 : 0);
  return hash ^ (hash >>> 16);
}
