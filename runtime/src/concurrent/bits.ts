/** Rounds a non-negative int32 up to a multiple of `alignment`, a power of two. */
export function align(value: number, alignment: number): number {
  return (value + (alignment - 1)) & ~(alignment - 1);
}

/** True for 1, 2, 4 … 2^30. */
export function isPowerOfTwo(value: number): boolean {
  return value > 0 && value <= 0x40000000 && (value & (value - 1)) === 0;
}
