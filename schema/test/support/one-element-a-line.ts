/**
 * Writes a schema with one element a line, indented, so that a position says which element it means.
 * The text of elements is left as it is: only white space between tags is added, and none inside an
 * element that holds text or nothing.
 */
export function oneElementALine(xml: string, lineEnd: "\n" | "\r\n"): string {
  const pieces = xml.match(/<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\/?[^>]+>|[^<]+/g) ?? [];
  let result = "";
  /** For each open element: does it hold elements? */
  const open: boolean[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (/^<[A-Za-z]/.test(piece)) {
      if (open.length > 0) open[open.length - 1] = true;
      if (index > 0) result += lineEnd + "  ".repeat(open.length);
      result += piece;
      if (!piece.endsWith("/>")) open.push(false);
    } else if (piece.startsWith("</")) {
      if (open.pop() === true) result += lineEnd + "  ".repeat(open.length);
      result += piece;
    } else result += piece;
  }
  return result;
}
