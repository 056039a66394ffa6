import { upperSnake } from "../naming/case.js";
import { RESERVED_MEMBERS, RESERVED_PRIVATE, RESERVED_STATICS } from "../naming/reserved.js";
import { NameScope } from "../naming/scope.js";
import type { FieldKind } from "./field-model.js";

/** The names of one flyweight: of its accessors (decoder and encoder alike), private fields and constants. */
export class MemberScope {
  /** Statics start with `static ` here, so that one claim holds both. */
  readonly #members = new NameScope([
    ...RESERVED_MEMBERS,
    ...RESERVED_STATICS.map((name) => `static ${name}`),
  ]);
  readonly #private = new NameScope(RESERVED_PRIVATE);

  claimField(wanted: string, kind: FieldKind): string {
    return this.#members.claim(wanted, (name) => [...derivedOf(kind, name), ...staticsOf(name)]);
  }

  claimGroup(wanted: string): string {
    return this.#members.claim(wanted, (name) => [`${name}Count`]);
  }

  claimData(wanted: string): string {
    return this.#members.claim(wanted, (name) => [
      `${name}Length`,
      `${name}Offset`,
      `${name}Bytes`,
      `${name}Reserve`,
      prefixed("copy", name),
      prefixed("skip", name),
    ]);
  }

  claimPrivate(wanted: string): string {
    return this.#private.claim(wanted);
  }
}

/** `copy` + `vehicleCode` → `copyVehicleCode`. */
export function prefixed(prefix: string, name: string): string {
  return prefix + (name[0] ?? "").toUpperCase() + name.slice(1);
}

function staticsOf(name: string): readonly string[] {
  const constant = `static ${upperSnake(name)}`;
  return [`${constant}_NULL`, `${constant}_LENGTH`];
}

/** Accessors that come with a field besides the one of its name. */
function derivedOf(kind: FieldKind, name: string): readonly string[] {
  switch (kind) {
    case "number":
      return [`${name}IsNull`];
    case "long":
      return ["Number", "Low", "High", "Halves", "IsNull"].map((suffix) => name + suffix);
    case "set":
      return [`${name}Has`];
    case "longSet":
      return ["Low", "High", "Halves", "Has"].map((suffix) => name + suffix);
    case "text":
      return [`${name}Bytes`, `${name}Offset`, prefixed("copy", name)];
    case "numbers":
      return [`${name}From`, prefixed("copy", name)];
    case "longs":
      return [
        ...["Number", "Low", "High", "Halves", "From"].map((suffix) => name + suffix),
        prefixed("copy", name),
      ];
    case "enum":
    case "composite":
    case "constant":
      return [];
  }
}
