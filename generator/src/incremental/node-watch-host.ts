/** The watching of a real process. */
import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { WatchHost } from "../cli/io.js";

/** Milliseconds without which the write of one file shows as several changes. */
const SETTLE_MS = 20;

/** Folders rather than files are watched: editors put a new file in the place of the old one. */
export const nodeWatchHost: WatchHost = {
  watch(folders, onChange) {
    const existing = new Set(folders.map((folder) => nearestExisting(folder)));
    const watchers = [...existing].map((folder) => {
      const watcher = watch(folder, onChange);
      // A folder that goes away ends its watcher; the next round looks for what is left.
      watcher.on("error", onChange);
      return watcher;
    });
    return {
      close() {
        for (const watcher of watchers) watcher.close();
      },
    };
  },
  async settle() {
    await new Promise((resolve) => {
      setTimeout(resolve, SETTLE_MS);
    });
  },
  async stopped() {
    await new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, resolve);
    });
  },
};

function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder
    ? folder
    : nearestExisting(dirname(folder));
}
