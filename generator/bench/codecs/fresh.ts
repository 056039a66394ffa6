let copies = 0;

/**
 * A copy of a module of its own, whose functions no other candidate has called: type feedback and inlining are
 * then those of a program that uses this one codec.
 *
 * @param path relative to this file
 */
export async function fresh<T>(path: string): Promise<T> {
  copies++;
  return (await import(`${path}?copy=${copies}`)) as T;
}
