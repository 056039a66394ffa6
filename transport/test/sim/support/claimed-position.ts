import type { LogBuffers } from "@alerion/runtime/concurrent";

/** Position up to which publishers have claimed, counted anew: from the raw tails, 64 bits at a time. */
export function claimedPosition({ metadata, termLength }: LogBuffers): number {
  const termCount = metadata.activeTermCount();
  const rawTail = metadata.rawTail(termCount % 3);
  const termId = Number(BigInt.asIntN(32, rawTail >> 32n));
  const offset = Math.min(Number(rawTail & 0xffff_ffffn), termLength);
  const terms = Number(BigInt.asIntN(32, BigInt(termId) - BigInt(metadata.initialTermId())));
  return terms * termLength + offset;
}
