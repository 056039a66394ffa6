/**
 * A value of an enum field that the schema does not list. Readers meet such values when the writer has a newer
 * schema; they arrive as they lie in the message. The intersection keeps `Side | UnknownEnum` from
 * collapsing to `number`, so that editors still offer the known values.
 */
export type UnknownEnum = number & Record<never, never>;
