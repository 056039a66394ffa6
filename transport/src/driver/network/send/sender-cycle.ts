import { CachedClock } from "../cached-clock.js";

/** One duty cycle of the sender: its time, and what its publications say of it. */
export class SenderCycle extends CachedClock {
  /** A publication has something to send, and a receiver or the system's buffer does not take it. */
  isBlocked: boolean = false;
}
