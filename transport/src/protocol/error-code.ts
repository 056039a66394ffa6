/**
 * Error codes that a driver sends in ON_ERROR and ON_PUBLICATION_ERROR.
 *
 * Source: Aeron `ErrorCode`; conformance/aeron/commands/constants.json.
 */
export const ErrorCode = {
  UNUSED: 0,
  INVALID_CHANNEL: 1,
  UNKNOWN_SUBSCRIPTION: 2,
  UNKNOWN_PUBLICATION: 3,
  CHANNEL_ENDPOINT_ERROR: 4,
  UNKNOWN_COUNTER: 5,
  UNKNOWN_COMMAND_TYPE_ID: 6,
  MALFORMED_COMMAND: 7,
  NOT_SUPPORTED: 8,
  UNKNOWN_HOST: 9,
  RESOURCE_TEMPORARILY_UNAVAILABLE: 10,
  GENERIC_ERROR: 11,
  STORAGE_SPACE: 12,
  IMAGE_REJECTED: 13,
  PUBLICATION_REVOKED: 14,
  UNKNOWN_CODE_VALUE: -1,
} as const;
/** One of the error codes; a code of a newer driver reads as `UNKNOWN_CODE_VALUE`. */
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

const names = new Map<number, keyof typeof ErrorCode>();
for (const name of Object.keys(ErrorCode)) {
  if (isErrorCodeName(name)) names.set(ErrorCode[name], name);
}

function isErrorCodeName(name: string): name is keyof typeof ErrorCode {
  return Object.hasOwn(ErrorCode, name);
}

/** Name of an error code as Aeron spells it; `UNKNOWN_CODE_VALUE` for a number it does not list. */
export function errorCodeName(code: number): keyof typeof ErrorCode {
  return names.get(code) ?? "UNKNOWN_CODE_VALUE";
}

/** The number as an error code; `UNKNOWN_CODE_VALUE` (-1) for one that is not listed. */
export function toErrorCode(code: number): ErrorCode {
  return ErrorCode[errorCodeName(code)];
}
