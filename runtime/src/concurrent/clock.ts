/**
 * Where time comes from. Agents never ask the platform: production, tests and the simulator each give their own.
 */
export interface Clock {
  /** Milliseconds since 1970. May step. */
  epochMs(): number;
  /** Nanoseconds from an arbitrary start. Never steps back; exact for 104 days, 2 ns steps after. */
  monoNs(): number;
}
