import { existsSync } from "node:fs";
import { join } from "node:path";
import { LOSS_REPORT_FILE_NAME } from "../../protocol/loss-report.js";
import { type DirectorySnapshot, readLossReportOf } from "../directory-snapshot.js";
import type { DirectoryLook } from "./stat-report.js";

/** All that a page shows of a directory. @throws {DirectoryError} if it cannot be read */
export function lookAt(snapshot: DirectorySnapshot): DirectoryLook {
  const { dir, layout, readAtMs } = snapshot;
  // Drivers make the report when there is loss.
  const hasLosses = existsSync(join(dir, LOSS_REPORT_FILE_NAME));
  return {
    dir,
    pid: layout.pid,
    isAlive: snapshot.isAlive(),
    atMs: readAtMs,
    heartbeatAgeMs: snapshot.heartbeatAgeMs(),
    counters: snapshot.counters(),
    losses: hasLosses ? readLossReportOf(dir) : { entries: [], isDamaged: false },
    errors: snapshot.errors().map((each) => ({
      count: each.count,
      lastMs: each.lastObservationMs,
      text: each.text.split("\n", 1)[0] ?? "",
    })),
  };
}
