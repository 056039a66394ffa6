/** The leaves of a type on the wire: what lies where, with its value as text. */
import { charsetOf, readText } from "@alerion/runtime/codegen";
import { decimalToString } from "@alerion/runtime/values";
import type {
  CompositeLayout,
  EnumLayout,
  FieldLayout,
  PrimitiveLayout,
  ScalarValue,
  SetLayout,
  TypeLayout,
} from "../layout.js";
import { textBeforeNul } from "../otf/form.js";
import { hexOf } from "../otf/json-text.js";
import { SCALAR_READERS } from "../otf/scalar.js";
import type { Span, SpanKind } from "./span.js";
import {
  timeMeaningOf,
  timeMemberOf,
  timeText,
  unitOfPower,
  type TimeMeaning,
} from "./time-meaning.js";

/** Elements of an array that are shown. */
const ELEMENTS_SHOWN = 16;

/** Bytes of opaque data and of text that are shown. */
const BYTES_SHOWN = 64;
const TEXT_BYTES_SHOWN = 256;

/** Where leaves go. */
export type SpanSink = (span: Span) => void;

/** Reads the leaves of types at places of one view. */
export class LeafReader {
  readonly #view: DataView;
  readonly #sink: SpanSink;

  constructor(view: DataView, sink: SpanSink) {
    this.#view = view;
    this.#sink = sink;
  }

  /** The leaves of a field; constants have none. */
  field(field: FieldLayout, path: string, at: number): void {
    const { type } = field;
    if (field.constant !== undefined) return;
    if (type.kind === "composite") this.composite(type, path, at, "field");
    else if (type.kind === "primitive") {
      const isOptional = field.presence === "optional" || type.presence === "optional";
      this.#primitive(type, path, at, "field", isOptional, timeMeaningOf(type, field));
    } else this.#leaf(type, path, at, "field");
  }

  /** The leaves of a composite, in the order of its members. */
  composite(composite: CompositeLayout, path: string, at: number, kind: SpanKind): void {
    const decimal = this.#decimal(composite, at);
    const time = timeMemberOf(composite);
    for (const { name, offset, type } of composite.members) {
      const memberPath = `${path}.${name}`;
      const memberAt = at + offset;
      if (type.kind === "composite") this.composite(type, memberPath, memberAt, kind);
      else if (type.kind !== "primitive") this.#leaf(type, memberPath, memberAt, kind);
      else if (type === decimal?.mantissa) {
        this.#primitive(type, memberPath, memberAt, kind, true, undefined, decimal.text);
      } else {
        const meaning =
          type === time ? this.#timeOf(composite, at) : timeMeaningOf(type, undefined);
        this.#primitive(type, memberPath, memberAt, kind, type.presence === "optional", meaning);
      }
    }
  }

