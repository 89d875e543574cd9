package dev.lifeboat.nbd;

/**
 * What a server and a client have agreed on.
 *
 * @param allocation whether the client may ask for {@code base:allocation}
 */
record Negotiated(NbdExport export, BlockSizes sizes, Headers headers, boolean allocation) {

    /** The only metadata context of this server. */
    static final int ALLOCATION_ID = 1;

    /** Transmission flags (proto.md, "Transmission flags"). */
    static final int HAS_FLAGS = 1;

    static final int READ_ONLY = 1 << 1;
    static final int SEND_FLUSH = 1 << 2;
    static final int SEND_FUA = 1 << 3;
    static final int SEND_TRIM = 1 << 5;
    static final int SEND_WRITE_ZEROES = 1 << 6;
    static final int SEND_DF = 1 << 7;
    static final int CAN_MULTI_CONN = 1 << 8;
    static final int SEND_CACHE = 1 << 10;
    static final int SEND_FAST_ZERO = 1 << 11;
    static final int BLOCK_STATUS_PAYLOAD = 1 << 12;

    int flags() {
        int flags = HAS_FLAGS | SEND_FLUSH | SEND_FUA | SEND_CACHE;
        flags |= export.writable() ? SEND_TRIM | SEND_WRITE_ZEROES | SEND_FAST_ZERO : READ_ONLY;
        flags |= export.multipleConnections() ? CAN_MULTI_CONN : 0;
        flags |= headers.chunks() ? SEND_DF : 0;
        flags |= headers == Headers.EXTENDED && allocation ? BLOCK_STATUS_PAYLOAD : 0;
        return flags;
    }

    /** The sizes of an export, with a payload that the server takes. */
    static BlockSizes sizesOf(NbdExport export, ServerLimits limits) {
        BlockSizes sizes = export.blockSizes();
        long payload = Math.min(sizes.maximumPayload(), limits.requestBytes());
        return new BlockSizes(sizes.minimum(), sizes.preferred(), Math.max(payload, sizes.preferred()));
    }
}
