/**
 * The base of every error that Alerion throws on purpose.
 *
 * Match on `code` (UPPER_SNAKE, listed in the README of the package that throws it), never on the
 * text. `aeronCode` holds Aeron's own numeric code where the error came from an Aeron peer.
 */
export class AlerionError extends Error {
  override readonly name: string = "AlerionError";
  readonly code: string;
  readonly aeronCode: number | undefined;

  constructor(code: string, text: string, options?: ErrorOptions, aeronCode?: number) {
    super(text, options);
    this.code = code;
    this.aeronCode = aeronCode;
  }
}
