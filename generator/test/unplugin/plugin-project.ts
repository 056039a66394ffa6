/** A project as a user of a bundler has it: a schema, a program that imports it, and the program's answer. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../../.build/unplugin/", import.meta.url));

/** Two messages, of which the program uses one; an included file, so that there is one. */
export const SCHEMA = `<?xml version="1.0" encoding="UTF-8"?>
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" xmlns:xi="http://www.w3.org/2001/XInclude"
    package="garage" id="7" version="0" byteOrder="littleEndian">
  <xi:include href="types.xml"/>
  <sbe:message name="Car" id="1">
    <field name="serial" id="1" type="uint32"/>
    <field name="model" id="2" type="Model"/>
    <group name="wheels" id="3">
      <field name="pressure" id="4" type="uint16"/>
    </group>
  </sbe:message>
  <sbe:message name="Bicycle" id="2">
    <field name="gears" id="1" type="uint8"/>
  </sbe:message>
</sbe:messageSchema>
`;

const TYPES = `<types>
  <composite name="messageHeader">
    <type name="blockLength" primitiveType="uint16"/>
    <type name="templateId" primitiveType="uint16"/>
    <type name="schemaId" primitiveType="uint16"/>
    <type name="version" primitiveType="uint16"/>
  </composite>
  <composite name="groupSizeEncoding">
    <type name="blockLength" primitiveType="uint16"/>
    <type name="numInGroup" primitiveType="uint16"/>
  </composite>
  <enum name="Model" encodingType="uint8">
    <validValue name="Saloon">1</validValue>
    <validValue name="Estate">2</validValue>
  </enum>
</types>
`;

const PROGRAM = `import { CarDecoder, CarEncoder, Model, modelName } from "./car.xml";

const bytes = CarEncoder.encode({ serial: 42, model: Model.Estate, wheels: [{ pressure: 21 }, { pressure: 22 }] });
const car = CarDecoder.decode(bytes);
const decoder = new CarDecoder().wrapAndApplyHeader(new DataView(bytes.buffer), 0);
let pressure = 0;
for (const wheel of decoder.wheels()) pressure += wheel.pressure();
export const answer = [car.serial, modelName(car.model), pressure, Object.keys(car).join()].join(" ");
`;

/** What the program answers with {@link SCHEMA}, and after the field \`model\` is called \`kind\`. */
export const ANSWER = "42 Estate 43 serial,model,wheels";

/** A folder of its own below the repository, where \`@alerion/runtime\` is found. */
export class PluginProject {
  readonly path: string;

  constructor() {
    mkdirSync(ROOT, { recursive: true });
    this.path = mkdtempSync(ROOT);
    this.write("package.json", '{ "type": "module" }\n');
    this.write("src/car.xml", SCHEMA);
    this.write("src/types.xml", TYPES);
    this.write("src/main.js", PROGRAM);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "utf8");
  }

  write(name: string, text: string): void {
    mkdirSync(join(this.file(name), ".."), { recursive: true });
    writeFileSync(this.file(name), text);
  }

  /** Replaces a text in a file; it must be there. */
  edit(name: string, from: string, to: string): void {
    const before = this.read(name);
    if (!before.includes(from))
      throw new Error(`text must be in the file: name=${name} text=${from}`);
    this.write(name, before.replaceAll(from, to));
  }

  /** Runs a bundle that exports \`answer\`. */
  async answerOf(bundle: string): Promise<unknown> {
    const { answer } = (await import(
      /* @vite-ignore */ `${pathToFileURL(this.file(bundle)).href}?at=${loads++}`
    )) as { readonly answer: unknown };
    return answer;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

let loads = 0;
