export { Aeron } from "./client/aeron.js";
export { BufferClaim } from "./client/buffer-claim.js";
export { ChannelState, ChannelStatus, NO_CHANNEL_STATUS } from "./client/channel-status.js";
export {
  ChannelEndpointError,
  ClientClosedError,
  ClientLappedError,
  ClientTimeoutError,
  ConductorServiceTimeoutError,
  DriverBusyError,
  DriverNotFoundError,
  DriverTimeoutError,
  PublicationError,
  RegistrationError,
} from "./client/client-errors.js";
export type { CloseHandler } from "./client/client-handlers.js";
export type {
  ClientOptions,
  CounterHandler,
  PublicationErrorFrame,
} from "./client/client-options.js";
export { ConcurrentPublication } from "./client/concurrent-publication.js";
export { Counter } from "./client/counter.js";
export { ExclusivePublication } from "./client/exclusive-publication.js";
export type { BlockReason, Explanation, SlowestSubscriber } from "./client/explain.js";
export {
  ControlledFragmentAssembler,
  FragmentAssembler,
  ImageControlledFragmentAssembler,
  ImageFragmentAssembler,
} from "./client/fragment-assembler.js";
export { Image } from "./client/image.js";
export { Publication } from "./client/publication.js";
export { Registration, type RegistrationState } from "./client/registration.js";
export {
  type ImageHandler,
  Subscription,
  type SubscriptionOptions,
} from "./client/subscription.js";
export type {
  SendOptions,
  StreamMessage,
  TypedPublication,
  TypedPublicationMembers,
} from "./client/typed-publication.js";
export { TypedSubscription } from "./client/typed-subscription.js";
export { type ConductorMode, connect, type ConnectOptions } from "./connect/connect.js";
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
export { loadYield } from "./os/load-yield.js";
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
export { WorkerNotFoundError } from "./threads/worker-code.js";
