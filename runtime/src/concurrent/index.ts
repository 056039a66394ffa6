export { AgentInvoker } from "./agent-invoker.js";
export { AgentRunner } from "./agent-runner.js";
export { AgentTerminationError } from "./agent.js";
export type { Agent, ErrorHandler } from "./agent.js";
export { AtomicBuffer } from "./atomic-buffer.js";
export { AtomicCounter } from "./atomic-counter.js";
export {
  BROADCAST_TRAILER_LENGTH,
  BROADCAST_TAIL_INTENT_OFFSET,
  BROADCAST_TAIL_OFFSET,
  BROADCAST_LATEST_OFFSET,
  BROADCAST_CAPACITY_MIN,
  broadcastCapacity,
} from "./broadcast-buffer-descriptor.js";
export { BroadcastResult, BroadcastReceiver } from "./broadcast-receiver.js";
export { BroadcastTransmitter } from "./broadcast-transmitter.js";
export type { Clock } from "./clock.js";
export { CompositeAgent } from "./composite-agent.js";
export {
  COUNTER_METADATA_LENGTH,
  COUNTER_LENGTH,
  COUNTER_TYPE_ID_OFFSET,
  COUNTER_REUSE_DEADLINE_OFFSET,
  COUNTER_KEY_OFFSET,
  COUNTER_KEY_LENGTH_MAX,
  COUNTER_LABEL_OFFSET,
  COUNTER_LABEL_LENGTH_MAX,
  COUNTER_REGISTRATION_ID_OFFSET,
  COUNTER_OWNER_ID_OFFSET,
  COUNTER_REFERENCE_ID_OFFSET,
  NULL_COUNTER_ID,
  CounterState,
  counterMetadataOffset,
  counterOffset,
} from "./counters-descriptor.js";
export { CounterSpaceError, CountersManager, appendToCounterLabel } from "./counters-manager.js";
export type { CounterDescription } from "./counters-manager.js";
export { CountersReader } from "./counters-reader.js";
export { DistinctErrorLog } from "./distinct-error-log.js";
export {
  ERROR_COUNT_OFFSET,
  ERROR_LAST_OBSERVATION_OFFSET,
  ERROR_FIRST_OBSERVATION_OFFSET,
  ERROR_TEXT_OFFSET,
  ERROR_RECORD_ALIGNMENT,
} from "./error-log-descriptor.js";
export { readErrorLog } from "./error-log-reader.js";
export type { ErrorObservation } from "./error-log-reader.js";
export {
  BufferRangeError,
  BufferLayoutError,
  MessageLengthError,
  MessageTypeIdError,
  CorruptBufferError,
} from "./errors.js";
export {
  BusySpinIdleStrategy,
  YieldingIdleStrategy,
  SleepingIdleStrategy,
  BackoffIdleStrategy,
} from "./idle-strategy.js";
export type { IdleStrategy, Yielder, Sleeper, BackoffOptions } from "./idle-strategy.js";
export { ManyToOneRingBuffer } from "./many-to-one-ring-buffer.js";
export { PLAIN_ACCESS_IS_ORDERED, fence } from "./memory-order.js";
export { OneToOneRingBuffer } from "./one-to-one-ring-buffer.js";
export {
  RECORD_HEADER_LENGTH,
  RECORD_ALIGNMENT,
  PADDING_MSG_TYPE_ID,
  recordLengthOffset,
  recordTypeOffset,
  recordBodyOffset,
} from "./record-descriptor.js";
export {
  RING_TRAILER_LENGTH,
  RING_TAIL_POSITION_OFFSET,
  RING_HEAD_CACHE_POSITION_OFFSET,
  RING_HEAD_POSITION_OFFSET,
  RING_CORRELATION_COUNTER_OFFSET,
  RING_CONSUMER_HEARTBEAT_OFFSET,
  RING_CAPACITY_MIN,
  ringCapacity,
} from "./ring-buffer-descriptor.js";
export { INSUFFICIENT_CAPACITY, ControlledAction } from "./ring-buffer.js";
export type { MessageHandler, ControlledMessageHandler } from "./ring-buffer.js";
export { scanBlock } from "./logbuffer/block-scanner.js";
export {
  SETUP_LENGTH,
  SETUP_TERM_OFFSET_OFFSET,
  SETUP_SESSION_ID_OFFSET,
  SETUP_STREAM_ID_OFFSET,
  SETUP_INITIAL_TERM_ID_OFFSET,
  SETUP_ACTIVE_TERM_ID_OFFSET,
  SETUP_TERM_LENGTH_OFFSET,
  SETUP_MTU_OFFSET,
  SETUP_TTL_OFFSET,
  SETUP_SEND_RESPONSE_FLAG,
  SETUP_GROUP_FLAG,
  SM_LENGTH,
  SM_LENGTH_WITH_GROUP_TAG,
  SM_SESSION_ID_OFFSET,
  SM_STREAM_ID_OFFSET,
  SM_CONSUMPTION_TERM_ID_OFFSET,
  SM_CONSUMPTION_TERM_OFFSET_OFFSET,
  SM_RECEIVER_WINDOW_OFFSET,
  SM_RECEIVER_ID_OFFSET,
  SM_GROUP_TAG_OFFSET,
  SM_SEND_SETUP_FLAG,
  SM_END_OF_STREAM_FLAG,
  NAK_LENGTH,
  NAK_SESSION_ID_OFFSET,
  NAK_STREAM_ID_OFFSET,
  NAK_TERM_ID_OFFSET,
  NAK_TERM_OFFSET_OFFSET,
  NAK_LENGTH_OFFSET,
  RTTM_LENGTH,
  RTTM_SESSION_ID_OFFSET,
  RTTM_STREAM_ID_OFFSET,
  RTTM_ECHO_TIMESTAMP_OFFSET,
  RTTM_RECEPTION_DELTA_OFFSET,
  RTTM_RECEIVER_ID_OFFSET,
  RTTM_REPLY_FLAG,
  ERR_HEADER_LENGTH,
  ERR_SESSION_ID_OFFSET,
  ERR_STREAM_ID_OFFSET,
  ERR_RECEIVER_ID_OFFSET,
  ERR_GROUP_TAG_OFFSET,
  ERR_ERROR_CODE_OFFSET,
  ERR_TEXT_LENGTH_OFFSET,
  ERR_TEXT_OFFSET,
  ERR_TEXT_LENGTH_MAX,
  ERR_HAS_GROUP_TAG_FLAG,
  RSP_SETUP_LENGTH,
  RSP_SETUP_SESSION_ID_OFFSET,
  RSP_SETUP_STREAM_ID_OFFSET,
  RSP_SETUP_RESPONSE_SESSION_ID_OFFSET,
  RES_TYPE_OFFSET,
  RES_FLAGS_OFFSET,
  RES_PORT_OFFSET,
  RES_AGE_OFFSET,
  RES_ADDRESS_OFFSET,
  RES_TYPE_IPV4,
  RES_TYPE_IPV6,
  RES_SELF_FLAG,
  RES_NAME_LENGTH_MAX,
} from "./logbuffer/control-frame-descriptor.js";
export { BlockError, ExclusiveAppender } from "./logbuffer/exclusive-appender.js";
export {
  FRAME_ALIGNMENT,
  FRAME_HEADER_LENGTH_MIN,
  FRAME_VERSION,
  FRAME_VERSION_OFFSET,
  FRAME_FLAGS_OFFSET,
  FRAME_TYPE_OFFSET,
  DATA_HEADER_LENGTH,
  DATA_TERM_OFFSET_OFFSET,
  DATA_SESSION_ID_OFFSET,
  DATA_STREAM_ID_OFFSET,
  DATA_TERM_ID_OFFSET,
  DATA_RESERVED_VALUE_OFFSET,
  FrameType,
  BEGIN_FRAG_FLAG,
  END_FRAG_FLAG,
  UNFRAGMENTED,
  END_OF_STREAM_FLAG,
  REVOKED_FLAG,
  DATA_FRAME_WORD,
  PAD_FRAME_WORD,
  MESSAGE_LENGTH_MAX,
  computeMaxMessageLength,
  alignFrame,
  isPadding,
  computeRequiredLength,
} from "./logbuffer/frame-descriptor.js";
export { FrameWriter } from "./logbuffer/frame-writer.js";
export type { ReservedValueSupplier, MessagePart } from "./logbuffer/frame-writer.js";
export { scanForGap, measureGap } from "./logbuffer/gap-scanner.js";
export { Header } from "./logbuffer/header.js";
export {
  LOG_METADATA_LENGTH,
  TERM_LENGTH_MIN,
  TERM_LENGTH_MAX,
  PAGE_SIZE_MIN,
  PAGE_SIZE_MAX,
  MTU_LENGTH_MAX,
  LOG_TAIL_COUNTERS_OFFSET,
  LOG_ACTIVE_TERM_COUNT_OFFSET,
  LOG_END_OF_STREAM_POSITION_OFFSET,
  LOG_IS_CONNECTED_OFFSET,
  LOG_ACTIVE_TRANSPORT_COUNT_OFFSET,
  LOG_CORRELATION_ID_OFFSET,
  LOG_INITIAL_TERM_ID_OFFSET,
  LOG_DEFAULT_FRAME_HEADER_LENGTH_OFFSET,
  LOG_MTU_LENGTH_OFFSET,
  LOG_TERM_LENGTH_OFFSET,
  LOG_PAGE_SIZE_OFFSET,
  LOG_PUBLICATION_WINDOW_OFFSET,
  LOG_RECEIVER_WINDOW_OFFSET,
  LOG_SOCKET_SNDBUF_OFFSET,
  LOG_OS_DEFAULT_SOCKET_SNDBUF_OFFSET,
  LOG_OS_MAX_SOCKET_SNDBUF_OFFSET,
  LOG_SOCKET_RCVBUF_OFFSET,
  LOG_OS_DEFAULT_SOCKET_RCVBUF_OFFSET,
  LOG_OS_MAX_SOCKET_RCVBUF_OFFSET,
  LOG_MAX_RESEND_OFFSET,
  LOG_DEFAULT_FRAME_HEADER_OFFSET,
  LOG_ENTITY_TAG_OFFSET,
  LOG_RESPONSE_CORRELATION_ID_OFFSET,
  LOG_LINGER_TIMEOUT_NS_OFFSET,
  LOG_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET,
  LOG_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET,
  LOG_GROUP_OFFSET,
  LOG_IS_RESPONSE_OFFSET,
  LOG_REJOIN_OFFSET,
  LOG_RELIABLE_OFFSET,
  LOG_SPARSE_OFFSET,
  LOG_SIGNAL_EOS_OFFSET,
  LOG_SPIES_SIMULATE_CONNECTION_OFFSET,
  LOG_TETHER_OFFSET,
  LOG_IS_PUBLICATION_REVOKED_OFFSET,
  LOG_TYPE_OFFSET,
  LOG_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET,
  LogType,
  END_OF_STREAM_NOT_SET,
  LogLengthError,
  computeLogLength,
  checkTermLength,
  checkMtuLength,
  checkPageSize,
} from "./logbuffer/log-buffer-descriptor.js";
export { packTail, LogBufferMetadata } from "./logbuffer/log-buffer-metadata.js";
export { LogBuffers, logBuffersOf } from "./logbuffer/log-buffers.js";
export { LogReader } from "./logbuffer/log-reader.js";
export type {
  FragmentHandler,
  ControlledFragmentHandler,
  BlockHandler,
} from "./logbuffer/log-reader.js";
export {
  PARTITION_COUNT,
  positionBitsToShift,
  computePosition,
  computeTermBeginPosition,
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  indexByTermCount,
  indexByTerm,
  indexByPosition,
  computeMaxPosition,
} from "./logbuffer/position.js";
export {
  NOT_CONNECTED,
  BACK_PRESSURED,
  ADMIN_ACTION,
  CLOSED,
  MAX_POSITION_EXCEEDED,
  publicationResultName,
} from "./logbuffer/publication-result.js";
export { SharedAppender } from "./logbuffer/shared-appender.js";
export { insertFrames, tryFillGap, applyDefaultHeader } from "./logbuffer/term-rebuilder.js";
export { TermScanner } from "./logbuffer/term-scanner.js";
export { unblockAbandonedLog, unblockLog } from "./logbuffer/unblocker.js";
