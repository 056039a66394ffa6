import { CodecError } from "@alerion/runtime/codegen";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FieldOrder } from "../src/model/field-order.js";
import {
  bytesOf,
  hasConformanceData,
  officialLayout,
  readJson,
  vectorsOf,
} from "./support/conformance-data.js";
import { OrderGraph, Walker } from "./support/field-order-walk.js";
import { loadGenerated, type Flyweight } from "./support/generated-codecs.js";

interface Model {
  readonly schema: string;
  readonly message: string;
  readonly encoder: string;
  readonly decoder: string;
}

const models = hasConformanceData
  ? (readJson("precedence.json") as { models: Model[] }).models
  : [];
const schemas = [...new Set(models.map(({ schema }) => schema))];

/**
 * Makes the calls that `choices` pick, right and wrong ones. A call must go through exactly where the graph has an
 * edge, and a refused one must leave the state as it was.
 *
 * @returns how many calls went through and how many were refused
 */
function walk(walker: Walker, graph: OrderGraph, start: string, choices: readonly number[]) {
  const seen = { allowed: 0, refused: 0 };
  let state = start;
  const trace: string[] = [];
  for (const choice of choices) {
    const steps = walker.steps();
    const step = steps[choice % steps.length];
    if (step === undefined) return seen;
    const labels = step.labels();
    const isNever = labels.includes("never");
    if (!isNever && !labels.some((label) => graph.knows(label, state))) continue;
    const isAllowed = labels.some((label) => graph.follow(label, state) !== undefined);
    let code: string | undefined;
    try {
      step.call();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      ({ code } = error);
    }
    trace.push(`${step.text} in ${state}: ${code ?? "done"}`);
    expect(code, trace.join("\n")).toBe(
      isAllowed ? undefined : isNever ? "GROUP_END" : "FIELD_ORDER",
    );
    if (!isAllowed) {
      seen.refused++;
      continue;
    }
    seen.allowed++;
    const next = step.labels().map((label) => graph.follow(label, state));
    state = next.find((each) => each !== undefined) ?? state;
  }
  return seen;
}

describe.skipIf(!hasConformanceData)("field order state machines", () => {
  test.each(models)("$schema $message equal the official graphs", (model) => {
    const message = officialLayout(model.schema).messages.find(
      ({ name }) => name === model.message,
    );
    if (message === undefined) throw new Error("message must be in the schema");
    expect(new FieldOrder(message, "encoder").toDot()).toBe(model.encoder);
    expect(new FieldOrder(message, "decoder").toDot()).toBe(model.decoder);
  });

  describe.each(schemas)("code generated with checks from %s", (name) => {
    test("allows exactly what the official graphs allow", async () => {
      const schema = await loadGenerated(officialLayout(name), "field-order", {
        baseName: name,
        checks: true,
      });
      const seen = { allowed: 0, refused: 0 };
      const count = (result: typeof seen): void => {
        seen.allowed += result.allowed;
        seen.refused += result.refused;
      };
      for (const model of models.filter((each) => each.schema === name)) {
        const message = schema.model.messages.find(({ label }) => label === `"${model.message}"`);
        if (message === undefined) throw new Error(`message must be there: ${model.message}`);
        const classes = schema.classes(message.className);
        const vectors = vectorsOf(name).filter(({ message: each }) => each === model.message);
        const isEmpty = message.fields.length === 0 && !message.isVariable;
        if (isEmpty) {
          seen.allowed++;
          continue;
        }

        const encoderGraph = new OrderGraph(model.encoder);
        const decoderGraph = new OrderGraph(model.decoder);
        fc.assert(
          fc.property(fc.array(fc.nat(), { minLength: 20, maxLength: 80 }), (choices) => {
            const encoder: Flyweight = new classes.encoder();
            encoder["wrapAndApplyHeader"]?.(new DataView(new ArrayBuffer(65_536)), 0);
            const start = encoderGraph.start(schema.layout.version);
            count(walk(new Walker(encoder, message, true), encoderGraph, start, choices));

            const vector = vectors[(choices[0] ?? 0) % vectors.length];
            if (vector === undefined) return;
            const decoder: Flyweight = new classes.decoder();
            decoder["wrapAndApplyHeader"]?.(new DataView(bytesOf(vector.hex).buffer), 0);
            const decoderStart = decoderGraph.start(vector.actingVersion);
            count(walk(new Walker(decoder, message, false), decoderGraph, decoderStart, choices));
          }),
          { numRuns: 25 },
        );
      }
      expect(seen.allowed).toBeGreaterThan(0);
    });

    test("decodes and re-encodes the vectors like code without checks", async () => {
      const schema = await loadGenerated(officialLayout(name), "field-order-plain", {
        baseName: name,
        checks: true,
      });
      for (const vector of vectorsOf(name)) {
        const message = schema.model.messages.find(({ id }) => id === vector.templateId);
        const classes = schema.classes(message?.className ?? "");
        const data = classes.decoder.decode(bytesOf(vector.hex));
        if (["older", "extended"].includes(vector.kind)) continue;
        expect(classes.encoder.encode(data)).toEqual(bytesOf(vector.hex));
      }
    });
  });
});
