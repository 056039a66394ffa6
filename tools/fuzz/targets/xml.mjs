/** The XML front end: an IR that reads back as it was written, or an error that points into the source. */
import {
  compileSchema,
  formatDiagnostics,
  irFromSbeir,
  irToSbeir,
  layoutOf,
} from "@alerion/schema";
import { generate } from "@alerion/generator";
import { must, outcomeOf } from "../loop.mjs";
import { mutateBytes } from "../mutate-bytes.mjs";
import { mutateXml } from "../mutate-xml.mjs";

/** Longest schema, in bytes. */
const LENGTH_MAX = 64 * 1024;
/** One of so many schemas is also generated from, which takes much longer than compiling. */
const GENERATE_EVERY = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What an include brings: types, a part of them, or the schema again. */
const INCLUDED = `<types xmlns:xi="http://www.w3.org/2001/XInclude">
  <type name="Included" primitiveType="uint32"/><xi:include href="other.xml"/>
</types>`;

/**
 * @param {readonly import("../prepare.mjs").Subject[]} subjects
 * @param {readonly Uint8Array[]} corpus
 * @returns {import("../loop.mjs").Target}
 */
export function xmlTarget(subjects, corpus) {
  let count = 0;
  return {
    watched: [
      "/schema/dist/xml/",
      "/schema/dist/model/",
      "/schema/dist/diagnostics/",
      "/schema/dist/compile-schema",
      "/schema/dist/source-text",
    ],
    seeds: [...subjects.map(({ xml }) => encoder.encode(xml)), ...corpus],
    lengthMax: LENGTH_MAX,
    mutate: (random, input, other) =>
      random.below(12) === 0
        ? mutateBytes(random, input, other, [], LENGTH_MAX)
        : encoder.encode(mutateXml(random, decoder.decode(input), decoder.decode(other))),
    execute: (input) => {
      count++;
      const root = "folder/schema.xml";
      const read = (/** @type {string} */ path) =>
        path === "folder/other.xml" ? encoder.encode(INCLUDED) : path === root ? input : undefined;
      const result = compileSchema(input, { file: root, resolver: { read } });
      const { ir, diagnostics } = result;
      const isRefused = diagnostics.some(({ severity }) => severity === "error");
      must((ir === undefined) === isRefused, () => "there must be an IR or an error, and not both");
      for (const diagnostic of diagnostics) {
        const { line, column, length, text } = diagnostic;
        const isPlaced = line >= 1 && column >= 1 && length >= 0;
        must(
          isPlaced,
          () => `diagnostic must point into the source: ${line}:${column}:${length} ${text}`,
        );
      }
      must(typeof formatDiagnostics(diagnostics, "text") === "string", () => "must format");
      if (ir === undefined) return;
      const bytes = irToSbeir(ir);
      const again = irToSbeir(irFromSbeir(bytes));
      must(Buffer.compare(bytes, again) === 0, () => "IR must read back as it was written");
      // A header whose members are no integers compiles, as with the official tool; a layout refuses it by an IrError.
      outcomeOf(() => {
        const layout = layoutOf(ir);
        if (count % GENERATE_EVERY === 0) generate(layout, { baseName: "schema" });
      });
    },
  };
}
