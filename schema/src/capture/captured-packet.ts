/** One packet of a capture file. */
export interface CapturedPacket {
  /** From 1, as tools for captures count. */
  readonly number: number;
  /** Nanoseconds since the Unix epoch, finer ones cut off; undefined where the file does not say. */
  readonly timestampNs: bigint | undefined;
  /** LINKTYPE of tcpdump.org: 1 is Ethernet. */
  readonly linkType: number;
  /** What was captured; a view of the file's bytes. */
  readonly data: Uint8Array;
  /** Bytes that were on the wire; `data` is shorter where the capture cut it. */
  readonly originalLength: number;
}

/** What the readers of both formats go by: the file's bytes and its byte order. */
export interface CaptureSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}
