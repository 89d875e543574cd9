package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the replies of a server and checks every one against its request, for one thread. Throws what ends the
 * connection: after a reply that makes no sense nothing that follows can be trusted.
 */
final class ReplyReader {

    /** The fixed part of an error, the longest message, an offset, and room for what later versions add. */
    private static final int MAX_ERROR_BYTES = Integer.BYTES + Short.BYTES + Protocol.MAX_STRING_BYTES + 1024;

    private static final int HOLE_BYTES = Long.BYTES + Integer.BYTES;

    private final Session session;
    private final WireInput input;
    private final PendingRequests pending;

    ReplyReader(Session session, WireInput input, PendingRequests pending) {
        this.session = session;
        this.input = input;
        this.pending = pending;
    }

    /** Reads until the connection ends, which it says by an exception in every case. */
    void run() throws IOException {
        int least = session.headers() == Headers.EXTENDED ? Protocol.EXTENDED_REPLY_BYTES : Protocol.SIMPLE_REPLY_BYTES;
        while (input.next(least)) {
            int magic = input.getInt();
            boolean known = switch (session.headers()) {
                case SIMPLE -> magic == Protocol.SIMPLE_REPLY;
                case STRUCTURED -> magic == Protocol.SIMPLE_REPLY || magic == Protocol.STRUCTURED_REPLY;
                case EXTENDED -> magic == Protocol.EXTENDED_REPLY;
            };
            if (!known) {
                throw NbdException.broken("a reply has the wrong magic");
            }
            if (magic == Protocol.SIMPLE_REPLY) {
                simple();
            } else {
                chunk();
            }
        }
        throw NbdException.disconnected("the server has ended the connection", null);
    }

    private void simple() throws IOException {
        int error = input.getInt();
        long cookie = input.getLong();
        PendingRequest request = pending.of(cookie);
        boolean mayBe = session.headers() == Headers.SIMPLE
                || (request.command != Protocol.CMD_READ
                        && (error != 0 || request.command != Protocol.CMD_BLOCK_STATUS));
        if (!mayBe) {
            throw NbdException.broken("a simple reply comes where chunks are due");
        }
        if (error != 0) {
            request.failed(failure(request, error, ""));
        } else if (request.command == Protocol.CMD_READ) {
            input.read(request.part(request.offset, request.length));
        }
        request.checkComplete(session);
        pending.answered(cookie);
    }

    private void chunk() throws IOException {
        boolean wide = session.headers() == Headers.EXTENDED;
        if (!wide) {
            input.need(Protocol.STRUCTURED_REPLY_BYTES - Integer.BYTES);
        }
        int flags = input.getUnsignedShort();
        int type = input.getUnsignedShort();
        long cookie = input.getLong();
        long offset = wide ? input.getLong() : 0;
        long length = wide ? input.getLong() : Integer.toUnsignedLong(input.getInt());
        PendingRequest request = pending.of(cookie);
        request.countChunk();
        if (wide && offset != request.offset) {
            throw NbdException.broken("a reply names another offset than its request");
        }
        boolean last = (flags & Protocol.REPLY_FLAG_DONE) != 0;
        switch (type) {
            case Protocol.REPLY_NONE -> check(length == 0 && last, "an empty chunk has content, or is not the last");
            case Protocol.REPLY_OFFSET_DATA -> content(request, length);
            case Protocol.REPLY_OFFSET_HOLE -> hole(request, length);
            case Protocol.REPLY_BLOCK_STATUS -> {
                check(!wide, "extents are told of in the wrong form");
                status(request, length, false);
            }
            case Protocol.REPLY_BLOCK_STATUS_EXT -> {
                check(wide, "extents are told of in the wrong form");
                status(request, length, true);
            }
            default -> {
                check((type & Protocol.REPLY_ERROR_BIT) != 0, "a chunk is of an unknown type");
                error(request, type, length);
            }
        }
        if (last) {
            request.checkComplete(session);
            pending.answered(cookie);
        }
    }

