/**
 * A driver in a thread and clients in three more threads or processes, in a process of its own, on the built packages.
 * Prints one line of JSON: what each client saw, and how what needs native code fails where that is switched off.
 *
 * Arguments: the memory, a directory, `threads` or `processes`.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { connect, launchDriver } from "@alerion/transport";

const CLIENT_COUNT = 3;
const MESSAGE_COUNT = 5000;
const memory = process.argv[2] === "in-process" ? "in-process" : "mapped";
const dir = process.argv[3] ?? "";
const isProcesses = process.argv[4] === "processes";
const program = new URL("./worker-client.mjs", import.meta.url);

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

/** A client in a thread of its own. */
function inThread(/** @type {object} */ task) {
  const port = memory === "in-process" ? driver.share() : undefined;
  const worker = new Worker(program, {
    workerData: { ...task, port },
    transferList: port === undefined ? [] : [port],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** A client in a process of its own. */
function inProcess(/** @type {object} */ task) {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (/** @type {Buffer} */ chunk) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(text === "" ? undefined : JSON.parse(text)));
  });
}

const results = await Promise.all(
  Array.from({ length: CLIENT_COUNT }, (_, index) =>
    (isProcesses ? inProcess : inThread)({
      dir,
      index,
      clientCount: CLIENT_COUNT,
      messageCount: MESSAGE_COUNT,
    }),
  ),
);
await driver.close();
console.log(JSON.stringify({ failures, results }));
