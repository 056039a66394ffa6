/** Character encodings as they concern two versions of a schema. */
import type { CompatBreaks } from "./rules.js";
import type { FindingList, Place } from "./finding.js";

const ALIASES: { readonly [name: string]: string | undefined } = {
  ascii: "us-ascii",
  utf8: "utf-8",
  latin1: "iso-8859-1",
  "iso8859-1": "iso-8859-1",
};

function canonical(name: string | undefined): string | undefined {
  const lower = name?.toLowerCase();
  return lower === undefined ? undefined : (ALIASES[lower] ?? lower);
}

/** Encodings that hold every ASCII text with the same bytes. */
const HOLD_ASCII: ReadonlySet<string> = new Set(["utf-8", "iso-8859-1", "windows-1252"]);

/** Compares the encodings of text; undefined is bytes that nobody said to be text. */
export function compareCharacterEncoding(
  before: string | undefined,
  now: string | undefined,
  place: Place,
  findings: FindingList,
): void {
  const old = canonical(before);
  const recent = canonical(now);
  if (old === recent) return;
  if (old === undefined || recent === undefined) {
    findings.report(
      "type-kind-changed",
      `${place.label} was ${before ?? "bytes without character encoding"} and is ${now ?? "bytes without character encoding"}`,
      place,
    );
    return;
  }
  findings.report(
    "character-encoding-changed",
    `${place.label} had character encoding ${before ?? ""} and has ${now ?? ""}`,
    place,
    { breaks: whoMisreads(old, recent) },
  );
}

/** The wider encoding reads what the narrower one wrote, but not the other way round. */
function whoMisreads(old: string, recent: string): CompatBreaks {
  if (old === "us-ascii" && HOLD_ASCII.has(recent)) return "old-readers";
  if (recent === "us-ascii" && HOLD_ASCII.has(old)) return "new-readers";
  return "both";
}
