/** Checks a configuration against its JSON Schema; loads ajv, which takes longer than the rest. */
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { suggest } from "../cli/suggest.js";
import { CONFIG_SCHEMA, type SbeConfig } from "./config-schema.js";

/** What is wrong with a configuration. */
export interface ConfigFault {
  /** JSON pointer of the value at fault. */
  readonly pointer: string;
  /** True where the key is at fault rather than its value. */
  readonly isKey: boolean;
  readonly text: string;
}

let validator: Promise<ValidateFunction<SbeConfig>> | undefined;

async function loadValidator(): Promise<ValidateFunction<SbeConfig>> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  return new Ajv2020({ allErrors: true, verbose: true }).compile<SbeConfig>(CONFIG_SCHEMA);
}

/** Yields the configuration, or everything that is wrong with it. */
export async function checkConfig(
  value: unknown,
): Promise<{ readonly config: SbeConfig } | { readonly faults: readonly ConfigFault[] }> {
  validator ??= loadValidator();
  const validate = await validator;
  if (validate(value)) return { config: value };
  return { faults: (validate.errors ?? []).map(faultOf) };
}

function faultOf(error: ErrorObject): ConfigFault {
  const { instancePath, keyword, params, data } = error;
  const what = instancePath === "" ? "configuration" : `"${nameOf(instancePath)}"`;
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const near = suggest(key, propertiesOf(error));
      const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
      return {
        pointer: `${instancePath}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        isKey: true,
        text: `${what} must not have "${key}"${hint}`,
      };
    }
    case "enum": {
      const allowed = params["allowedValues"] as readonly unknown[];
      const list = allowed.map((each) => JSON.stringify(each)).join(", ");
      return fault(instancePath, `${what} must be one of ${list}: value=${JSON.stringify(data)}`);
    }
    case "type":
      return fault(instancePath, `${what} must be ${withArticle(String(params["type"]))}`);
    case "minItems":
    case "minLength":
      return fault(instancePath, `${what} must not be empty`);
    case "minimum":
      return fault(instancePath, `${what} must not be negative`);
    default:
      return fault(instancePath, `${what} ${error.message ?? `must be valid: rule=${keyword}`}`);
  }
}

function fault(pointer: string, text: string): ConfigFault {
  return { pointer, isKey: false, text };
}

/** The last step that is a name: an index says little. */
function nameOf(pointer: string): string {
  const steps = pointer.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.findLast((step) => !/^[0-9]+$/.test(step)) ?? "";
}

function propertiesOf({ parentSchema }: ErrorObject): readonly string[] {
  const properties: unknown = parentSchema?.["properties"];
  return typeof properties === "object" && properties !== null
    ? Object.keys(properties).filter((name) => !name.startsWith("$"))
    : [];
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
