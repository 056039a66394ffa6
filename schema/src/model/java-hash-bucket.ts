/**
 * One bucket of java-hash-order.ts: a list that may have become a red-black tree.
 * Source: Java SE 17, java.util.HashMap.TreeNode; the balancing is that of Cormen et al.
 */

/** What is put into the map. */
export interface HashEntry<T> {
  readonly key: number;
  readonly hash: number;
  readonly value: T;
}

/** A tree that is split into parts of at most this many entries becomes a list again. */
const UNTREEIFY_THRESHOLD = 6;

interface TreeNode<T> {
  readonly entry: HashEntry<T>;
  parent: TreeNode<T> | undefined;
  left: TreeNode<T> | undefined;
  right: TreeNode<T> | undefined;
  red: boolean;
}

/** Entries of one bucket, in the order in which the map yields them. */
export class JavaHashBucket<T> {
  #entries: HashEntry<T>[] = [];
  #root: TreeNode<T> | undefined = undefined;

  get length(): number {
    return this.#entries.length;
  }

  get isTree(): boolean {
    return this.#root !== undefined;
  }

  entries(): readonly HashEntry<T>[] {
    return this.#entries;
  }

  add(entry: HashEntry<T>): void {
    if (this.#root === undefined) {
      this.#entries.push(entry);
      return;
    }
    const parent = this.#insert(entry);
    const behind = parent === undefined ? 0 : this.#entries.indexOf(parent.entry) + 1;
    this.#entries.splice(behind, 0, entry);
    this.#moveRootToFront();
  }

  /** Makes the list a tree. */
  treeify(): void {
    this.#root = undefined;
    for (const entry of this.#entries) this.#insert(entry);
    this.#moveRootToFront();
  }

  /** Parts without and with the bit, for a table of twice the size; an empty part is undefined. */
  split(bit: number): readonly [JavaHashBucket<T> | undefined, JavaHashBucket<T> | undefined] {
    const low = this.#entries.filter(({ hash }) => (hash & bit) === 0);
    const high = this.#entries.filter(({ hash }) => (hash & bit) !== 0);
    return [this.#part(low), this.#part(high)];
  }

  #part(entries: HashEntry<T>[]): JavaHashBucket<T> | undefined {
    if (entries.length === 0) return undefined;
    // The whole bucket on one side keeps its tree as it is.
    if (
      entries.length === this.#entries.length &&
      (this.#root === undefined || entries.length > UNTREEIFY_THRESHOLD)
    )
      return this;
    const part = new JavaHashBucket<T>();
    part.#entries = entries;
    if (this.#root !== undefined && entries.length > UNTREEIFY_THRESHOLD) part.treeify();
    return part;
  }

  #moveRootToFront(): void {
    const root = this.#root?.entry;
    if (root === undefined || this.#entries[0] === root) return;
    this.#entries.splice(this.#entries.indexOf(root), 1);
    this.#entries.unshift(root);
  }

  /** Puts an entry into the tree, and yields the parent that it got before balancing. */
  #insert(entry: HashEntry<T>): TreeNode<T> | undefined {
    const node: TreeNode<T> = {
      entry,
      parent: undefined,
      left: undefined,
      right: undefined,
      red: true,
    };
    let parent: TreeNode<T> | undefined;
    let next = this.#root;
    while (next !== undefined) {
      parent = next;
      next = isLess(entry, parent.entry) ? parent.left : parent.right;
    }
    node.parent = parent;
    if (parent === undefined) this.#root = node;
    else if (isLess(entry, parent.entry)) parent.left = node;
    else parent.right = node;
    this.#balance(node);
    return parent;
  }

  #balance(inserted: TreeNode<T>): void {
    let node = inserted;
    for (;;) {
      const { parent } = node;
      if (parent === undefined) {
        node.red = false;
        return;
      }
      const grandparent = parent.parent;
      if (!parent.red || grandparent === undefined) return;
      const isLeft = parent === grandparent.left;
      const uncle = isLeft ? grandparent.right : grandparent.left;
      if (uncle?.red === true) {
        uncle.red = false;
        parent.red = false;
        grandparent.red = true;
        node = grandparent;
        continue;
      }
      let upper = parent;
      if (node === (isLeft ? parent.right : parent.left)) {
        this.#rotate(parent, isLeft);
        upper = node;
      }
      upper.red = false;
      grandparent.red = true;
      this.#rotate(grandparent, !isLeft);
      return;
    }
  }

  /** Moves a node down to the left or right; its child of the other side takes its place. */
  #rotate(node: TreeNode<T>, toLeft: boolean): void {
    const child = toLeft ? node.right : node.left;
    if (child === undefined) return;
    const inner = toLeft ? child.left : child.right;
    const { parent } = node;
    if (toLeft) {
      node.right = inner;
      child.left = node;
    } else {
      node.left = inner;
      child.right = node;
    }
    if (inner !== undefined) inner.parent = node;
    child.parent = parent;
    node.parent = child;
    if (parent === undefined) this.#root = child;
    else if (parent.left === node) parent.left = child;
    else parent.right = child;
  }
}

/** By hash, then by key: two Longs of one hash compare as numbers. */
function isLess<T>(left: HashEntry<T>, right: HashEntry<T>): boolean {
  return left.hash === right.hash ? left.key < right.key : left.hash < right.hash;
}
