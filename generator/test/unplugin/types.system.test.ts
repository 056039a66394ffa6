/** The types that the plugin writes, in the eyes of the type-checker that a user runs. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SchemaModules } from "../../src/unplugin/schema-modules.js";
import { moduleOf } from "../../src/unplugin/module-id.js";
import { PluginProject } from "./plugin-project.js";

const TSC = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
const VENUE = fileURLToPath(new URL("../support/venue.xml", import.meta.url));
const ORDER_ENTRY = fileURLToPath(
  new URL("../../../examples/schemas/order-entry.xml", import.meta.url),
);

const PROGRAM = `import { CarDecoder, Model, type CarData, type ModelValue, Car } from "./car.xml";
const car: CarData = { serial: 1, model: Model.Estate, wheels: [] };
const model: ModelValue = new CarDecoder().model();
const [wheel] = CarDecoder.decode(new Uint8Array()).wheels;
const pressure: number | undefined = wheel?.pressure;
for (const each of new CarDecoder().wheels()) console.log(each.pressure().toFixed(), pressure, model);
export const named: { type: "Car"; data: CarData } | { type: "Bicycle" } | undefined = Car.decode(new DataView(new ArrayBuffer(0)), 0, 0);
export { car };
`;

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom"],
    types: [],
    allowArbitraryExtensions: true,
    noEmit: true,
  },
  include: ["src"],
};

function typeCheck(project: PluginProject): string {
  const { stdout } = spawnSync(process.execPath, [TSC, "-p", project.path, "--pretty", "false"], {
    encoding: "utf8",
  });
  return stdout;
}

it("car.d.xml.ts types the imports of car.xml in a strict project, to the wrong ones", async () => {
  using project = new PluginProject();
  await new SchemaModules({}).build(project.file("src/car.xml"));
  project.write("tsconfig.json", JSON.stringify(CONFIG));
  project.write("src/main.ts", PROGRAM);
  expect(typeCheck(project)).toBe("");
  project.edit("src/main.ts", "serial: 1", 'serial: "one"');
  project.edit("src/main.ts", "Model.Estate", "Model.Van");
  const found = typeCheck(project);
  expect(found).toContain("error TS2322: Type 'string' is not assignable to type 'number'");
  expect(found).toContain("error TS2339: Property 'Van' does not exist");
});

it("types of schemas with everything in them hold together in one file, documented", async () => {
  using project = new PluginProject();
  for (const [name, file] of [
    ["venue", VENUE],
    ["order-entry", ORDER_ENTRY],
  ] as const) {
    project.write(`src/${name}.xml`, readFileSync(file, "utf8"));
    const { diagnostics } = await new SchemaModules({}).build(project.file(`src/${name}.xml`));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  }
  project.write("tsconfig.json", JSON.stringify(CONFIG));
  expect(typeCheck(project)).toBe("");
  expect(project.read("src/order-entry.d.xml.ts")).toContain("* Takes an order off the book");
});

it("a file that the generator did not write is left alone, and is a fault; types can be switched off", async () => {
  using project = new PluginProject();
  project.write("src/car.d.xml.ts", "export const mine = 1;\n");
  const file = project.file("src/car.xml");
  const { diagnostics, modules } = await new SchemaModules({}).build(file);
  expect(modules).toBeUndefined();
  expect(diagnostics).toMatchObject([{ rule: "output-clash", severity: "error" }]);
  expect(project.read("src/car.d.xml.ts")).toBe("export const mine = 1;\n");
  expect((await new SchemaModules({ types: false }).build(file)).modules?.size).toBeGreaterThan(3);
});

it("a schema is compiled once until one of its files changes", async () => {
  using project = new PluginProject();
  const schemas = new SchemaModules({ types: false });
  const file = project.file("src/car.xml");
  const [first, second] = await Promise.all([schemas.build(file), schemas.build(file)]);
  expect(second).toBe(first);
  expect(await schemas.build(file)).toBe(first);
  writeFileSync(project.file("src/types.xml"), `${project.read("src/types.xml")}\n`);
  expect(await schemas.build(file)).not.toBe(first);
});

it("queries of others and files that are left out are none of the plugin's business", () => {
  expect(moduleOf("/a/car.xml", {})).toEqual({ file: "/a/car.xml", module: "index" });
  expect(moduleOf("/a/car.xml?sbe=car", {})).toEqual({ file: "/a/car.xml", module: "car" });
  expect(moduleOf("/a/car.xml?raw", {})).toBeUndefined();
  expect(moduleOf("/a/car.ts", {})).toBeUndefined();
  expect(moduleOf("/a/rss.xml", { exclude: /rss/ })).toBeUndefined();
  expect(moduleOf("C:\\a\\car.sbe", { include: /\/a\/.*\.sbe$/ })?.module).toBe("index");
});
