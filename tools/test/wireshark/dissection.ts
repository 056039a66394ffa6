/** What tshark shows with our dissector beside what we read ourselves, in one form. */
import { spawnSync } from "node:child_process";
import type { SchemaLayout } from "@alerion/schema";
import {
  explainInput,
  framingNamed,
  type ExplainedBlock,
  type Span,
} from "@alerion/schema/explain";
import { protocolName } from "../../../generator/src/wireshark/dissector.js";

/** A field: its name, bytes and value. */
export interface Seen {
  readonly name: string;
  readonly hex: string;
  /** What Wireshark compares in filters. */
  readonly show: string;
  /** What Wireshark draws. */
  readonly drawn: string;
}

/** Why the tests are skipped; undefined where they run. */
export const tsharkSkipReason =
  spawnSync("tshark", ["--version"], { stdio: "ignore" }).status === 0
    ? undefined
    : "no tshark: `node tools/system-packages.mjs tshark` installs Debian's, as root";

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#x27;": "'",
  "&apos;": "'",
};

function unescaped(text: string): string {
  return text
    .replaceAll(/&(?:lt|gt|amp|quot|apos|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/&#x([0-9a-f]+);/gi, (_all, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, 16)),
    );
}

/** Runs tshark with a dissector over a capture; the fields of the protocol, packet by packet. */
export function dissected(
  dissector: string,
  capture: string,
  layout: SchemaLayout,
  more: readonly string[] = [],
): { readonly packets: readonly (readonly Seen[])[]; readonly errors: string } {
  const args = ["-X", `lua_script:${dissector}`, "-r", capture, "-T", "pdml", ...more];
  const { stdout, stderr, status } = spawnSync("tshark", args, {
    encoding: "utf8",
    maxBuffer: 1 << 29,
  });
  if (status !== 0) throw new Error(`tshark must succeed: status=${status} ${stderr}`);
  const prefix = `${protocolName(layout)}.`;
  const packets = stdout
    .split("<packet>")
    .slice(1)
    .map((packet) => fieldsOf(packet, prefix));
  const errors = stderr.replaceAll(/.*could be dangerous.*\n?/g, "");
  return { packets, errors };
}

function fieldsOf(packet: string, prefix: string): Seen[] {
  const seen: Seen[] = [];
  for (const [, attributes = ""] of packet.matchAll(/<field ([^>]*)>/g)) {
    const values = new Map(
      [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
        key,
        unescaped(value),
      ]),
    );
    const name = values.get("name") ?? "";
    if (!name.startsWith(prefix) || values.get("size") === "0") continue;
    seen.push({
      name: name.slice(prefix.length),
      hex: values.get("value") ?? "",
      show: values.get("show") ?? "",
      drawn: values.get("showname") ?? "",
    });
  }
  return seen;
}

/** The same by our own reader: the fields of each packet that has some. */
export function expected(
  bytes: Uint8Array,
  layout: SchemaLayout,
  framing?: string,
): {
  readonly spans: readonly ExpectedField[];
  readonly errors: readonly string[];
  readonly packet: number;
}[] {
  const blocks = explainInput(bytes, {
    layout,
    framing: framing === undefined ? undefined : framingNamed(framing),
  });
  const packets = new Map<number, { spans: ExpectedField[]; errors: string[]; packet: number }>();
  for (const block of blocks) {
    const packet = block.packet?.packetNumber ?? 0;
    const all = packets.get(packet) ?? { spans: [], errors: [], packet };
    packets.set(packet, all);
    all.spans.push(...expectedFields(block, layout));
    all.errors.push(...block.explained.errors);
  }
  return [...packets.values()];
}

/** A span under the name that the dissector has for it. */
export interface ExpectedField {
  readonly name: string;
  readonly hex: string;
  readonly span: Span;
}

function expectedFields(
  { explained, bytes, framing }: ExplainedBlock,
  layout: SchemaLayout,
): ExpectedField[] {
  const owners = new Map<Span, string>();
  for (const { message, spans } of explained.messages) {
    for (const span of spans) owners.set(span, message ?? "");
  }
  return explained.spans
    .filter(({ kind }) => kind !== "gap")
    .map((span) => ({
      name: nameOf(span, owners.get(span) ?? "", framing.name, layout),
      hex: Buffer.from(bytes.buffer, bytes.byteOffset + span.start, span.end - span.start).toString(
        "hex",
      ),
      span,
    }));
}

