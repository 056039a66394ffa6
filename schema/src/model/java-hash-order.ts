/**
 * The order in which Java's `HashMap<Long, …>` yields its entries: the official tool keeps messages
 * in such maps, so this is the order of its tokens and of `.sbeir` files.
 *
 * Source: Java SE 17, java.util.HashMap, checked against a JDK (test/vectors/java-hash-order.json):
 *
 * - the hash of a Long is the exclusive or of its halves, folded by 16 bits once more;
 * - 16 buckets, doubled when more than three quarters are used; a bucket keeps its entries in the
 *   order of insertion, also when it is split;
 * - a ninth entry in one bucket doubles the table below 64 buckets, and makes the bucket a
 *   red-black tree from there on. A tree keeps a list too, and that is what is iterated: a new entry
 *   goes behind its parent in the tree, and the root of the tree is moved to the front.
 *
 * Template ids such as 0x0100, 0x0200, … do end up in one bucket.
 */
import { JavaHashBucket } from "./java-hash-bucket.js";

const INITIAL_BUCKET_COUNT = 16;
const LOAD_FACTOR = 0.75;
/** Entries of a bucket from which on the next one makes it a tree. */
const TREEIFY_THRESHOLD = 8;
const TREEIFY_BUCKET_COUNT_MIN = 64;

/** The items in the order of a map into which they are put one after the other. Keys are int32 and differ. */
export function javaHashOrder<T>(items: readonly T[], keyOf: (item: T) => number): T[] {
  const map = new JavaHashMap<T>();
  for (const item of items) map.put(keyOf(item), item);
  return map.values();
}

class JavaHashMap<T> {
  #buckets: (JavaHashBucket<T> | undefined)[] = Array.from({ length: INITIAL_BUCKET_COUNT });
  #size = 0;

  put(key: number, value: T): void {
    const hash = spread(key);
    const index = hash & (this.#buckets.length - 1);
    const bucket = this.#buckets[index] ?? new JavaHashBucket<T>();
    this.#buckets[index] = bucket;
    const isFull = !bucket.isTree && bucket.length >= TREEIFY_THRESHOLD;
    bucket.add({ key, hash, value });
    if (isFull) {
      if (this.#buckets.length < TREEIFY_BUCKET_COUNT_MIN) this.#resize();
      else bucket.treeify();
    }
    if (++this.#size > this.#buckets.length * LOAD_FACTOR) this.#resize();
  }

  values(): T[] {
    return this.#buckets.flatMap((bucket) => bucket?.entries() ?? []).map(({ value }) => value);
  }

  #resize(): void {
    const bucketCount = this.#buckets.length;
    const buckets: (JavaHashBucket<T> | undefined)[] = Array.from({ length: 2 * bucketCount });
    for (const [index, bucket] of this.#buckets.entries()) {
      if (bucket === undefined) continue;
      const [low, high] = bucket.split(bucketCount);
      buckets[index] = low;
      buckets[index + bucketCount] = high;
    }
    this.#buckets = buckets;
  }
}

/** An int key as a Long: the upper half is the sign. */
function spread(key: number): number {
  const hash = key ^ (key < 0 ? -1 : 0);
  return hash ^ (hash >>> 16);
}
