package dev.lifeboat.nbd;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that a client has sent, and what has come of its reply. The thread that reads replies works on it; others
 * only wait for its answer.
 */
final class PendingRequest {

    /** Chunks of one reply that are borne: more than the extents that an answer may have. */
    private static final int MAX_CHUNKS = 1 << 17;
    /** An answer that keeps coming, but not to an end, is waited for this many times as long as silence. */
    private static final int MAX_TICKS = 8 * Patience.TICKS;

    final int command;
    final int flags;
    final long offset;
    final long length;
    final CompletableFuture<Void> answer = new CompletableFuture<>();
    /** Where a read goes; never used by anybody else while this is pending. */
    private final @Nullable ByteBuffer into;

    private final Coverage coverage = new Coverage();
    private final Map<Integer, List<Extent>> extents = new LinkedHashMap<>();
    private @Nullable NbdException error;
    private int chunks;
    private int ticks;

    PendingRequest(int command, int flags, long offset, long length, @Nullable ByteBuffer into) {
        this.command = command;
        this.flags = flags;
        this.offset = offset;
        this.length = length;
        this.into = into;
    }

    /** Counts a tick, and says whether the answer is overdue. For the thread that ticks. */
    boolean tick() {
        ticks++;
        return ticks > MAX_TICKS;
    }

    void countChunk() throws NbdException {
        chunks++;
        if (chunks > MAX_CHUNKS) {
            throw NbdException.broken("a reply has more than " + MAX_CHUNKS + " chunks");
        }
    }

    /** The part of the buffer that a chunk of a read fills, if the chunk is in order. */
    ByteBuffer part(long from, long size) throws NbdException {
        if (command != Protocol.CMD_READ || into == null) {
            throw NbdException.broken("content comes for a request that reads nothing");
        }
        if (size <= 0 || from < offset || size > length || from - offset > length - size) {
            throw NbdException.broken("content comes for %s+%s, but %d+%d was asked for"
                    .formatted(Long.toUnsignedString(from), Long.toUnsignedString(size), offset, length));
        }
        if (!coverage.add(from, from + size)) {
            throw NbdException.broken("content comes twice, or in too many pieces");
        }
        return into.slice(into.position() + (int) (from - offset), (int) size);
    }

    void status(int context, List<Extent> told) throws NbdException {
        if (extents.putIfAbsent(context, told) != null) {
            throw NbdException.broken("a context is told of twice in one reply");
        }
    }

    Map<Integer, List<Extent>> extents() {
        return extents;
    }

    void failed(NbdException failure) {
        if (error == null) {
            error = failure;
        }
    }

    /** What the last chunk leaves missing ends the connection. */
    void checkComplete(Session session) throws NbdException {
        if (error != null) {
            return;
        }
        if (command == Protocol.CMD_READ && coverage.bytes() != length) {
            throw NbdException.broken("a reply ends with %d of %d bytes".formatted(coverage.bytes(), length));
        }
        if (command == Protocol.CMD_BLOCK_STATUS
                && extents.size() != session.contexts().size()) {
            throw NbdException.broken("a reply ends without having told of all contexts");
        }
    }

    void complete() {
        if (error == null) {
            answer.complete(null);
        } else {
            answer.completeExceptionally(error);
        }
    }

    @Override
    public String toString() {
        return "command %d for %d+%d".formatted(command, offset, length);
    }
}
