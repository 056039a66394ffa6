/**
 * A client in a process of its own, for tests that stop or kill it. Exchanges messages with itself until its
 * standard input ends, connects anew whenever it must, and prints one line of JSON for each thing that happens.
 *
 * Arguments: the driver's directory, the conductor, the driver timeout in ms.
 */
import { connect } from "@alerion/transport";

const [dir = "", conductor = "worker", driverTimeoutMs = "2000"] = process.argv.slice(2);

/** @param {Record<string, unknown>} event */
function tell(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

const input = { isEnded: false };
process.stdin.resume();
process.stdin.on("end", () => {
  input.isEnded = true;
});

/** @param {import("@alerion/transport").Aeron} aeron */
async function exchange(aeron) {
  const subscription = await aeron.addSubscription("aeron:ipc", 10);
  const publication = await aeron.addExclusivePublication("aeron:ipc?term-length=64k", 10);
  let count = 0;
  let told = 0;
  while (!input.isEnded && !publication.isClosed() && !subscription.isClosed()) {
    publication.offerBytes(new Uint8Array(32));
    count += subscription.poll(() => {}, 10);
    if (told === 0 && count > 0) {
      told = count;
      tell({ event: "exchanged" });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { publication, subscription };
}

let aeron = await connect({
  dir,
  conductor: /** @type {import("@alerion/transport").ConductorMode} */ (conductor),
  driverTimeoutMs: Number(driverTimeoutMs),
  connectTimeoutMs: 20_000,
  keepaliveIntervalMs: 100,
});
while (!input.isEnded) {
  try {
    await exchange(aeron);
  } catch (error) {
    if (!aeron.isClosed()) throw error;
  }
  if (!aeron.isClosed()) continue;
  const reason = /** @type {{ code?: string } | undefined} */ (aeron.closeReason());
  tell({ event: "closed", code: reason?.code });
  if (input.isEnded) break;
  aeron = await aeron.reconnect();
  tell({ event: "reconnected" });
}
await aeron.close();
tell({ event: "ended" });
