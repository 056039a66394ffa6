/**
 * Compares what decoding on the fly yields in the typed form with the object of a generated decoder. Members are
 * matched by their order, so that nothing here knows how the generator names things.
 */

/** @typedef {import("@alerion/schema").BlockLayout} BlockLayout */
/** @typedef {import("@alerion/schema").TypeLayout} TypeLayout */
/** @typedef {import("@alerion/schema").CompositeLayout} CompositeLayout */
/** @typedef {import("@alerion/schema").PrimitiveLayout} PrimitiveLayout */
/** @typedef {Readonly<Record<string, unknown>>} Values */

/**
 * @param {BlockLayout} block
 * @param {Values} values  typed form
 * @param {unknown} data  object of the generated decoder
 * @throws {Error} where they differ
 */
export function checkSame(block, values, data) {
  const members = membersOf(data);
  const fields = block.fields.filter(
    ({ type, constant }) => constant === undefined && !isConstant(type),
  );
  const { length } = [...fields, ...block.groups, ...block.data];
  if (members.length !== length) differ("members", length, members.length);
  let index = 0;
  for (const { name, type, presence } of fields) {
    checkValue(name, type, presence === "optional", values[name], members[index++]);
  }
  for (const group of block.groups) {
    const entries = values[group.name];
    const seen = members[index++];
    if (isAbsent(entries) || !Array.isArray(entries)) {
      if (seen !== undefined) differ(group.name, entries, seen);
    } else if (!Array.isArray(seen) || seen.length !== entries.length) {
      differ(group.name, entries, seen);
    } else {
      for (const [at, entry] of entries.entries()) {
        checkSame(group, /** @type {Values} */ (entry), /** @type {unknown[]} */ (seen)[at]);
      }
    }
  }
  for (const { name, characterEncoding } of block.data) {
    checkData(name, characterEncoding !== undefined, values[name], members[index++]);
  }
}

function checkData(
  /** @type {string} */ name,
  /** @type {boolean} */ isText,
  /** @type {unknown} */ value,
  /** @type {unknown} */ seen,
) {
  if (isAbsent(value)) {
    if (seen !== undefined) differ(name, value, seen);
    return;
  }
  const { $data, $text } = /** @type {{ $data: string, $text?: string }} */ (value);
  const isSame = isText
    ? seen === $text
    : seen instanceof Uint8Array && Buffer.from(seen).toString("hex") === $data;
  if (!isSame) differ(name, value, seen);
}

function checkValue(
  /** @type {string} */ name,
  /** @type {TypeLayout} */ type,
  /** @type {boolean} */ isOptional,
  /** @type {unknown} */ value,
  /** @type {unknown} */ seen,
) {
  if (isAbsent(value)) {
    if (seen !== undefined) differ(name, value, seen);
    return;
  }
  switch (type.kind) {
    case "composite": {
      const members = type.members.filter(({ type: inner }) => !isConstant(inner));
      const data = membersOf(seen);
      if (data.length !== members.length) differ(name, value, seen);
      for (const [index, { name: member, type: inner }] of members.entries()) {
        const optional = inner.kind === "primitive" && inner.presence === "optional";
        checkValue(member, inner, optional, /** @type {Values} */ (value)[member], data[index]);
      }
      return;
    }
    case "enum": {
      const { $raw } = /** @type {{ $raw: unknown }} */ (value);
      return checkScalar(name, type, isOptional ? type.nullValue : undefined, $raw, seen);
    }
    case "set": {
      const { $raw } = /** @type {{ $raw: string }} */ (value);
      if (String(seen) !== $raw) differ(name, value, seen);
      return;
    }
    case "primitive":
      return checkPrimitive(name, type, isOptional, value, seen);
  }
}

function checkPrimitive(
  /** @type {string} */ name,
  /** @type {PrimitiveLayout} */ type,
  /** @type {boolean} */ isOptional,
  /** @type {unknown} */ value,
  /** @type {unknown} */ seen,
) {
  if (!type.isArray) {
    return checkScalar(name, type, isOptional ? type.nullValue : undefined, value, seen);
  }
  if (type.primitive === "char") {
    const { $text } = /** @type {{ $text: string }} */ (value);
    if (seen !== (isOptional && $text === "" ? undefined : $text)) differ(name, value, seen);
    return;
  }
  const elements = [.../** @type {Iterable<unknown>} */ (seen)];
  const expected = /** @type {unknown[]} */ (value);
  if (elements.length !== expected.length) differ(name, value, seen);
  for (const [index, element] of expected.entries()) {
    checkScalar(name, type, undefined, element, elements[index]);
  }
}

function checkScalar(
  /** @type {string} */ name,
  /** @type {{ readonly primitive: string }} */ { primitive },
  /** @type {unknown} */ nullValue,
  /** @type {unknown} */ value,
  /** @type {unknown} */ seen,
) {
  const isLong = primitive === "int64" || primitive === "uint64";
  const scalar = isLong ? BigInt(/** @type {string} */ (value)) : Number(value);
  const expected = nullValue !== undefined && Object.is(scalar, nullValue) ? undefined : scalar;
  if (!Object.is(seen, expected)) differ(name, expected, seen);
}

function isConstant(/** @type {TypeLayout} */ type) {
  return type.kind === "primitive" && type.constant !== undefined;
}

function isAbsent(/** @type {unknown} */ value) {
  return typeof value === "object" && value !== null && "$absent" in value;
}

/** @returns {unknown[]} */
function membersOf(/** @type {unknown} */ data) {
  return typeof data === "object" && data !== null ? Object.values(data) : [];
}

/** @returns {never} */
function differ(
  /** @type {string} */ name,
  /** @type {unknown} */ expected,
  /** @type {unknown} */ seen,
) {
  throw new Error(
    `values must agree: name="${name}" expected=${textOf(expected)} seen=${textOf(seen)}`,
  );
}

function textOf(/** @type {unknown} */ value) {
  /** @returns {unknown} */
  const replacer = (/** @type {string} */ _key, /** @type {unknown} */ inner) =>
    typeof inner === "bigint" ? String(inner) : inner;
  return value === undefined ? "undefined" : JSON.stringify(value, replacer).slice(0, 200);
}