function nameOf(
  { path, kind }: Span,
  message: string,
  framing: string,
  layout: SchemaLayout,
): string {
  const plain = path.replaceAll(/\[\d+\]/g, "");
  switch (kind) {
    case "frame":
      return plain
        .replace(/^(packet|frame)\./, (part) => `${part}${framing}.`)
        .replaceAll(/[^\w.]/g, "_");
    case "header":
      return `messageHeader${plain.slice(layout.header.name.length)}`;
    case "extension":
      return "newer";
    case "unknown":
      return "unknown";
    default:
      return `${message}.${plain}`.replaceAll(/[^\w.]/g, "_");
  }
}

/**
 * What differs between both, nothing if they agree: every field with its name, bytes and value, in order.
 */
export function differences(seen: readonly Seen[], wanted: readonly ExpectedField[]): string[] {
  const found: string[] = [];
  let at = 0;
  for (const field of wanted) {
    let hex = seen[at]?.hex ?? "";
    const first = seen[at];
    if (first === undefined || first.name !== field.name) {
      found.push(
        `expected ${field.name} ${field.hex}, seen ${first?.name ?? "nothing"} ${first?.hex ?? ""}`,
      );
      return found;
    }
    at++;
    // Elements of an array are fields of their own; the bits of a set stand below it.
    while (seen[at]?.name === field.name && hex.length < field.hex.length)
      hex += seen[at++]?.hex ?? "";
    while (seen[at]?.name.startsWith(`${field.name}.`) === true && field.span.text.endsWith(")"))
      at++;
    if (hex !== field.hex) found.push(`${field.name}: bytes ${field.hex}, seen ${hex}`);
    const why = valueDiffers(first, field.span);
    if (why !== undefined) found.push(`${field.name}: ${why}`);
  }
  for (const { name, hex } of seen.slice(at)) found.push(`not expected: ${name} ${hex}`);
  return found;
}

/** Compares a value as Wireshark holds it with what our reader says of it. */
function valueDiffers({ show, drawn }: Seen, span: Span): string | undefined {
  const { text, meaning, kind } = span;
  const differs = `value ${text}, seen ${show} (${drawn})`;
  if (kind === "unknown" || kind === "extension" || text.startsWith("[")) return undefined;
  if (text === "null") return undefined;
  if (text.startsWith('"')) {
    if (text.endsWith("…")) return undefined;
    const value = JSON.parse(text) as string;
    // Control characters and what is no character Wireshark shows in ways of its own.
    return /^[ -~]*$/.test(value) && value !== show && !/[\\]/.test(value) ? differs : undefined;
  }
  if (text.startsWith("0x") && show.includes(":")) return undefined;
  const bits = /\(0x([0-9a-f]+)\)$/.exec(text) ?? /^0x([0-9a-f]+)$/.exec(text);
  if (bits !== null)
    return BigInt(show) === BigInt(`0x${bits[1]}`) || kind === "data" ? undefined : differs;
  const letter = /'(.)'\)?$/.exec(text);
  if (letter !== null) return Number(show) === letter[1]?.charCodeAt(0) ? undefined : differs;
  const number = /\((-?\d+)\)$/.exec(text)?.[1] ?? text;
  if (/^-?\d+$/.test(number) && !/[.e]/i.test(show)) {
    const isSame = number === show || Number(number) === Number(show);
    const isTime = meaning !== undefined && meaning.includes("T") && meaning.endsWith("Z");
    if (isTime && span.end - span.start === 8 && !drawn.includes(`[${meaning}]`))
      return `time ${meaning}, seen ${drawn}`;
    return isSame ? undefined : differs;
  }
  const value = Number(number);
  if (Number.isNaN(value)) return /nan/i.test(show) ? undefined : differs;
  const isClose =
    value === Number(show) ||
    Math.abs(value - Number(show)) <= Math.abs(value) * 1e-5 ||
    Math.abs(value) < 1e-37;
  return isClose || /inf/i.test(show) ? undefined : differs;
}
