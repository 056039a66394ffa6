/**
 * What modules were printed from, so that a run after a small change of a schema prints only the modules that the
 * change reaches. Printing is most of the work for a large schema; comparing models is a twentieth of it.
 */
export class PrintMemory {
  #before = new Map<string, Printed>();
  #printed = new Map<string, Printed>();
  /** Objects of the last run and of this one that are known to be equal: types are part of many models. */
  readonly #equal = new Map<object, object>();

  /** Begins a run: only what the last one printed is of use to it. */
  begin(): void {
    this.#before = this.#printed;
    this.#printed = new Map();
    this.#equal.clear();
  }

  /** The text of a module: the one of the last run where the context is the same, otherwise what `print` yields. */
  textOf(module: string, context: object, print: () => string): string {
    const before = this.#before.get(module);
    const isSame = before !== undefined && this.#isEqual(before.context, context);
    const text = isSame ? before.text : print();
    this.#printed.set(module, { context, text });
    return text;
  }

  /** Models are trees of plain objects, arrays and primitive values. */
  #isEqual(before: unknown, now: unknown): boolean {
    if (Object.is(before, now)) return true;
    if (!isObject(before) || !isObject(now)) return false;
    if (this.#equal.get(before) === now) return true;
    const isSame = Array.isArray(before)
      ? Array.isArray(now) && this.#areItemsEqual(before, now)
      : !Array.isArray(now) && this.#areMembersEqual(before, now);
    if (isSame) this.#equal.set(before, now);
    return isSame;
  }

  #areItemsEqual(before: readonly unknown[], now: readonly unknown[]): boolean {
    return (
      before.length === now.length && before.every((item, index) => this.#isEqual(item, now[index]))
    );
  }

  #areMembersEqual(before: ObjectOfModel, now: ObjectOfModel): boolean {
    let count = 0;
    for (const name in before) {
      if (!Object.hasOwn(now, name) || !this.#isEqual(before[name], now[name])) return false;
      count++;
    }
    return count === Object.keys(now).length;
  }
}

interface Printed {
  readonly context: object;
  readonly text: string;
}

interface ObjectOfModel {
  readonly [name: string]: unknown;
}

function isObject(value: unknown): value is ObjectOfModel {
  return typeof value === "object" && value !== null;
}
