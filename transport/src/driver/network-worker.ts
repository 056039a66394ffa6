import { runThread } from "./driver-thread.js";
import { runNetwork } from "./network-loop.js";

// The threads of sender and receiver as a file of their own: a third of what the conductor's thread has to load.
// No await at the top: as one text this is CommonJS.
void runThread((data) => (data.kind === "network" ? runNetwork(data) : Promise.resolve()));
