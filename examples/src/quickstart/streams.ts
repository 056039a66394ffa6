/** What both processes of the quickstart's streams know. */

/** Stream of the orders. */
export const ORDERS_STREAM_ID = 10;
/** Stream of the answers to them. */
export const ANSWERS_STREAM_ID = 11;
/** Orders of this quantity are answered, others only counted. */
export const ANSWERED_QUANTITY = 77;
/** Turns without a message after which the event loop gets one. */
export const PATIENT_TURNS = 20_000;
