/**
 * Names of a schema in the spelling of TypeScript, in ASCII, so that they mean the same to every Node version,
 * tool and file system: SBE 1.0 allows no other letters. Letters lose their accents, other characters beyond ASCII
 * become `u` and their code, everything else only separates words. So no name can carry syntax.
 */

/** Longer names are cut; SBE 1.0 allows 64 characters. */
const NAME_LENGTH_MAX = 120;

function ascii(name: string): string {
  return name
    .slice(0, NAME_LENGTH_MAX)
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/gu, "")
    .replace(/\P{ASCII}/gu, (character) => `u${character.codePointAt(0)?.toString(16) ?? ""}`)
    .slice(0, NAME_LENGTH_MAX);
}

/** Names that are one word as they stand: nearly all of them. */
const PLAIN = /^[A-Za-z0-9]{1,120}$/;

function wordsOf(name: string): string[] {
  if (PLAIN.test(name)) return [name];
  const words = ascii(name)
    .split(/[^A-Za-z0-9]+/u)
    .filter(Boolean);
  return words.length === 0 ? ["unnamed"] : words;
}

/** `ORDER_TYPE` reads as two words; `MDEntry` and `side` stay as they are. */
function capitalize(word: string, isOneOfMany: boolean): string {
  const rest = word.slice(1);
  const isShouted = isOneOfMany && rest !== "" && word === word.toUpperCase();
  return (word[0] ?? "").toUpperCase() + (isShouted ? rest.toLowerCase() : rest);
}

function guardDigit(name: string): string {
  return /^\d/u.test(name) ? `_${name}` : name;
}

/** `order-entry` → `OrderEntry`, `MDEntry` → `MDEntry`, `4x` → `_4x`. */
export function upperCamel(name: string): string {
  const words = wordsOf(name);
  return guardDigit(words.map((word) => capitalize(word, words.length > 1)).join(""));
}

/** `TransactTime` → `transactTime`, `MDEntryPx` → `mdEntryPx`, `ID` → `id`, `order_id` → `orderId`. */
export function lowerCamel(name: string): string {
  const words = wordsOf(name);
  const [first = "", ...others] = words.map((word) => capitalize(word, words.length > 1));
  // A leading run of capitals becomes small, but the last one starts the next word if a small one follows.
  const small = first.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/u, (run) => run.toLowerCase());
  return guardDigit(small + others.join(""));
}

/** `modelYear` → `MODEL_YEAR`, `orderID` → `ORDER_ID`. */
export function upperSnake(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/gu, "$1_$2");
  return guardDigit(wordsOf(spaced).join("_").toUpperCase());
}

/** `NewOrder` → `new-order`, as file names are. */
export function kebab(name: string): string {
  return upperSnake(name).toLowerCase().replaceAll("_", "-").replace(/^-+/u, "");
}

/** A name as it stands in the schema wherever that is an identifier: `SUPERCHARGER`, `sunRoof`. */
export function verbatim(name: string): string {
  const identifier = ascii(name).replace(/[^A-Za-z0-9_]/gu, "_");
  return identifier === "" ? "unnamed" : guardDigit(identifier);
}
