/** What the stream examples share: programs that play one role in each of several processes. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";

/** One process: its role and what it is told. */
export interface Role {
  readonly role: string;
  readonly args: readonly string[];
}

/** A UDP port that is free now. */
export async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => {
    socket.bind(0, "127.0.0.1", resolve);
  });
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(resolve);
  });
  return port;
}

/**
 * Starts this program once for each role and waits until all have ended. If one fails the others are ended too.
 *
 * @param program `import.meta.url` of the program
 */
export async function playRoles(program: string, roles: readonly Role[]): Promise<void> {
  const processes = roles.map(({ role, args }) =>
    spawn(process.execPath, [fileURLToPath(program), role, ...args], { stdio: "inherit" }),
  );
  const ends = processes.map(
    (each, index) =>
      new Promise<void>((resolve, reject) => {
        each.once("error", reject);
        each.once("exit", (status) => {
          if (status === 0) resolve();
          else reject(new Error(`${roles[index]?.role} must end well: status=${status}`));
        });
      }),
  );
  try {
    await Promise.all(ends);
  } finally {
    for (const each of processes) each.kill();
  }
}

/** Lets the event loop turn until `condition` holds. @throws {Error} if it does not in time */
export async function until(
  condition: () => boolean,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what} must happen in time`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** A count with thousands apart. */
export function format(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
