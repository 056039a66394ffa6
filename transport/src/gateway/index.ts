export type {
  BrowserLimits,
  BrowserReport,
  BrowserSession,
  GatewaySocket,
} from "./browser-session.js";
export { Gateway, type GatewayOptions, GatewayStreamError } from "./gateway.js";
export {
  type GatewayServer,
  type GatewayServerOptions,
  type ServedFile,
  type ServedStream,
  startGateway,
} from "./gateway-server.js";
export type {
  GatewayMessage,
  GatewaySource,
  GatewayStreamOptions,
  MessageKey,
  SourceEvents,
} from "./gateway-stream.js";
export { keyOfBytes } from "./key-of-bytes.js";
export { SubscriptionSource } from "./subscription-source.js";
