/**
 * Type ids of the counters that a media driver allocates.
 *
 * Source: Aeron `AeronCounters`; conformance/aeron/commands/constants.json.
 */
export const CounterTypeId = {
  SYSTEM: 0,
  PUBLISHER_LIMIT: 1,
  SENDER_POSITION: 2,
  RECEIVER_HWM: 3,
  SUBSCRIBER_POSITION: 4,
  RECEIVER_POSITION: 5,
  SEND_CHANNEL_STATUS: 6,
  RECEIVE_CHANNEL_STATUS: 7,
  SENDER_LIMIT: 9,
  PER_IMAGE: 10,
  CLIENT_HEARTBEAT: 11,
  PUBLISHER_POSITION: 12,
  SENDER_BACK_PRESSURE_EVENTS: 13,
  LOCAL_SOCKET_ADDRESS: 14,
  NAME_RESOLVER_NEIGHBORS: 15,
  NAME_RESOLVER_CACHE_ENTRIES: 16,
  FLOW_CONTROL_RECEIVERS: 17,
  MDC_DESTINATIONS: 18,
  SENDER_NAKS_RECEIVED: 19,
  RECEIVER_NAKS_SENT: 20,
  NAME_RESOLVER_BOOTSTRAP_NEIGHBOR: 21,
} as const;
/** Type id of a driver's counter. */
export type CounterTypeId = (typeof CounterTypeId)[keyof typeof CounterTypeId];
