/**
 * The frames between senders and receivers that carry no payload. Each begins with the 8 bytes that all frames
 * have in common (frame-descriptor.ts); offsets are from there, numbers little-endian.
 *
 * SETUP, 40 bytes; flags 0x80 send a response setup, 0x40 group
 *   8 term offset i32 | 12 session i32 | 16 stream i32 | 20 initial term id i32 | 24 active term id i32
 *   28 term length i32 | 32 MTU i32 | 36 TTL i32
 *
 * SM (status message), 36 bytes or 44 with a group tag; flags 0x80 send setup, 0x40 end of stream
 *   8 session i32 | 12 stream i32 | 16 consumption term id i32 | 20 consumption term offset i32
 *   24 receiver window i32 | 28 receiver id i64, not aligned | 36 group tag i64
 *
 * NAK, 28 bytes
 *   8 session i32 | 12 stream i32 | 16 term id i32 | 20 term offset i32 | 24 length i32
 *
 * RTTM (round trip measurement), 40 bytes; flag 0x80 reply requested
 *   8 session i32 | 12 stream i32 | 16 echo timestamp ns i64 | 24 reception delta ns i64 | 32 receiver id i64
 *
 * ERR, 40 bytes and the text; flag 0x08 has a group tag
 *   8 session i32 | 12 stream i32 | 16 receiver id i64 | 24 group tag i64 | 32 error code i32
 *   36 text length i32 | 40 text
 *
 * RSP_SETUP (response setup), 20 bytes
 *   8 session i32 | 12 stream i32 | 16 response session id i32
 *
 * RES (name resolution), 8 bytes, then entries, each padded to 8
 *   entry: 0 type u8 (1 IPv4, 2 IPv6) | 1 flags u8 (0x80 self) | 2 port u16 | 4 age ms i32 | 8 address 4 or 16 B
 *   then name length i16, name
 *
 * Source: driver-protocol §9; Aeron SetupFlyweight, StatusMessageFlyweight, NakFlyweight,
 * RttMeasurementFlyweight, ErrorFlyweight, ResponseSetupFlyweight, ResolutionEntryFlyweight.
 */

/** Bytes of a SETUP frame. */
export const SETUP_LENGTH = 40;
/** Offset of the term offset in a SETUP frame. */
export const SETUP_TERM_OFFSET_OFFSET = 8;
/** Offset of the session id in a SETUP frame. */
export const SETUP_SESSION_ID_OFFSET = 12;
/** Offset of the stream id in a SETUP frame. */
export const SETUP_STREAM_ID_OFFSET = 16;
/** Offset of the initial term id in a SETUP frame. */
export const SETUP_INITIAL_TERM_ID_OFFSET = 20;
/** Offset of the active term id in a SETUP frame. */
export const SETUP_ACTIVE_TERM_ID_OFFSET = 24;
/** Offset of the term length in a SETUP frame. */
export const SETUP_TERM_LENGTH_OFFSET = 28;
/** Offset of the MTU in a SETUP frame. */
export const SETUP_MTU_OFFSET = 32;
/** Offset of the multicast TTL in a SETUP frame. */
export const SETUP_TTL_OFFSET = 36;
/** Flag of a SETUP that asks for a response setup. */
export const SETUP_SEND_RESPONSE_FLAG = 0x80;
/** Flag of a SETUP of a sender to a group. */
export const SETUP_GROUP_FLAG = 0x40;

/** Bytes of an SM frame without a group tag. */
export const SM_LENGTH = 36;
/** Bytes of an SM frame with a group tag. */
export const SM_LENGTH_WITH_GROUP_TAG = 44;
/** Offset of the session id in an SM frame. */
export const SM_SESSION_ID_OFFSET = 8;
/** Offset of the stream id in an SM frame. */
export const SM_STREAM_ID_OFFSET = 12;
/** Offset of the term id up to which all is consumed in an SM frame. */
export const SM_CONSUMPTION_TERM_ID_OFFSET = 16;
/** Offset of the term offset up to which all is consumed in an SM frame. */
export const SM_CONSUMPTION_TERM_OFFSET_OFFSET = 20;
/** Offset of the receiver's window in an SM frame. */
export const SM_RECEIVER_WINDOW_OFFSET = 24;
/** Offset of the receiver id in an SM frame; not a multiple of 8. */
export const SM_RECEIVER_ID_OFFSET = 28;
/** Offset of the group tag in an SM frame; not a multiple of 8. */
export const SM_GROUP_TAG_OFFSET = 36;
/** Flag of an SM that asks for a SETUP. */
export const SM_SEND_SETUP_FLAG = 0x80;
/** Flag of an SM of a receiver that has all of an ended stream. */
export const SM_END_OF_STREAM_FLAG = 0x40;

