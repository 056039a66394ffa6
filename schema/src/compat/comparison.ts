import type { TypeComparer } from "./compare-types.js";
import type { FindingList } from "./finding.js";
import type { VersionStep } from "./version-step.js";

/** What every part of a comparison reads and writes. */
export interface Comparison {
  readonly versions: VersionStep;
  readonly findings: FindingList;
  readonly types: TypeComparer;
}
