/** What can be made smaller about a failing run, each on its own. */
export type Reduction<Options> = (options: Options) => Options | undefined;

/**
 * The smallest run that still fails: tries every reduction again and again for as long as one of them keeps the
 * failure.
 *
 * @param fails yields the failure of a run, `undefined` if it passes
 * @param runsMax bound of all tries together
 */
export function shrink<Options>(
  options: Options,
  reductions: readonly Reduction<Options>[],
  fails: (options: Options) => Error | undefined,
  runsMax: number,
): { readonly options: Options; readonly failure: Error | undefined } {
  let smallest = options;
  let failure: Error | undefined;
  let runCount = 0;
  for (let hasShrunk = true; hasShrunk && runCount < runsMax;) {
    hasShrunk = false;
    for (const reduce of reductions) {
      const smaller = reduce(smallest);
      if (smaller === undefined || runCount >= runsMax) continue;
      runCount++;
      const found = fails(smaller);
      if (found === undefined) continue;
      smallest = smaller;
      failure = found;
      hasShrunk = true;
    }
  }
  return { options: smallest, failure };
}
