/** Aeron transport. */
export {};