    private void content(PendingRequest request, long length) throws IOException {
        check(length > Long.BYTES, "a chunk of content has none");
        input.need(Long.BYTES);
        input.read(request.part(input.getLong(), length - Long.BYTES));
    }

    private void hole(PendingRequest request, long length) throws IOException {
        check(length == HOLE_BYTES, "a hole has the wrong length");
        input.need(HOLE_BYTES);
        long offset = input.getLong();
        ByteBuffer part = request.part(offset, Integer.toUnsignedLong(input.getInt()));
        while (part.remaining() >= Long.BYTES) {
            part.putLong(0);
        }
        while (part.hasRemaining()) {
            part.put((byte) 0);
        }
    }

    private void status(PendingRequest request, long length, boolean wide) throws IOException {
        check(request.command == Protocol.CMD_BLOCK_STATUS, "extents come for a request that did not ask for them");
        int head = wide ? 2 * Integer.BYTES : Integer.BYTES;
        int each = wide ? 2 * Long.BYTES : 2 * Integer.BYTES;
        long count = (length - head) / each;
        check(
                length >= head + each && (length - head) % each == 0 && count <= Protocol.MAX_EXTENTS,
                "a chunk of extents has the wrong length");
        input.need(head);
        int context = input.getInt();
        check(!wide || input.getInt() == count, "a chunk has another number of extents than it says");
        check(session.contexts().containsKey(context), "an unknown context is told of");
        List<Extent> extents = new ArrayList<>();
        long left = request.length;
        for (long i = 0; i < count; i++) {
            check(left > 0, "extents are told of beyond what was asked for");
            input.need(each);
            long bytes = wide ? input.getLong() : Integer.toUnsignedLong(input.getInt());
            long status = wide ? input.getLong() : Integer.toUnsignedLong(input.getInt());
            check(bytes > 0, "an extent has a length that makes no sense");
            check(status >>> Integer.SIZE == 0, "an extent has flags that nobody knows");
            extents.add(new Extent(Math.min(bytes, left), (int) status));
            left -= Math.min(bytes, left);
        }
        request.status(context, extents);
    }

    private void error(PendingRequest request, int type, long length) throws IOException {
        int fixed = Integer.BYTES + Short.BYTES;
        int trailing = type == Protocol.REPLY_ERROR_OFFSET ? Long.BYTES : 0;
        check(length >= fixed + trailing && length <= MAX_ERROR_BYTES, "an error has the wrong length");
        input.need(fixed);
        int number = input.getInt();
        int words = input.getUnsignedShort();
        check(words <= length - fixed - trailing && words <= Protocol.MAX_STRING_BYTES, "an error has too many words");
        check(number != 0 || (type != Protocol.REPLY_ERROR && type != Protocol.REPLY_ERROR_OFFSET), "an error is none");
        String message = new String(input.bytes(words), StandardCharsets.UTF_8);
        long rest = length - fixed - words;
        if (trailing > 0) {
            input.need(trailing);
            long offset = input.getLong();
            check(
                    offset >= request.offset && offset - request.offset < Math.max(request.length, 1),
                    "an error is outside of its request");
            rest -= trailing;
        }
        input.skip(rest);
        request.failed(failure(request, number, message));
    }

    private static NbdException failure(PendingRequest request, int number, String words) {
        int errno = switch (number) {
            case NbdException.EPERM,
                    NbdException.EIO,
                    NbdException.ENOMEM,
                    NbdException.ENOSPC,
                    NbdException.EOVERFLOW,
                    NbdException.ENOTSUP,
                    NbdException.ESHUTDOWN -> number;
            default -> NbdException.EINVAL;
        };
        return new NbdException(
                errno,
                "the server answers %s with error %d%s".formatted(request, errno, words.isEmpty() ? "" : ": " + words));
    }

    private static void check(boolean sound, String otherwise) throws NbdException {
        if (!sound) {
            throw NbdException.broken(otherwise);
        }
    }
}
