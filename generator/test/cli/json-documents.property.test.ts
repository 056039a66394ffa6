import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonDocumentSplitter, type JsonDocumentText } from "../../src/cli/json-documents.js";

function split(pieces: readonly string[]): JsonDocumentText[] {
  const splitter = new JsonDocumentSplitter();
  const documents = pieces.flatMap((piece) => [...splitter.push(piece)]);
  const last = splitter.end();
  return last === undefined ? documents : [...documents, last];
}

const documentText = fc
  .tuple(
    fc.oneof(fc.object(), fc.array(fc.jsonValue())),
    fc.constantFrom(undefined, 1, "\t"),
    fc.constantFrom("", " ", "\n", "\r\n", "\n\n"),
  )
  .map(([value, indent, after]) => ({ text: JSON.stringify(value, undefined, indent), after }));

describe("documents in a stream of text", () => {
  it("come out whole and in order, wherever the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(documentText),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (documents, lengths) => {
          const whole = documents.map(({ text, after }) => text + after).join("");
          const pieces: string[] = [];
          for (let at = 0; at < whole.length;) {
            const next: IteratorResult<number, unknown> = lengths.next();
            const length = next.done === true ? 1 : next.value;
            pieces.push(whole.slice(at, at + length));
            at += length;
          }
          const found = split(pieces);
          expect(found.map(({ text }) => text.trim())).toStrictEqual(
            documents.map(({ text }) => text),
          );
          // The line is that of the first character of the document.
          let at = 0;
          for (const [index, { text, after }] of documents.entries()) {
            expect(found[index]?.line).toBe(whole.slice(0, at).split("\n").length);
            at += text.length + after.length;
          }
        },
      ),
    );
  });

  it("leave what is no document for the end", () => {
    expect(split(['{"a":1} nonsense'])).toStrictEqual([
      { text: '{"a":1}', line: 1 },
      { text: " nonsense", line: 1 },
    ]);
    expect(split(['{"a":'])).toHaveLength(1);
    expect(split([" \n "])).toStrictEqual([]);
  });
});
