/** Schemas that are slightly wrong or odd, from one that is right: the same ones for the same seed. */

const VALUES = [
  "",
  "-1",
  "0",
  "1",
  "2",
  "3",
  "7",
  "8",
  "15",
  "63",
  "64",
  "255",
  "256",
  "127",
  "128",
  "-128",
  "65535",
  "70000",
  "2147483647",
  "2147483648",
  "18446744073709551615",
  "99999999999999999999",
  "1e9",
  "0.5",
  "A",
  "AB",
  "true",
  "constant",
  "optional",
  "required",
  "char",
  "int8",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float",
  "double",
  "littleEndian",
  "bigEndian",
  "UTF-8",
  "US-ASCII",
  "x.y",
  "a b",
  "class",
];

const ATTRIBUTES = [
  ' presence="optional"',
  ' presence="constant"',
  ' offset="3"',
  ' offset="30"',
  ' sinceVersion="1"',
  ' sinceVersion="9"',
  ' deprecated="1"',
  ' length="3"',
  ' length="0"',
  ' semanticType="X"',
  ' nullValue="3"',
  ' minValue="1"',
  ' maxValue="9"',
  ' blockLength="4"',
  ' blockLength="200"',
  ' characterEncoding="UTF-8"',
  ' variableLength="true"',
  ' timeUnit="ms"',
  ' epoch="e"',
  ' description="d"',
  ' package="p.q"',
];

const ELEMENTS = [
  '<field name="zz" id="9999" type="uint8"/>',
  '<group name="zg" id="9998"><field name="q" id="1" type="uint8"/></group>',
  '<type name="zt" primitiveType="uint16"/>',
  '<enum name="ze" encodingType="uint8"><validValue name="v">1</validValue></enum>',
  '<set name="zs" encodingType="uint8" presence="constant"><choice name="c">1</choice></set>',
  '<composite name="zc" presence="constant"><type name="q" primitiveType="uint16"/></composite>',
  '<validValue name="V">9</validValue>',
  '<choice name="C">5</choice>',
];

/** Yields `count` schemas with one to three mutations each. */
export function mutatedSchemas(schema: string, count: number, seed: number): string[] {
  const random = new Random(seed);
  // Names of the schema's own types are the most telling values.
  const names = [...schema.matchAll(/<(?:type|enum|set|composite) name="([^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
  const values = [...VALUES, ...names, ...names.map((name) => `${name}.A`)];
  return Array.from({ length: count }, () => {
    let text = schema;
    for (let left = 1 + random.below(3); left > 0; left--) text = mutate(text, values, random);
    return text;
  });
}

function mutate(text: string, values: readonly string[], random: Random): string {
  const attribute = random.pick([...text.matchAll(/ [A-Za-z]+="([^"]*)"/g)]);
  const startTag = random.pick([...text.matchAll(/<[A-Za-z:]+ [^<>]*?(?=\/?>)/g)]);
  const gap = random.pick([...text.matchAll(/>\s*(?=<)/g)]);
  const leaf = random.pick([...text.matchAll(/<[A-Za-z]+ [^<>]*\/>/g)]);
  switch (random.below(5)) {
    case 0:
      return replaced(text, attribute, attribute[0].replace(/"[^"]*"/, `"${random.pick(values)}"`));
    case 1: {
      const added = random.pick(ATTRIBUTES);
      const isThere = startTag[0].includes(added.slice(0, added.indexOf("=")));
      return isThere ? text : replaced(text, startTag, startTag[0] + added);
    }
    case 2:
      return replaced(text, gap, `>${random.pick(ELEMENTS)}`);
    case 3:
      return replaced(text, attribute, "");
    default:
      return replaced(text, leaf, "");
  }
}

function replaced(text: string, match: RegExpExecArray, by: string): string {
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

/** A linear congruential generator: enough to scatter mutations, and the same everywhere. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) & 0x7fffffff;
    return (this.#state >> 8) % limit;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("there must be something to pick from");
    return item;
  }
}
