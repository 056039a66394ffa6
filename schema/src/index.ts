export { IrError } from "./ir-error.js";
export { PRIMITIVE_NAMES, SIGNALS } from "./ir.js";
export type {
  BytesValue,
  DoubleValue,
  Ir,
  IrByteOrder,
  IrEncoding,
  IrMessage,
  IrPresence,
  IrToken,
  IrValue,
  LongValue,
  PrimitiveName,
  Signal,
} from "./ir.js";
export { layoutOf, NESTING_DEPTH_MAX, PRIMITIVES, scalarMember } from "./layout.js";
export type {
  BlockLayout,
  ChoiceLayout,
  CompositeLayout,
  CompositeMemberLayout,
  ConstantValue,
  DataLayout,
  Described,
  EnumLayout,
  EnumValueLayout,
  FieldLayout,
  GroupLayout,
  MessageLayout,
  Presence,
  PrimitiveLayout,
  ScalarValue,
  SchemaLayout,
  SetLayout,
  TypeLayout,
} from "./layout.js";
export { decodeMessage, measureMessage } from "./otf/decode.js";
export type { DecodedMessage, DecodeOptions, MessageValues } from "./otf/decode.js";
export { DecodeError, EncodeError, MessageNameError } from "./otf/errors.js";
export type { DecodeErrorCode } from "./otf/errors.js";
export type { JsonValue, TextSink } from "./otf/json-text.js";
export { printMessage } from "./otf/print.js";
export { encodeDocument, encodeMessage } from "./otf/encode.js";
export type { EncodeOptions } from "./otf/encode.js";
export { irFromJson, irToJson } from "./ir-json.js";
export { IR_JSON_SCHEMA } from "./ir-json-schema.js";
export { compileSchema } from "./compile-schema.js";
export type { CompileOptions, CompileResult } from "./compile-schema.js";
export type {
  Diagnostic,
  DiagnosticExcerpt,
  DiagnosticNote,
  DiagnosticSeverity,
} from "./diagnostics/diagnostic.js";
export { DIAGNOSTIC_RULES } from "./diagnostics/diagnostic-rules.js";
export type { DiagnosticRule } from "./diagnostics/diagnostic-rules.js";
export {
  DIAGNOSTIC_FORMATS,
  formatDiagnostic,
  formatDiagnostics,
} from "./diagnostics/format-diagnostics.js";
export type { DiagnosticFormat } from "./diagnostics/format-diagnostics.js";
export type { SchemaLocation, SchemaLocations } from "./schema-locations.js";
export type { IncludeResolver } from "./xml/expand-includes.js";
export { compatDiagnostics } from "./compat/compat-diagnostics.js";
export type { CompatSide } from "./compat/compat-diagnostics.js";
export { compareSchemas } from "./compat/compare-schemas.js";
export type { CompatFinding, ElementPath } from "./compat/finding.js";
export { COMPAT_LEVELS, COMPAT_RULES, compatRule } from "./compat/rules.js";
export type { CompatBreaks, CompatLevel, CompatRule, CompatRuleName } from "./compat/rules.js";
export { irFromSbeir, irToSbeir } from "./sbeir.js";
export type { LintFinding } from "./lint/finding.js";
export { lintDiagnostics, lintSchema } from "./lint/lint-schema.js";
export { LINT_RULES, LINT_SETTINGS, lintSettingOf } from "./lint/rules.js";
export type { LintRule, LintRuleName, LintSetting, LintSettings } from "./lint/rules.js";
export { checkDocument, checkValues } from "./json-schema/check-values.js";
export type { ValueFault } from "./json-schema/check-values.js";
export { messageJsonSchema, messagesJsonSchema } from "./json-schema/message-json-schema.js";
export type { JsonSchema } from "./json-schema/message-json-schema.js";
