import type { ScalarValue } from "@alerion/schema";

/**
 * Characters that do not go into source text as they are: controls, line separators, bidirectional
 * overrides (they can make code look like other code), lone surrogates and the marks of fit.ts.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff⟦⟧⦃⦄⟮⟯⟪⟫⟨⟩⟬⟭⏎]|\p{Surrogate}/gu;

/** Words, figures and most signs: nearly all text there is. */
const HARMLESS = /^[\w !"#$%&'()+,\-.:;<=>?[\]^`{|}~]*$/;

/** A string literal, in the quotes that Prettier would choose. */
export function stringLiteral(text: string): string {
  if (/^[\w .-]*$/.test(text)) return `"${text}"`;
  const doubles = text.split('"').length;
  const singles = text.split("'").length;
  const quote = doubles > singles ? "'" : '"';
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replace(UNSAFE, (character) => {
      const code = character.charCodeAt(0).toString(16).padStart(4, "0");
      return `\\u${code}`;
    });
  return quote + escaped + quote;
}

/**
 * A number or bigint literal that reads back exactly. Bundlers know that `NaN` and `Infinity` have no side effect; of
 * `Number.NaN` esbuild does not, and keeps the class whose constant it is although nobody uses it.
 */
export function valueLiteral(value: ScalarValue): string {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A name for the inside of a comment, between backticks. */
export function commentName(name: string): string {
  return commentText(name).replaceAll("`", "'");
}

/** Text for the inside of a comment: one line, without anything that ends it or starts a tag. */
export function commentText(text: string): string {
  if (HARMLESS.test(text) && !text.includes("  ")) return text.trim();
  return text
    .replace(UNSAFE, " ")
    .replaceAll("*/", "* /")
    .replaceAll("/*", "/ *")
    .replace(/(^|\s)@/gu, "$1\\@")
    .replace(/\s+/gu, " ")
    .trim();
}
