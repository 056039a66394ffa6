/** Who gives a client its turns. The client itself has no timer. */
export interface ClientHost {
  /**
   * Lets the event loop turn, and the conductor with it.
   *
   * @param idleCount how many turns in a row have brought nothing; waits grow with it
   */
  idle(idleCount: number): Promise<void>;
  /** Gives no more turns. */
  close(): void;
}