  #leaf(type: EnumLayout | SetLayout, path: string, at: number, kind: SpanKind): void {
    const text = type.kind === "enum" ? this.#enumText(type, at) : this.#setText(type, at);
    this.#sink({ start: at, end: at + type.size, path, kind, text });
  }

  #primitive(
    type: PrimitiveLayout,
    path: string,
    at: number,
    kind: SpanKind,
    isOptional: boolean,
    meaning: TimeMeaning | undefined,
    decimal?: string,
  ): void {
    if (type.constant !== undefined || type.size <= 0) return;
    const text = this.#primitiveText(type, at, isOptional);
    let said = decimal;
    if (meaning !== undefined && text !== "null") said = timeText(this.#read(type, at), meaning);
    this.#sink({
      start: at,
      end: at + type.size,
      path,
      kind,
      text,
      ...(said === undefined || said === text ? {} : { meaning: said }),
    });
  }

  #read(type: PrimitiveLayout | EnumLayout | SetLayout, at: number): ScalarValue {
    return SCALAR_READERS[type.primitive](this.#view, at, type.littleEndian);
  }

  #primitiveText(type: PrimitiveLayout, at: number, isOptional: boolean): string {
    const view = this.#view;
    if (type.isArray && type.primitive === "char") {
      return textOf(view, at, type.size, type.characterEncoding ?? "US-ASCII", true);
    }
    if (type.isArray) return this.#arrayText(type, at);
    const value = this.#read(type, at);
    if (isOptional && Object.is(value, type.nullValue)) return "null";
    return type.primitive === "char" ? charText(Number(value)) : String(value);
  }

  #arrayText(type: PrimitiveLayout, at: number): string {
    const read = SCALAR_READERS[type.primitive];
    const shown: string[] = [];
    for (let index = 0; index < Math.min(type.length, ELEMENTS_SHOWN); index++) {
      shown.push(String(read(this.#view, at + index * type.elementSize, type.littleEndian)));
    }
    return `[${shown.join(", ")}${type.length > ELEMENTS_SHOWN ? ", …" : ""}]`;
  }

  #enumText(type: EnumLayout, at: number): string {
    const value = this.#read(type, at);
    const number = type.primitive === "char" ? charText(Number(value)) : String(value);
    const known = type.values.find((candidate) => Object.is(candidate.value, value));
    if (known !== undefined) return `${known.name} (${number})`;
    return Object.is(value, type.nullValue) ? "null" : `unknown value (${number})`;
  }

  #setText(type: SetLayout, at: number): string {
    const bits = BigInt.asUintN(type.size * 8, BigInt(this.#read(type, at)));
    const names: string[] = [];
    let rest = bits;
    for (const { name, bit } of type.choices) {
      const mask = 1n << BigInt(bit);
      if ((bits & mask) !== 0n) names.push(name);
      rest &= ~mask;
    }
    if (rest !== 0n) names.push("unknown bits");
    const hex = `0x${bits.toString(16).padStart(type.size * 2, "0")}`;
    return names.length === 0 ? `none (${hex})` : `${names.join(" | ")} (${hex})`;
  }

  /** A composite of mantissa and exponent: the member that carries the value, and the value. */
  #decimal(
    composite: CompositeLayout,
    at: number,
  ): { mantissa: PrimitiveLayout; text: string | undefined } | undefined {
    const mantissa = integerMember(composite, "mantissa");
    const exponent = integerMember(composite, "exponent");
    if (mantissa === undefined || exponent === undefined) return undefined;
    if (mantissa.type.constant !== undefined) return undefined;
    const value = this.#read(mantissa.type, at + mantissa.offset);
    const isMissing =
      mantissa.type.presence === "optional" && Object.is(value, mantissa.type.nullValue);
    const power = this.#valueOf(exponent.type, at + exponent.offset);
    return {
      mantissa: mantissa.type,
      text: isMissing || power === undefined ? undefined : decimalToString(value, Number(power)),
    };
  }

  #timeOf(composite: CompositeLayout, at: number): TimeMeaning | undefined {
    const member = composite.members.find(({ name }) => name === "unit");
    if (member === undefined || member.type.kind === "composite") return undefined;
    const power = this.#valueOf(member.type, at + member.offset);
    const unit = power === undefined ? undefined : unitOfPower(power);
    if (unit === undefined) return undefined;
    // Without a semantic type it may be a span of time: it is shown only where the schema says what it is.
    switch (composite.semanticType) {
      case "UTCTimestamp":
        return { kind: "instant", unit };
      case "UTCTimeOnly":
        return { kind: "time-of-day", unit };
      default:
        return undefined;
    }
  }

  /** The number of a member, constant or on the wire. */
  #valueOf(type: TypeLayout, at: number): ScalarValue | undefined {
    if (type.kind === "composite") return undefined;
    if (type.kind !== "primitive") return this.#read(type, at);
    if (type.isArray) return undefined;
    const { constant } = type;
    if (constant === undefined) return this.#read(type, at);
    return constant.kind === "text" ? undefined : constant.value;
  }
}

function integerMember(
  composite: CompositeLayout,
  name: string,
): { readonly offset: number; readonly type: PrimitiveLayout } | undefined {
  const member = composite.members.find((candidate) => candidate.name === name);
  if (member?.type.kind !== "primitive" || member.type.isArray) return undefined;
  const { primitive } = member.type;
  if (primitive === "float" || primitive === "double" || primitive === "char") return undefined;
  return { offset: member.offset, type: member.type };
}

/** A byte of a char field: the character where it can be seen. */
function charText(code: number): string {
  return code > 0x20 && code < 0x7f ? `'${String.fromCharCode(code)}'` : String(code);
}

/** Text in quotes, or hex where it is none; cut where it is long. */
export function textOf(
  view: DataView,
  at: number,
  size: number,
  characterEncoding: string | undefined,
  endsAtNul: boolean,
): string {
  const charset = characterEncoding === undefined ? undefined : charsetOf(characterEncoding);
  if (charset === undefined) {
    const shown = Math.min(size, BYTES_SHOWN);
    return `0x${hexOf(view, at, shown)}${size > shown ? "…" : ""}`;
  }
  const shown = Math.min(size, TEXT_BYTES_SHOWN);
  const text = endsAtNul
    ? textBeforeNul(view, at, shown, charset)
    : readText(view, at, shown, charset);
  return `${JSON.stringify(text)}${size > shown ? "…" : ""}`;
}
