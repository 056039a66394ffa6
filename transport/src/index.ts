export { CncFileError } from "./protocol/cnc-file-descriptor.js";
export {
  buildChannel,
  channelParams,
  type ChannelParams,
  formatChannel,
} from "./protocol/channel-params.js";
export type { ChannelTags, TagReference, TimestampOffset } from "./protocol/channel-param-kinds.js";
export { ChannelUri, ChannelUriError, type Media } from "./protocol/channel-uri.js";
export { ErrorCode, errorCodeName } from "./protocol/error-code.js";
export { MalformedMessageError } from "./protocol/malformed-message-error.js";