/** Bytes of a NAK frame. */
export const NAK_LENGTH = 28;
/** Offset of the session id in a NAK frame. */
export const NAK_SESSION_ID_OFFSET = 8;
/** Offset of the stream id in a NAK frame. */
export const NAK_STREAM_ID_OFFSET = 12;
/** Offset of the term id of the gap in a NAK frame. */
export const NAK_TERM_ID_OFFSET = 16;
/** Offset of the term offset of the gap in a NAK frame. */
export const NAK_TERM_OFFSET_OFFSET = 20;
/** Offset of the length of the gap in a NAK frame. */
export const NAK_LENGTH_OFFSET = 24;

/** Bytes of an RTTM frame. */
export const RTTM_LENGTH = 40;
/** Offset of the session id in an RTTM frame. */
export const RTTM_SESSION_ID_OFFSET = 8;
/** Offset of the stream id in an RTTM frame. */
export const RTTM_STREAM_ID_OFFSET = 12;
/** Offset of the time to be sent back in an RTTM frame. */
export const RTTM_ECHO_TIMESTAMP_OFFSET = 16;
/** Offset of the time spent at the other side in an RTTM frame. */
export const RTTM_RECEPTION_DELTA_OFFSET = 24;
/** Offset of the receiver id in an RTTM frame. */
export const RTTM_RECEIVER_ID_OFFSET = 32;
/** Flag of an RTTM that is to be answered. */
export const RTTM_REPLY_FLAG = 0x80;

/** Bytes of an ERR frame without its text. */
export const ERR_HEADER_LENGTH = 40;
/** Offset of the session id in an ERR frame. */
export const ERR_SESSION_ID_OFFSET = 8;
/** Offset of the stream id in an ERR frame. */
export const ERR_STREAM_ID_OFFSET = 12;
/** Offset of the receiver id in an ERR frame. */
export const ERR_RECEIVER_ID_OFFSET = 16;
/** Offset of the group tag in an ERR frame. */
export const ERR_GROUP_TAG_OFFSET = 24;
/** Offset of the error code in an ERR frame. */
export const ERR_ERROR_CODE_OFFSET = 32;
/** Offset of the text's length in an ERR frame. */
export const ERR_TEXT_LENGTH_OFFSET = 36;
/** Offset of the text in an ERR frame. */
export const ERR_TEXT_OFFSET = 40;
/** Bytes of the longest text of an ERR frame. */
export const ERR_TEXT_LENGTH_MAX = 1023;
/** Flag of an ERR frame with a group tag. */
export const ERR_HAS_GROUP_TAG_FLAG = 0x08;

/** Bytes of a RSP_SETUP frame. */
export const RSP_SETUP_LENGTH = 20;
/** Offset of the session id in a RSP_SETUP frame. */
export const RSP_SETUP_SESSION_ID_OFFSET = 8;
/** Offset of the stream id in a RSP_SETUP frame. */
export const RSP_SETUP_STREAM_ID_OFFSET = 12;
/** Offset of the response's session id in a RSP_SETUP frame. */
export const RSP_SETUP_RESPONSE_SESSION_ID_OFFSET = 16;

/** Offset of the address type in a RES entry: 1 IPv4, 2 IPv6. */
export const RES_TYPE_OFFSET = 0;
/** Offset of the flags in a RES entry. */
export const RES_FLAGS_OFFSET = 1;
/** Offset of the UDP port in a RES entry. */
export const RES_PORT_OFFSET = 2;
/** Offset of the age in ms in a RES entry. */
export const RES_AGE_OFFSET = 4;
/** Offset of the address in a RES entry. */
export const RES_ADDRESS_OFFSET = 8;
/** Address type of an IPv4 entry. */
export const RES_TYPE_IPV4 = 1;
/** Address type of an IPv6 entry. */
export const RES_TYPE_IPV6 = 2;
/** Flag of an entry in which a resolver names itself. */
export const RES_SELF_FLAG = 0x80;
/** Bytes of the longest name in a RES entry. */
export const RES_NAME_LENGTH_MAX = 512;
