package dev.lifeboat.nbd;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers that are used again, since the system can fill and send them without another copy but making one is
 * dear. Safe for several threads. Who takes a buffer has asked the budget before; the pool itself limits only what it
 * keeps.
 */
final class BufferPool {

    /** The smallest buffer, a page. */
    static final int PAGE_BYTES = 1 << 12;

    private static final int PAGE_SHIFT = 12;
    private static final int CLASSES = 31 - PAGE_SHIFT;

    private final ConcurrentLinkedDeque<ByteBuffer>[] free = queues();
    private final long mostKept;
    private final AtomicLong kept = new AtomicLong();

    BufferPool(long mostKept) {
        this.mostKept = mostKept;
    }

    /** The pages that a buffer of this many bytes takes: sizes are powers of two. */
    static int pages(long bytes) {
        return bytes <= PAGE_BYTES ? 1 : Math.toIntExact((Long.highestOneBit(bytes - 1) << 1) / PAGE_BYTES);
    }

    /** A buffer with exactly this many bytes remaining and any content. */
    ByteBuffer take(int bytes) {
        int pages = pages(bytes);
        ByteBuffer buffer = free[Integer.numberOfTrailingZeros(pages)].pollFirst();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(pages << PAGE_SHIFT);
        } else {
            kept.addAndGet(-buffer.capacity());
        }
        return buffer.clear().limit(bytes);
    }

    /** Gives a buffer back that {@link #take} returned; it must not be used any more. */
    void give(ByteBuffer buffer) {
        if (kept.addAndGet(buffer.capacity()) > mostKept) {
            kept.addAndGet(-buffer.capacity());
        } else {
            free[Integer.numberOfTrailingZeros(buffer.capacity() >> PAGE_SHIFT)].addFirst(buffer);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // An array of a generic type can be made in no other way.
    private static ConcurrentLinkedDeque<ByteBuffer>[] queues() {
        ConcurrentLinkedDeque<ByteBuffer>[] queues = new ConcurrentLinkedDeque[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            queues[i] = new ConcurrentLinkedDeque<>();
        }
        return queues;
    }
}
