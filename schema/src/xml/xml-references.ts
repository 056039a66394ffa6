/** Entity and character references. Source: XML 1.0, sections 4.1 and 4.6. */

const PREDEFINED: { readonly [name: string]: string | undefined } = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([^\s&;<"']+));/g;
const WELL_FORMED = /&(?:#x[0-9a-fA-F]+|#[0-9]+|[^\s&;<"'#][^\s&;<"']*);/y;

/** The first `&` that begins no reference (`entity` undefined) or one to something unknown. */
export function findBadReference(
  text: string,
):
  | { readonly start: number; readonly end: number; readonly entity: string | undefined }
  | undefined {
  for (let start = text.indexOf("&"); start >= 0; start = text.indexOf("&", start + 1)) {
    WELL_FORMED.lastIndex = start;
    const match = WELL_FORMED.exec(text);
    if (match === null) return { start, end: start + 1, entity: undefined };
    const [reference] = match;
    if (decodeReferences(reference) === reference) {
      return { start, end: start + reference.length, entity: reference };
    }
  }
  return undefined;
}

/** Text with its references replaced; what is no known reference stays as it is. */
export function decodeReferences(text: string): string {
  return text.replaceAll(
    REFERENCE,
    (
      all: string,
      hex: string | undefined,
      decimal: string | undefined,
      name: string | undefined,
    ) => {
      if (name !== undefined)
        return Object.hasOwn(PREDEFINED, name) ? (PREDEFINED[name] ?? all) : all;
      const code =
        hex === undefined ? Number.parseInt(decimal ?? "", 10) : Number.parseInt(hex, 16);
      return isXmlCharacter(code) ? String.fromCodePoint(code) : all;
    },
  );
}

// Source: XML 1.0, production 2.
function isXmlCharacter(code: number): boolean {
  return (
    code === 0x09 ||
    code === 0x0a ||
    code === 0x0d ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}
