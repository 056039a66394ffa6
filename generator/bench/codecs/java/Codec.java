/** One message: the twin of a candidate of the JavaScript benchmark, on the codec that the official tool generates. */
interface Codec {
    /** Different messages in turn; a power of two. */
    int RING = 16;

    /** Bytes between two messages of the ring. */
    int SLOT = 512;

    /** Encodes message {@code index % RING} and yields its bytes on the wire. */
    int encode(int index);

    /** Decodes that message, reads every field and yields their sum. */
    int decode(int index);

    /** The bytes of the ring. */
    byte[] bytes();
}
