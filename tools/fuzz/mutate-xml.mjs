/** Changes to the text of a schema that keep it XML most of the time. */

/** @typedef {import("./random.mjs").Random} Random */

const VALUES = [
  ..."0 1 -1 2 7 8 15 63 64 127 255 256 65534 65535 65536 2147483647 2147483648 4294967295".split(
    " ",
  ),
  ..."18446744073709551615 99999999999999999999 1e9 0.5 NaN -0 0x10 A AB \u00e9 \ud83d\ude00 true".split(
    " ",
  ),
  ..."char int8 int16 int32 int64 uint8 uint16 uint32 uint64 float double".split(" "),
  ..."required optional constant littleEndian bigEndian UTF-8 US-ASCII UTF-16 windows-1252 KLINGON".split(
    " ",
  ),
  ..."messageHeader groupSizeEncoding blockLength numInGroup templateId x.y a__b __proto__ constructor".split(
    " ",
  ),
  "",
  "a b",
  "&lt;",
  "&#0;",
  "&unknown;",
  "${version}",
];

const ATTRIBUTES = (
  "name id type primitiveType presence offset length sinceVersion deprecated nullValue minValue maxValue " +
  "characterEncoding encodingType dimensionType blockLength valueRef semanticType timeUnit epoch description " +
  "byteOrder headerType package version semanticVersion variableLength href parse xpointer xmlns xmlns:sbe"
).split(" ");

const PIECES = [
  "<type name='zt' primitiveType='uint16'/>",
  "<field name='zf' id='9' type='uint8'/>",
  "<data name='zd' id='10' type='varData'/>",
  "<group name='zg' id='11'><field name='q' id='1' type='uint8'/></group>",
  "<enum name='ze' encodingType='uint8'><validValue name='v'>1</validValue></enum>",
  "<set name='zs' encodingType='uint8'><choice name='c'>1</choice></set>",
  "<composite name='zc'><ref name='r' type='zc'/></composite>",
  "<ref name='r' type='zt'/>",
  "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='other.xml'/>",
  "<!DOCTYPE a [<!ENTITY e 'x'>]>",
  "<![CDATA[ 1 ]]>",
  "<!-- -- -->",
  "<?pi data?>",
  "]]>",
  "<",
  "&",
  "\u0000",
];

/**
 * One to four changes.
 *
 * @param {Random} random
 * @param {string} input
 * @param {string} other another schema, to take elements from
 * @returns {string}
 */
export function mutateXml(random, input, other) {
  let text = input;
  for (let left = 1 + random.below(4); left > 0; left--) text = change(random, text, other);
  return text;
}

/** @returns {string} */
function change(
  /** @type {Random} */ random,
  /** @type {string} */ text,
  /** @type {string} */ other,
) {
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2: {
      const attribute = pickMatch(random, text, / [\w:]+=("[^"]*"|'[^']*')/g);
      const value = random.below(3) === 0 ? nameIn(random, text) : random.pick(VALUES);
      return replaced(
        text,
        attribute,
        ` ${attribute?.[0].slice(1).split("=")[0] ?? ""}="${value}"`,
      );
    }
    case 3: {
      const start = pickMatch(random, text, /<[\w:]+(?=[\s/>])/g);
      const added = ` ${random.pick(ATTRIBUTES)}="${random.pick(VALUES)}"`;
      return replaced(text, start, `${start?.[0] ?? ""}${added}`);
    }
    case 4:
      return replaced(text, pickMatch(random, text, / [\w:]+=("[^"]*"|'[^']*')/g), "");
    case 5:
      return replaced(text, pickElement(random, text), "");
    case 6: {
      const element = pickElement(random, random.below(2) === 0 ? text : other);
      return inserted(random, text, element?.[0] ?? "");
    }
    case 7:
      return inserted(random, text, random.pick(PIECES));
    case 8: {
      const content = pickMatch(random, text, />[^<>]+</g);
      return replaced(text, content, `>${random.pick(VALUES)}<`);
    }
    default: {
      const at = random.below(text.length + 1);
      const length = random.below(6);
      return text.slice(0, at) + text.slice(at + length);
    }
  }
}

/** An element that holds no other of its name, or a start tag. */
function pickElement(/** @type {Random} */ random, /** @type {string} */ text) {
  return pickMatch(random, text, /<([\w:]+)(?:\s[^<>]*)?(?:\/>|>(?:(?!<\1[\s>])[^])*?<\/\1>)/g);
}

function pickMatch(
  /** @type {Random} */ random,
  /** @type {string} */ text,
  /** @type {RegExp} */ pattern,
) {
  // From a random place on: finding all of them first would cost more than compiling.
  pattern.lastIndex = random.below(text.length + 1);
  const found = pattern.exec(text);
  if (found !== null) return found;
  pattern.lastIndex = 0;
  return pattern.exec(text) ?? undefined;
}

function nameIn(/** @type {Random} */ random, /** @type {string} */ text) {
  return pickMatch(random, text, / name=["']([^"']*)["']/g)?.[1] ?? "";
}

function replaced(
  /** @type {string} */ text,
  /** @type {RegExpExecArray | undefined} */ match,
  /** @type {string} */ by,
) {
  if (match === undefined) return text;
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

function inserted(
  /** @type {Random} */ random,
  /** @type {string} */ text,
  /** @type {string} */ piece,
) {
  const gap = pickMatch(random, text, />\s*(?=<)/g);
  return replaced(text, gap, `>${piece}`);
}
