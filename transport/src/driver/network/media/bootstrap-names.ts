/** Drivers that a resolver may begin with. Source: Aeron `DriverNameResolver` 1.51. */
export const BOOTSTRAP_NEIGHBORS_MAX = 20;

/** The drivers that a resolver begins with, from the list with commas of its settings. */
export function bootstrapNames(list: string | undefined): string[] {
  const names = list?.split(",").map((name) => name.trim()) ?? [];
  return names.filter((name) => name !== "");
}
