package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out valid requests and answers them. Safe for several threads. What an export throws becomes an error reply;
 * {@link Replies.Gone} means that there is nobody left to answer.
 */
final class RequestHandler {

    /** A long read is sent in pieces of this size where the client allows it, to hold less memory. */
    static final int PIECE_BYTES = 1 << 20;
    /** Far below what the protocol allows: a client asks again for the rest. */
    private static final int MAX_EXTENTS = 1 << 12;
    /** What those take, as objects and on the wire. */
    private static final long STATUS_BYTES = MAX_EXTENTS * 64L;
    /** Fewer zeroes than this are sent as they are: a piece of its own would cost more. */
    private static final long LEAST_HOLE_BYTES = 4096;

    private final Negotiated agreed;
    private final NbdExport export;
    private final Headers headers;
    private final Replies replies;
    private final BufferPool pool;

    RequestHandler(Negotiated agreed, Replies replies, BufferPool pool) {
        this.agreed = agreed;
        this.export = agreed.export();
        this.headers = agreed.headers();
        this.replies = replies;
        this.pool = pool;
    }

    /** The bytes of memory that a request takes at a time. */
    long bytesOf(Request request) {
        return switch (request.command()) {
            case Protocol.CMD_WRITE -> request.length();
            case Protocol.CMD_READ -> {
                boolean whole = !headers.chunks() || request.has(Protocol.CMD_FLAG_DF);
                yield whole ? request.length() : Math.min(request.length(), PIECE_BYTES);
            }
            case Protocol.CMD_BLOCK_STATUS -> STATUS_BYTES;
            default -> 1;
        };
    }

    void handle(Request request) throws Replies.Gone {
        try {
            switch (request.command()) {
                case Protocol.CMD_READ -> read(request);
                case Protocol.CMD_BLOCK_STATUS -> blockStatus(request);
                default -> {
                    change(request);
                    replies.done(request);
                }
            }
        } catch (NbdException failure) {
            replies.error(request, failure.errno(), words(failure));
        } catch (IOException | RuntimeException failure) {
            replies.error(request, NbdException.EIO, words(failure));
        } catch (OutOfMemoryError failure) {
            replies.error(request, NbdException.ENOMEM, "out of memory");
        }
    }

    private void change(Request request) throws IOException {
        boolean fua = request.has(Protocol.CMD_FLAG_FUA);
        long offset = request.offset();
        long length = request.length();
        switch (request.command()) {
            case Protocol.CMD_WRITE -> {
                ByteBuffer payload = request.payload();
                if (payload == null) {
                    throw new IllegalStateException("A write without payload was found valid");
                }
                export.write(offset, payload, fua);
            }
            case Protocol.CMD_WRITE_ZEROES -> {
                if (request.has(Protocol.CMD_FLAG_FAST_ZERO) && !export.zeroesAreFast()) {
                    throw new NbdException(NbdException.ENOTSUP, "zeroes are not faster than data here");
                }
                export.writeZeroes(offset, length, !request.has(Protocol.CMD_FLAG_NO_HOLE), fua);
            }
            case Protocol.CMD_TRIM -> export.trim(offset, length, fua);
            case Protocol.CMD_CACHE -> export.cache(offset, length);
            case Protocol.CMD_FLUSH -> export.flush();
            default -> throw new IllegalStateException("An unknown command was found valid: " + request.command());
        }
    }

    private void read(Request request) throws IOException, Replies.Gone {
        if (!headers.chunks() || request.has(Protocol.CMD_FLAG_DF)) {
            ByteBuffer buffer = pool.take((int) request.length());
            try {
                fill(request.offset(), buffer);
                if (headers.chunks()) {
                    replies.content(request, request.offset(), buffer, true);
                } else {
                    replies.whole(request, buffer);
                }
            } finally {
                pool.give(buffer);
            }
            return;
        }
        long at = request.offset();
        long end = at + request.length();
        while (at < end) {
            if (!export.knowsItsZeroes()) {
                sendContent(request, at, end, end);
                return;
            }
            for (Extent extent : known(Protocol.BASE_ALLOCATION, at, end - at, false, Long.MAX_VALUE)) {
                long next = Math.min(end, at + extent.length());
                if (extent.zero() && next - at >= LEAST_HOLE_BYTES) {
                    replies.zeroes(request, at, next - at, next == end);
                } else {
                    sendContent(request, at, next, end);
                }
                at = next;
            }
        }
    }

    private void sendContent(Request request, long from, long to, long end) throws IOException, Replies.Gone {
        ByteBuffer buffer = pool.take((int) Math.min(to - from, PIECE_BYTES));
        try {
            for (long at = from; at < to; ) {
                buffer.clear().limit((int) Math.min(to - at, PIECE_BYTES));
                int length = buffer.remaining();
                fill(at, buffer);
                replies.content(request, at, buffer, at + length == end);
                at += length;
            }
        } finally {
            pool.give(buffer);
        }
    }

    private void fill(long offset, ByteBuffer buffer) throws IOException {
        export.read(offset, buffer);
        if (buffer.hasRemaining()) {
            // Whatever was in the buffer before would be sent otherwise.
            throw new IOException("the export has read too little");
        }
        buffer.flip();
    }

    private void blockStatus(Request request) throws IOException, Replies.Gone {
        boolean one = request.has(Protocol.CMD_FLAG_REQ_ONE);
        List<Integer> ids = agreed.ids();
        List<List<Extent>> answers = new ArrayList<>();
        for (int id : ids) {
            answers.add(known(agreed.context(id), request.offset(), request.length(), one, replies.longestExtent()));
        }
        for (int i = 0; i < ids.size(); i++) {
            replies.extents(request, ids.get(i), answers.get(i), i == ids.size() - 1);
        }
    }

    /** What the export knows, within its end, with neighbours of one status joined. */
    private List<Extent> known(String context, long offset, long length, boolean one, long longest) throws IOException {
        // All contexts together must fit into what a question for the status may take.
        int most = MAX_EXTENTS / Math.max(1, agreed.contexts().size());
        long left = one ? length : export.size() - offset;
        long asked = length;
        List<Extent> extents = new ArrayList<>();
        long joined = 0;
        int flags = 0;
        for (Extent extent : told(context, offset, length, one)) {
            if (left <= 0 || asked <= 0 || extents.size() >= most - 1) {
                break;
            }
            long bytes = Math.min(extent.length(), left);
            left -= bytes;
            asked -= bytes;
            if (joined > 0 && extent.flags() != flags) {
                if (!addTo(extents, joined, flags, longest) || one) {
                    return extents;
                }
                joined = 0;
            }
            flags = extent.flags();
            joined += bytes;
        }
        if (joined > 0) {
            addTo(extents, joined, flags, longest);
        }
        if (extents.isEmpty()) {
            throw new IOException("the export knows nothing of a range of its own");
        }
        return extents;
    }

    private List<Extent> told(String context, long offset, long length, boolean one) throws IOException {
        return context.equals(Protocol.BASE_ALLOCATION)
                ? export.blockStatus(offset, length, one)
                : export.blockStatus(context, offset, length, one);
    }

    /** Says whether the extent fitted as a whole; what follows a part of one must not be told. */
    private static boolean addTo(List<Extent> extents, long length, int flags, long longest) {
        extents.add(new Extent(Math.min(length, longest), flags));
        return length <= longest;
    }

    private static String words(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
