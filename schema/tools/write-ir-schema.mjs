/** Writes ir.schema.json, the JSON Schema of IR JSON as a file for other tools. Needs a build. */
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { IR_JSON_SCHEMA } from "../dist/index.js";

const text = await format(JSON.stringify(IR_JSON_SCHEMA), { parser: "json", printWidth: 100 });
writeFileSync(new URL("../ir.schema.json", import.meta.url), text);
