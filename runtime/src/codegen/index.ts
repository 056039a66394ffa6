/**
 * The door for generated code, and the seams between codecs and whatever carries their bytes. Generated
 * files import from here only, so that the rest of the runtime can change without regenerating them.
 */
export { AlerionError } from "../errors.js";
export {
  bytesLength,
  copyBytes,
  putData,
  readBytes,
  reserveData,
  takeData,
  writeBytesData,
  writeBytesField,
  zeroBytes,
} from "./bytes.js";
export { type Charset, charsetOf } from "./charsets.js";
export { Cursor, EMPTY_VIEW } from "./cursor.js";
export {
  CodecError,
  type CodecErrorCode,
  throwBlock,
  throwBounds,
  throwClaimState,
  throwDataLength,
  throwFieldOrder,
  throwGroupCount,
  throwGroupEnd,
  throwIds,
  throwIndex,
  throwSchemaId,
  throwTemplateId,
  throwUnknownEnum,
  throwUnknownMessage,
} from "./errors.js";
export {
  checkGroup,
  countEmptyEntries,
  EMPTY_ENTRIES_MAX,
  type GroupResult,
  throwEntries,
} from "./groups.js";
export {
  checkArray,
  checkBigint,
  checkDouble,
  checkFloat,
  checkInteger,
  checkLength,
  checkObject,
  highHalf,
  optional,
  presentText,
  safeInteger,
  unsignedHighHalf,
} from "./numbers.js";
export type {
  ClaimWriter,
  DecoderClass,
  EncoderClass,
  MessageDecoder,
  MessageEncoder,
  MessageOf,
  MessageType,
  NamedMessage,
  SchemaCodecs,
} from "./schema-codecs.js";
export type { ClaimSink, MessageHandler } from "./seams.js";
export {
  encodedTextLength,
  readAscii,
  readLatin1,
  readText,
  readUtf8,
  textLength,
  wideTextLength,
  writeTextData,
  writeTextField,
} from "./text.js";
export type { UnknownEnum } from "./unknown-enum.js";
