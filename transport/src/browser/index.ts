export {
  assembleMessages,
  dumpLog,
  isLogBuffer,
  LogFileError,
  type FrameDump,
  type LogDump,
  type LogMetadataDump,
  type MessageDump,
} from "../cli/log-dump.js";
export { RECORD_HEADER_LENGTH, RecordType } from "./gateway-frame.js";
export {
  GatewayClient,
  type GatewayClientOptions,
  type GatewayState,
  type StreamRequest,
  type WebSocketLike,
} from "./gateway-client.js";
export {
  GatewayProtocolError,
  GatewayReader,
  type ReadStream,
  type StreamHandler,
  type StreamObserver,
  type StreamPlace,
} from "./gateway-reader.js";
