/** The plugin in real builds: what comes out runs, follows changes, and is told of faults as the bundler tells them. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { BUNDLERS, type BuildResult } from "./bundlers.js";
import { ANSWER, PluginProject, SCHEMA } from "./plugin-project.js";

const FINE: BuildResult = { errors: [], warnings: [] };

/** Place of a text in the schema, as bundlers count: lines from 1, columns from 0. */
function placeOf(text: string, schema: string): { line: number; column: number } {
  const before = schema.slice(0, schema.indexOf(text)).split("\n");
  return { line: before.length, column: before.at(-1)?.length ?? 0 };
}

describe.each(BUNDLERS)("the plugin in $name", (bundler) => {
  it("makes codecs of an imported schema, and nothing of messages that are not used", async () => {
    using project = new PluginProject();
    expect(await bundler.build(project)).toEqual(FINE);
    expect(await project.answerOf("out/main.js")).toBe(ANSWER);
    const output = project.read("out/main.js");
    expect(output).toContain("CarDecoder");
    expect(output).not.toContain("Bicycle");
    expect(output).not.toContain("Dispatcher");
    expect(project.read("src/car.d.xml.ts")).toContain("export declare class BicycleDecoder");
  });

  it("reports each fault at its line and column of the schema", async () => {
    using project = new PluginProject();
    project.edit("src/car.xml", 'type="Model"', 'type="Modell"');
    project.edit("src/car.xml", 'type="uint8"', 'type="uint9"');
    const { errors } = await bundler.build(project);
    const schema = project.read("src/car.xml");
    const [first, second] = errors;
    expect(first).toMatchObject(placeOf('Modell"', schema));
    expect(basename(first?.file ?? "")).toBe("car.xml");
    expect(first?.text).toContain('field "model" (id 2) has unknown type "Modell" [unknown-type]');
    if (bundler.saysAll) {
      expect(second).toMatchObject(placeOf('uint9"', schema));
      expect(errors).toHaveLength(2);
    } else {
      expect(errors).toHaveLength(1);
      const { line, column } = placeOf('uint9"', schema);
      expect(first?.text).toContain(`car.xml:${line}:${column + 1}: field "gears" (id 1)`);
    }
    expect(existsSync(project.file("src/car.d.xml.ts"))).toBe(false);
  });

  it("reports warnings at their place, and fails for them where it is told to", async () => {
    using project = new PluginProject();
    project.edit("src/types.xml", '<validValue name="Saloon">', '<validValue name="class">');
    const { errors, warnings } = await bundler.build(project);
    expect(errors).toEqual([]);
    const place = placeOf('class"', project.read("src/types.xml"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject(place);
    expect(basename(warnings[0]?.file ?? "")).toBe("types.xml");
    const fatal = await bundler.build(project, { warningsFatal: true });
    expect(fatal.errors).toHaveLength(1);
    expect(fatal.errors[0]).toMatchObject(place);
  });

  it("builds again when the schema or a file that it includes changes, and after a fault is mended", async () => {
    using project = new PluginProject();
    const results: BuildResult[] = [];
    let wake: () => void = () => undefined;
    const watching = await bundler.watch(project, (result) => {
      results.push(result);
      wake();
    });
    /** Waits for a build that the test is satisfied with; the test's timeout is the only clock. */
    const until = async (
      isIt: (result: BuildResult) => boolean | Promise<boolean>,
    ): Promise<void> => {
      for (;;) {
        const result = results.shift();
        if (result === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (await isIt(result)) return;
      }
    };
    const answers = (answer: string) => async (result: BuildResult) =>
      result.errors.length === 0 && (await project.answerOf("out/main.js")) === answer;
    try {
      await until(answers(ANSWER));
      project.edit("src/car.xml", 'type="uint32"', 'type="uint33"');
      await until(({ errors }) => errors.length > 0);
      project.write("src/car.xml", SCHEMA);
      await until(answers(ANSWER));
      project.edit("src/types.xml", 'name="Saloon"', 'name="Coupe"');
      project.edit("src/main.js", "Model.Estate", "Model.Coupe");
      await until(answers(ANSWER.replace("Estate", "Coupe")));
    } finally {
      await watching.close();
    }
    expect(project.read("src/car.d.xml.ts")).toContain("readonly Coupe: 1");
  });
});
