/**
 * Names of a schema in the spelling of TypeScript. Letters and digits of any script stay, everything else
 * only separates words, so no name can carry syntax.
 */

/** Longer names are cut; SBE 1.0 allows 64. */
const NAME_LENGTH_MAX = 120;

const SEPARATORS = /[^\p{L}\p{Nd}]+/u;

function wordsOf(name: string): string[] {
  const words = name.normalize("NFC").slice(0, NAME_LENGTH_MAX).split(SEPARATORS).filter(Boolean);
  return words.length === 0 ? ["unnamed"] : words;
}

/** `ORDER_TYPE` reads as two words; `MDEntry` and `side` stay as they are. */
function capitalize(word: string, isOneOfMany: boolean): string {
  const rest = word.slice(1);
  const isShouted = isOneOfMany && rest !== "" && word === word.toUpperCase();
  return (word[0] ?? "").toUpperCase() + (isShouted ? rest.toLowerCase() : rest);
}

function guardDigit(name: string): string {
  return /^\p{Nd}/u.test(name) ? `_${name}` : name;
}

/** `order-entry` → `OrderEntry`, `MDEntry` → `MDEntry`, `4x` → `_4x`. */
export function upperCamel(name: string): string {
  const words = wordsOf(name);
  return guardDigit(words.map((word) => capitalize(word, words.length > 1)).join(""));
}

/** `TransactTime` → `transactTime`, `MDEntryPx` → `mdEntryPx`, `ID` → `id`, `order_id` → `orderId`. */
export function lowerCamel(name: string): string {
  const upper = upperCamel(name);
  // A leading run of capitals becomes small, but the last one starts the next word if a small one follows.
  return upper.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll})|^\p{Lu}+/u, (run) => run.toLowerCase());
}

/** `modelYear` → `MODEL_YEAR`, `orderID` → `ORDER_ID`. */
export function upperSnake(name: string): string {
  const spaced = name
    .replace(/(\p{Ll}|\p{Nd})(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2");
  return guardDigit(wordsOf(spaced).join("_").toUpperCase());
}

/** `NewOrder` → `new-order`; ASCII only, because file systems disagree on other letters. */
export function kebab(name: string): string {
  const ascii = upperSnake(name).replace(/[^A-Z0-9_]/gu, (character) =>
    (character.codePointAt(0) ?? 0).toString(16),
  );
  return ascii.toLowerCase().replaceAll("_", "-").replace(/^-+/u, "").slice(0, NAME_LENGTH_MAX);
}

/** A name as it stands in the schema wherever that is an identifier: `SUPERCHARGER`, `sunRoof`. */
export function verbatim(name: string): string {
  const identifier = name
    .normalize("NFC")
    .slice(0, NAME_LENGTH_MAX)
    .replace(/[^\p{L}\p{Nd}_]/gu, "_");
  return identifier === "" ? "unnamed" : guardDigit(identifier);
}
