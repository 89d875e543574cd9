package dev.lifeboat.nbd;

/** What replies and requests look like; negotiated for each connection. */
enum Headers {
    /** Compact requests and simple replies: all that a peer must know. */
    SIMPLE,
    /** Compact requests and chunks of 32-bit lengths. */
    STRUCTURED,
    /** Requests and chunks with 64-bit lengths. */
    EXTENDED;

    boolean chunks() {
        return this != SIMPLE;
    }
}
