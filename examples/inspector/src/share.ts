/** A view as text: in the hash of a link, or in a saved page. Nothing leaves the browser. */
import { fromBase64, toBase64 } from "./base64.js";
import type { StoredSchema } from "./schema-source.js";

/** What is looked at. */
export interface SharedState {
  readonly schema: StoredSchema;
  readonly input?: {
    readonly name: string;
    /** Base64. */
    readonly bytes: string;
  };
  /** Name of the framing; absent to guess it. */
  readonly framing?: string;
  /** Which message, and which byte of its block. */
  readonly item?: number;
  readonly at?: number;
}

/** Longest link that is made; programs that pass links on cut longer ones. */
export const LINK_LENGTH_MAX = 32 * 1024;

const PREFIX = "#s=";

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

/** The hash of a link: deflated JSON. */
export async function hashOf(state: SharedState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  return PREFIX + toBase64(await through(bytes, new CompressionStream("deflate-raw")));
}

/** The state of a hash; undefined if it holds none. */
export async function stateOfHash(hash: string): Promise<SharedState | undefined> {
  if (!hash.startsWith(PREFIX)) return undefined;
  try {
    const bytes = await through(
      fromBase64(hash.slice(PREFIX.length)),
      new DecompressionStream("deflate-raw"),
    );
    return stateOf(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** The state that the page itself holds, as `sbe hex --html` and "Save" write it; undefined for the bare page. */
export function stateOfPage(): SharedState | undefined {
  const text = document.getElementById("state")?.textContent.trim() ?? "";
  return text === "" ? undefined : stateOf(JSON.parse(text));
}

function stateOf(value: unknown): SharedState | undefined {
  const isState =
    typeof value === "object" &&
    value !== null &&
    "schema" in value &&
    typeof value.schema === "object" &&
    value.schema !== null &&
    "name" in value.schema;
  return isState ? (value as SharedState) : undefined;
}

const STATE_ELEMENT = /(<script type="application\/json" id="state">)[^<]*(<\/script>)/;

/** The page with a state in it. `page` is its source as it was before it ran. */
export function pageWith(page: string, state: SharedState): string {
  const text = JSON.stringify(state).replaceAll("<", "\\u003c");
  return page.replace(STATE_ELEMENT, (_all, open: string, close: string) => open + text + close);
}
