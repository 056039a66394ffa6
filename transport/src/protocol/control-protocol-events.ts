/**
 * Message type ids of the control protocol between clients and media driver.
 *
 * Commands travel through the to-driver ring buffer, events through the to-clients broadcast buffer.
 * Source: Aeron `ControlProtocolEvents`, `aeron_control_protocol.h`; conformance/aeron/commands.
 */

/** Version of the control protocol, 1.0.0, as stored in system counter 43. */
export const CONTROL_PROTOCOL_SEMANTIC_VERSION = 0x01_00_00;

/** Commands, client to driver, by name. */
export const Command = {
  ADD_PUBLICATION: 0x01,
  REMOVE_PUBLICATION: 0x02,
  ADD_EXCLUSIVE_PUBLICATION: 0x03,
  ADD_SUBSCRIPTION: 0x04,
  REMOVE_SUBSCRIPTION: 0x05,
  CLIENT_KEEPALIVE: 0x06,
  ADD_DESTINATION: 0x07,
  REMOVE_DESTINATION: 0x08,
  ADD_COUNTER: 0x09,
  REMOVE_COUNTER: 0x0a,
  CLIENT_CLOSE: 0x0b,
  ADD_RCV_DESTINATION: 0x0c,
  REMOVE_RCV_DESTINATION: 0x0d,
  TERMINATE_DRIVER: 0x0e,
  ADD_STATIC_COUNTER: 0x0f,
  REJECT_IMAGE: 0x10,
  REMOVE_DESTINATION_BY_ID: 0x11,
  GET_NEXT_AVAILABLE_SESSION_ID: 0x12,
} as const;
/** Type id of a command, client to driver. */
export type Command = (typeof Command)[keyof typeof Command];

/** Events, driver to clients, by name. */
export const DriverEvent = {
  ON_ERROR: 0x0f01,
  ON_AVAILABLE_IMAGE: 0x0f02,
  ON_PUBLICATION_READY: 0x0f03,
  ON_OPERATION_SUCCESS: 0x0f04,
  ON_UNAVAILABLE_IMAGE: 0x0f05,
  ON_EXCLUSIVE_PUBLICATION_READY: 0x0f06,
  ON_SUBSCRIPTION_READY: 0x0f07,
  ON_COUNTER_READY: 0x0f08,
  ON_UNAVAILABLE_COUNTER: 0x0f09,
  ON_CLIENT_TIMEOUT: 0x0f0a,
  ON_STATIC_COUNTER: 0x0f0b,
  ON_PUBLICATION_ERROR: 0x0f0c,
  ON_NEXT_AVAILABLE_SESSION_ID: 0x0f0d,
} as const;
/** Type id of an event, driver to clients. */
export type DriverEvent = (typeof DriverEvent)[keyof typeof DriverEvent];

const commandNames = new Map<number, string>(
  Object.entries(Command).map(([name, typeId]) => [typeId, name]),
);
const eventNames = new Map<number, string>(
  Object.entries(DriverEvent).map(([name, typeId]) => [typeId, name]),
);

/** Name of a command or event, or `undefined` for a type id that the protocol does not know. */
export function controlMessageName(typeId: number): string | undefined {
  return commandNames.get(typeId) ?? eventNames.get(typeId);
}
