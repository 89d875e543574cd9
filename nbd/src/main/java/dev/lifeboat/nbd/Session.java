package dev.lifeboat.nbd;

import java.util.Map;

/**
 * What a client knows of its export after the handshake.
 *
 * @param flags of the transmission, see {@link Negotiated}
 * @param contexts their names by the numbers that stand for them in replies
 */
record Session(
        long size, int flags, BlockSizes sizes, Headers headers, Map<Integer, String> contexts, String description) {

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
