/**
 * Measures the candidates of one message in this process and prints the rows as JSON.
 *
 *   node --expose-gc worker.js CODECS-FOLDER MESSAGE [CANDIDATE [TEXT]]
 *
 * With a candidate's name only that one is measured: to read its optimised code or deoptimisations.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { measure } from "./measure.js";
import { candidatesOf, messages } from "./messages/messages.js";

const [folder = "", key = "", only, text] = process.argv.slice(2);
const message = messages.find((each) => each.key === key);
if (message === undefined) throw new Error(`message must be known: key=${key}`);

const index = pathToFileURL(join(folder, message.schema.baseName, "index.js"));
const codecs: unknown = await import(index.href);
const candidates = (await candidatesOf(message, codecs)).filter(
  ({ name, text: mode }) =>
    (only === undefined || name === only) && (text === undefined || mode === text),
);
process.stdout.write(JSON.stringify(await measure(candidates)));
