/**
 * Deribit's schema without the header that it lists as first field of every message: the header is in front of
 * the block already, and no message has it a second time.
 *
 * @param {string} schema  the XML as Deribit publishes it
 * @returns {string} the same without those fields; every other byte is kept
 */
export function withoutHeaderFields(schema) {
  return schema.replaceAll(/[ \t]*<field\s[^>]*\btype="messageHeader"[^>]*\/>[ \t]*\r?\n?/g, "");
}
