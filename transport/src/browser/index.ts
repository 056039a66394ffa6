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
