/** Where names must differ: the members of one class, the exports of one schema, the files of a folder. */
export class NameScope {
  readonly #taken: Set<string>;
  readonly #ignoresCase: boolean;

  /** @param ignoresCase true for file names: `Order.ts` and `order.ts` are one file on many systems */
  constructor(reserved: Iterable<string>, ignoresCase = false) {
    this.#ignoresCase = ignoresCase;
    this.#taken = new Set([...reserved].map((name) => this.#key(name)));
  }

  /**
   * The one function that escapes clashes: `wanted`, or else `wanted_`, `wanted_2`, `wanted_3` …, the first
   * that is free together with every name made from it. All of them are taken afterwards.
   *
   * @param derive further names that come with a name, e.g. `xNumber` with `x`
   */
  claim(wanted: string, derive: (name: string) => readonly string[] = () => []): string {
    for (let attempt = 0; ; attempt++) {
      const name = attempt === 0 ? wanted : `${wanted}_${attempt === 1 ? "" : attempt}`;
      const keys = [name, ...derive(name)].map((each) => this.#key(each));
      if (keys.every((key) => !this.#taken.has(key)) && new Set(keys).size === keys.length) {
        for (const key of keys) this.#taken.add(key);
        return name;
      }
      if (attempt > ATTEMPTS_MAX) throw new RangeError(`derived names must differ: name=${name}`);
    }
  }

  /** Takes all of `names`, or none and yields false if one of them is not free. */
  claimDerived(names: readonly string[]): boolean {
    const keys = names.map((each) => this.#key(each));
    if (keys.some((key) => this.#taken.has(key))) return false;
    for (const key of keys) this.#taken.add(key);
    return true;
  }

  #key(name: string): string {
    return this.#ignoresCase ? name.toLowerCase() : name;
  }
}

/** More than any schema has names; only a `derive` that yields one name twice gets here. */
const ATTEMPTS_MAX = 1_000_000;
