package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes the replies of a server. Safe for several threads: each message goes out whole. Whatever fails here means that
 * the client is gone, and throws {@link Gone}.
 */
final class Replies {

    /** Structured replies have 32 bits for an extent; a multiple of every possible smallest block. */
    private static final long MAX_COMPACT_EXTENT = 0xffff_0000L;
    /** The words of an error are cut here, far below the protocol's 4,096 bytes. */
    private static final int MAX_WORDS = 512;

    private final Wire wire;
    private final Patience patience;
    private final Headers headers;
    private final ReentrantLock turn = new ReentrantLock();

    Replies(Wire wire, Patience patience, Headers headers) {
        this.wire = wire;
        this.patience = patience;
        this.headers = headers;
    }

    /** The client is gone, or does not take what it asked for. */
    static final class Gone extends Exception {

        private static final long serialVersionUID = 1L;

        Gone(IOException cause) {
            super(cause);
        }
    }

    /** A request without content in its reply has been carried out. */
    void done(Request request) throws Gone {
        if (headers.chunks()) {
            send(chunk(request, Protocol.REPLY_FLAG_DONE, Protocol.REPLY_NONE, 0, 0));
        } else {
            send(simple(request, 0));
        }
    }

    void error(Request request, int errno, String words) throws Gone {
        if (!headers.chunks()) {
            send(simple(request, errno));
            return;
        }
        String shortened = words.length() > MAX_WORDS ? words.substring(0, MAX_WORDS) : words;
        byte[] bytes = shortened.getBytes(StandardCharsets.UTF_8);
        int length = Integer.BYTES + Short.BYTES + bytes.length;
        send(chunk(request, Protocol.REPLY_FLAG_DONE, Protocol.REPLY_ERROR, length, length)
                .putInt(errno)
                .putShort((short) bytes.length)
                .put(bytes));
    }

    /** The whole content of a read, in a simple reply. */
    void whole(Request request, ByteBuffer content) throws Gone {
        send(simple(request, 0), content);
    }

    void content(Request request, long offset, ByteBuffer content, boolean last) throws Gone {
        int length = Long.BYTES + content.remaining();
        send(
                chunk(request, last ? Protocol.REPLY_FLAG_DONE : 0, Protocol.REPLY_OFFSET_DATA, length, Long.BYTES)
                        .putLong(offset),
                content);
    }

    void zeroes(Request request, long offset, long length, boolean last) throws Gone {
        int bytes = Long.BYTES + Integer.BYTES;
        send(chunk(request, last ? Protocol.REPLY_FLAG_DONE : 0, Protocol.REPLY_OFFSET_HOLE, bytes, bytes)
                .putLong(offset)
                .putInt((int) length));
    }

    /** What one context says. */
    void extents(Request request, int context, List<Extent> extents, boolean last) throws Gone {
        boolean wide = headers == Headers.EXTENDED;
        int each = wide ? 2 * Long.BYTES : 2 * Integer.BYTES;
        int length = (wide ? 2 : 1) * Integer.BYTES + extents.size() * each;
        int type = wide ? Protocol.REPLY_BLOCK_STATUS_EXT : Protocol.REPLY_BLOCK_STATUS;
        ByteBuffer message = chunk(request, last ? Protocol.REPLY_FLAG_DONE : 0, type, length, length)
                .putInt(context);
        if (wide) {
            message.putInt(extents.size());
        }
        for (Extent extent : extents) {
            if (wide) {
                message.putLong(extent.length()).putLong(extent.flags());
            } else {
                message.putInt((int) extent.length()).putInt(extent.flags());
            }
        }
        send(message);
    }

    /** The longest extent that a reply can tell of. */
    long longestExtent() {
        return headers == Headers.EXTENDED ? Long.MAX_VALUE : MAX_COMPACT_EXTENT;
    }

    private static ByteBuffer simple(Request request, int errno) {
        return ByteBuffer.allocate(Protocol.SIMPLE_REPLY_BYTES)
                .putInt(Protocol.SIMPLE_REPLY)
                .putInt(errno)
                .putLong(request.cookie());
    }

    /**
     * The head of a chunk.
     *
     * @param length what the head says of the payload
     * @param room how much of the payload is going to be in the same buffer
     */
    private ByteBuffer chunk(Request request, int flags, int type, int length, int room) {
        if (headers == Headers.EXTENDED) {
            return ByteBuffer.allocate(Protocol.EXTENDED_REPLY_BYTES + room)
                    .putInt(Protocol.EXTENDED_REPLY)
                    .putShort((short) flags)
                    .putShort((short) type)
                    .putLong(request.cookie())
                    .putLong(request.offset())
                    .putLong(length);
        }
        return ByteBuffer.allocate(Protocol.STRUCTURED_REPLY_BYTES + room)
                .putInt(Protocol.STRUCTURED_REPLY)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(request.cookie())
                .putInt(length);
    }

    private void send(ByteBuffer head, ByteBuffer... content) throws Gone {
        ByteBuffer[] message = new ByteBuffer[content.length + 1];
        message[0] = head.flip();
        System.arraycopy(content, 0, message, 1, content.length);
        turn.lock();
        try {
            wire.write(patience, message);
        } catch (IOException failure) {
            throw new Gone(failure);
        } finally {
            turn.unlock();
        }
    }
}
