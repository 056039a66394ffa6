/**
 * True where results may be coloured: on a terminal, unless NO_COLOR is set to something.
 *
 * Source: no-color.org.
 */
export function mayColor(isTerminal: boolean | undefined, noColor: string | undefined): boolean {
  return isTerminal === true && (noColor === undefined || noColor === "");
}
