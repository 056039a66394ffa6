import type { MessageHandler } from "@alerion/runtime/codegen";

/** Keeps a copy of each message. */
export class Collector implements MessageHandler {
  readonly messages: Uint8Array[] = [];

  onMessage(view: DataView, offset: number, length: number): void {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) bytes[index] = view.getUint8(offset + index);
    this.messages.push(bytes);
  }

  get hex(): string[] {
    return this.messages.map((message) => Buffer.from(message).toString("hex"));
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** What kind of error a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return "no error";
}
