export { ActiveDriverError } from "./driver/driver-directory.js";
export { ControlError } from "./driver/control-error.js";
export { defaultAeronDir } from "./driver/default-dir.js";
export {
  type DriverConfig,
  DriverConfigError,
  type IdleMode,
  type ThreadingMode,
} from "./driver/driver-config.js";
export { type DriverOptions, launchDriver, type RunningDriver } from "./driver/launch-driver.js";
export { NativeUnavailableError, OsCallError } from "./os/os-error.js";
export {
  type SharedFile,
  SharedFileError,
  type SharedFiles,
  StorageSpaceError,
} from "./os/shared-files.js";
export { ThreadFilesGuest } from "./os/thread-files.js";
export type { ChannelTags, TagReference, TimestampOffset } from "./protocol/channel-param-kinds.js";
export {
  buildChannel,
  channelParams,
  type ChannelParams,
  formatChannel,
} from "./protocol/channel-params.js";
export { ChannelUri, ChannelUriError, type Media } from "./protocol/channel-uri.js";
export { CncFileError } from "./protocol/cnc-file-descriptor.js";
export { ErrorCode, errorCodeName, toErrorCode } from "./protocol/error-code.js";
export { MalformedMessageError } from "./protocol/malformed-message-error.js";
export { WorkerNotFoundError } from "./threads/locate-worker.js";
