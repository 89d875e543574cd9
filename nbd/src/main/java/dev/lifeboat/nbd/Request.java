package dev.lifeboat.nbd;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request as a server has received and found valid.
 *
 * @param length of the range in bytes
 * @param payload what a write brings, taken from the pool
 * @param pages what it has been given of the budgets
 */
record Request(
        int flags,
        int command,
        long cookie,
        long offset,
        long length,
        @Nullable ByteBuffer payload,
        int pages) {

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
