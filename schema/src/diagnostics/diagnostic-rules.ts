/**
 * Every rule that a diagnostic of this package can carry, with its severity and what it says.
 * docs/diagnostics.md shows the same table; a test keeps the two equal.
 */
import type { DiagnosticSeverity } from "./diagnostic.js";

interface RuleFacts {
  readonly severity: DiagnosticSeverity;
  /** What must hold, for the table in the documents. */
  readonly says: string;
}

const error = (says: string): RuleFacts => ({ severity: "error", says });
const warning = (says: string): RuleFacts => ({ severity: "warning", says });

/** All rules by name. */
export const DIAGNOSTIC_RULES = {
  // The file as bytes and as XML.
  "xml-too-large": error("a schema file is no larger than the cap, 16 MiB unless told otherwise"),
  "xml-encoding": error(
    "a schema file is UTF-8, UTF-16 with a byte order mark, US-ASCII or ISO-8859-1",
  ),
  "xml-doctype": error("a schema has no document type declaration"),
  "xml-entity": error("only the five predefined entities and character references are used"),
  "xml-malformed": error("the file is well-formed XML 1.0"),
  "xml-tag-mismatch": error("every start tag has its end tag"),
  "xml-attribute-duplicate": error("an element has each attribute once"),
  "xml-limit": error(
    "nesting, element count, attribute count and attribute length stay below named limits",
  ),

  // XInclude.
  "include-invalid": error("an include has a `href` and asks for XML as a whole"),
  "include-not-found": error("the included file exists"),
  "include-outside": error("the included file lies below the schema's folder or the include root"),
  "include-cycle": error("no file includes itself, directly or through others"),
  "include-limit": error("includes are nested and counted below named limits"),

  // The schema element.
  "schema-element-missing": error("the root element is `messageSchema`"),
  "messages-missing": warning("a schema has at least one message"),
  "version-placeholder": error("no attribute still holds a placeholder of a build tool"),
  "version-negative": error("the schema version is not negative"),
  "header-type-unknown": error(
    "`headerType`, or `messageHeader` without it, names a type of the schema",
  ),
  "header-type-kind": error("the message header is a composite of plain types"),
  "header-member-missing": error(
    "the message header has blockLength, templateId, schemaId and version",
  ),
  "header-member-unsigned": error("blockLength of the message header is unsigned"),
  "header-member-uint16": warning("members of the message header are uint16"),
  "id-out-of-range": warning("schema id, version and template ids fit the message header"),

  // Attributes of any element.
  "attribute-missing": error("a required attribute is there"),
  "attribute-empty": error("a required attribute is not empty"),
  "attribute-not-integer": error("a number attribute holds a 32-bit integer in decimal"),
  "presence-unknown": error("`presence` is required, optional or constant"),
  "name-not-portable": warning(
    "a name is no keyword and no malformed identifier in C++, Java, Go or C#",
  ),
  "since-version-too-high": error("`sinceVersion` is not above the schema version"),

  // Types.
  "type-duplicate": warning("a type name is defined once"),
  "primitive-type-unknown": error("`primitiveType` names a primitive type of SBE"),
  "length-negative": warning("`length` is not negative"),
  "size-limit": error("a type or block takes less than 2^31 bytes"),
  "charset-unknown": error("the character encoding of a constant is known"),
  "constant-missing": error("a constant has a value"),
  "constant-too-long": error("the text of a constant is no longer than `length`"),
  "value-invalid": error("a value has the form of its primitive type"),
  "value-not-text": error("a value is the first thing in its element"),
  "value-space": warning("a number stands without white space around it"),
  "null-value-unused": warning("`nullValue` stands with presence optional only"),
  "value-ref-format": error("`valueRef` has the form EnumName.ValueName"),
  "value-ref-presence": error("`valueRef` stands with presence constant only"),
  "value-ref-enum-unknown": error("`valueRef` names an enum of the schema"),
  "value-ref-value-unknown": error("`valueRef` names a value of the enum"),
  "value-ref-type": error("the enum of a `valueRef` has the type of the constant"),
  "enum-encoding": error(
    "an enum is encoded as char, int8, int16, int32, uint8, uint16 or a type of length 1",
  ),
  "enum-value-range": error("an enum value lies in the range of its encoding type"),
  "enum-value-null": error("an enum value is not the null value"),
  "enum-value-duplicate": warning("an enum has each value once"),
  "enum-name-duplicate": warning("an enum has each value name once"),
  "set-encoding": error("a set is encoded as uint8, uint16, uint32, uint64 or a type of length 1"),
  "choice-range": error("a choice is a bit of the set's encoding type"),
  "choice-value-duplicate": warning("a set has each bit once"),
  "choice-name-duplicate": warning("a set has each choice name once"),
  "composite-member-kind": error("a composite holds types, enums, sets, composites and refs only"),
  "composite-member-duplicate": error("a composite has each member name once"),
  "composite-offset": error("a member's offset is not inside the members before it"),
  "ref-unknown": error("a ref names a type of the schema"),
  "ref-cycle": error("a composite does not contain itself"),
  "schema-limit": error("the expanded schema stays below named limits"),

  // Messages, fields, groups and data.
  "message-id-duplicate": error("a message id is used once"),
  "message-name-duplicate": error("a message name is used once"),
  "field-id-duplicate": error("an id is used once in its block"),
  "field-name-duplicate": error("a name is used once in its block"),
  "field-order": error("fields stand before groups, and groups before data"),
  "field-offset": error("a field's offset is not inside the fields before it"),
  "field-variable-length": warning("a field has a fixed length; only data varies"),
  "block-length": error("`blockLength` has room for all fields"),
  "unknown-type": error("the type of a field exists"),
  "semantic-type": error("field and type have the same `semanticType` where both state one"),
  "constant-not-constant": error(
    "a field is constant only where its type or a `valueRef` gives the value",
  ),
  "constant-value-ref-missing": error("a constant enum field has a `valueRef`"),
  "dimension-type-unknown": error("the dimension type of a group exists"),
  "dimension-type-kind": error("the dimension type of a group is a composite of plain types"),
  "dimension-member-missing": error("a dimension type has blockLength and numInGroup"),
  "dimension-member-unsigned": error("blockLength of a dimension type is unsigned"),
  "dimension-member-signed": warning("numInGroup is unsigned"),
  "dimension-member-size": warning("blockLength and numInGroup are uint8 or uint16"),
  "length-max-missing": error("a uint32 length or count states a maxValue"),
  "length-max": error("maxValue of a length or count is what its type and a 31-bit size can hold"),
  "length-min": error("minValue of a count is neither negative nor above maxValue"),
  "data-type-kind": error("the type of a data field is a composite of plain types"),
  "data-member-missing": error("the composite of a data field has length and varData"),
  "data-member-order": warning("length stands before varData"),
  "data-length-unsigned": error("length of a data field is unsigned"),
  "data-length-size": warning("length of a data field is uint8, uint16 or uint32"),
  "data-presence": error("a data field is not optional"),

  // Compiling for an older version.
  "at-version": error("the wanted version is between 0 and the schema version"),
} as const satisfies Record<string, RuleFacts>;

/** Kebab-case name of a rule. */
export type DiagnosticRule = keyof typeof DIAGNOSTIC_RULES;
