/** What the JSON Schema of a message finds in documents, each fault at its line and column. */
import { checkDocument, type SchemaLayout, type ValueFault } from "@alerion/schema";
import { parseLocatedJson, type LocatedJson } from "../../config/located-json.js";
import type { JsonDocumentText } from "../json-documents.js";
import { InputError } from "../usage-error.js";

/** Faults of a document that are shown; the rest is likely more of the same. */
const FAULT_COUNT_MAX = 20;

/**
 * The faults of a document, or of an array of them, that should hold messages of one name.
 *
 * @param file  name of the file in findings
 * @param document  what `text` holds
 */
export async function documentFaults(
  file: string,
  { text, line }: JsonDocumentText,
  document: unknown,
  layout: SchemaLayout,
  messageName: string,
): Promise<readonly InputError[]> {
  // The encoder says so better.
  if (!layout.messages.some(({ name }) => name === messageName)) return [];
  const found: ValueFault[] = [];
  if (Array.isArray(document)) {
    for (const [index, each] of document.entries()) {
      const faults = await checkDocument(layout, messageName, each);
      found.push(...faults.map((fault) => ({ ...fault, pointer: `/${index}${fault.pointer}` })));
      if (found.length > FAULT_COUNT_MAX) break;
    }
  } else {
    found.push(...(await checkDocument(layout, messageName, document)));
  }
  if (found.length === 0) return [];
  const json = locatedOf(text);
  // The text may start with the line end behind the document before it.
  const firstLine = line - lineEndsBefore(text);
  return found
    .slice(0, FAULT_COUNT_MAX)
    .map((fault) => {
      const place = json?.placeOf(fault.pointer, fault.isKey ? "key" : undefined);
      const lineOfFault = place === undefined ? line : firstLine + place.line - 1;
      return new InputError(file, "VALUE_INVALID", fault.text, lineOfFault, place?.column ?? 1);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Undefined for what `JSON.parse` lets pass and this does not, as a key given twice. */
function locatedOf(text: string): LocatedJson | undefined {
  try {
    return parseLocatedJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lineEndsBefore(text: string): number {
  const blank = /^\s*/.exec(text)?.[0] ?? "";
  return blank.split("\n").length - 1;
}
