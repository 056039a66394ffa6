import type { SchemaLayout } from "../layout.js";

/** The step from the old schema version to the new one. */
export class VersionStep {
  readonly before: number;
  readonly now: number;
  /** False where the schema id changed: then readers tell the schemas apart without versions. */
  readonly isComparable: boolean;

  constructor(oldSchema: SchemaLayout, newSchema: SchemaLayout) {
    this.before = oldSchema.version;
    this.now = newSchema.version;
    this.isComparable = oldSchema.id === newSchema.id;
  }

  /** True for the sinceVersion of something that the old version does not have. */
  isNew(sinceVersion: number): boolean {
    return !this.isComparable || (sinceVersion > this.before && sinceVersion <= this.now);
  }

  get text(): string {
    return `versions went from ${this.before} to ${this.now}`;
  }
}
