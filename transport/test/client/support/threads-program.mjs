/**
 * A driver in a thread and clients in three more, in a process of its own, on the built packages. Prints one line of
 * JSON: what each client saw, and how what needs native code fails where that is switched off.
 *
 * Arguments: the memory, a directory.
 */
import { Worker } from "node:worker_threads";
import { connect, launchDriver } from "@alerion/transport";

const THREAD_COUNT = 3;
const MESSAGE_COUNT = 5000;
const memory = process.argv[2] === "in-process" ? "in-process" : "mapped";
const dir = process.argv[3] ?? "";

/** The code of the error that a promise is rejected with. */
async function failure(/** @type {Promise<unknown>} */ promise) {
  try {
    await promise;
    return "none";
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code;
  }
}

const failures =
  memory === "mapped"
    ? []
    : await Promise.all([
        failure(connect({ dir, connectTimeoutMs: 10 })),
        failure(launchDriver({ dir })),
        failure(launchDriver({ dir, threadingMode: "INVOKER" })),
      ]);

const driver = await launchDriver({
  dir,
  memory,
  countersValuesBufferLength: 1024 * 1024,
  ipcTermBufferLength: 64 * 1024,
});
const results = await Promise.all(
  Array.from({ length: THREAD_COUNT }, (_, index) => {
    const port = memory === "in-process" ? driver.share() : undefined;
    const worker = new Worker(new URL("./worker-client.mjs", import.meta.url), {
      workerData: { dir, port, index, threadCount: THREAD_COUNT, messageCount: MESSAGE_COUNT },
      transferList: port === undefined ? [] : [port],
    });
    return new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
  }),
);
await driver.close();
console.log(JSON.stringify({ failures, results }));
