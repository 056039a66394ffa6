/**
 * The few globals that Node and every browser share and that `lib: es2023` does not know.
 *
 * `runtime` and `schema` run in both, so they get neither `@types/node` nor the DOM library: anything else
 * they reach for fails to compile. Nothing here may appear in a public signature, because a user's program
 * takes these names from its own libraries.
 */

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
