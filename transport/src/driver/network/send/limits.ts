/**
 * Receivers of one publication that are kept account of, as destinations, alive, or in flow control. Status
 * messages of more are passed by: whoever makes receivers up costs no more memory and datagrams than this.
 */
export const RECEIVER_COUNT_MAX = 1024;
