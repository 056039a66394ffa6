/** JSON values from outside: where in the document they stand, and what they turn out not to be. */
import { EncodeError } from "./errors.js";

/** A place in a document, e.g. `fuelFigures[2].speed`; text is made only for an error. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
}

/** The text of a place; empty for the document itself. */
function placeText(place: Place | undefined): string {
  if (place === undefined) return "";
  const outer = placeText(place.parent);
  if (typeof place.step === "number") return `${outer}[${place.step}]`;
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(place.step);
  if (!isPlain) return `${outer}[${JSON.stringify(place.step)}]`;
  return outer === "" ? place.step : `${outer}.${place.step}`;
}

/** Longest piece of an input value that an error quotes. */
const SHOWN_LENGTH_MAX = 60;

/** An error that says what must hold at a place and what was seen there. */
export function inputError(place: Place | undefined, mustHold: string, seen: unknown): EncodeError {
  const text = seen === undefined ? "nothing" : (JSON.stringify(seen) ?? typeof seen);
  const shown = text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
  return new EncodeError(placeText(place), `${mustHold}: value=${shown}`);
}

/** An object of JSON. */
export type InputObject = { readonly [key: string]: unknown };

/** True for objects of JSON, not arrays. */
export function isInputObject(value: unknown): value is InputObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own member of that name; JSON documents may hold `__proto__` and `constructor`. */
export function memberOf(object: InputObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
