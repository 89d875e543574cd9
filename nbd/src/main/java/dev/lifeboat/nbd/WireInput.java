package dev.lifeboat.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads messages from a wire: small pieces out of a buffer, large ones past it. For one thread. While a message is
 * incomplete, patience runs; between messages it does not.
 */
final class WireInput {

    /** Many requests or reply headers fit in, and little of a payload is copied twice. */
    private static final int BUFFER_BYTES = 1 << 13;

    private final Patience patience;
    private Wire wire;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private long moved;

    WireInput(Wire wire, Patience patience) {
        this.wire = wire;
        this.patience = patience;
    }

    /**
     * Checks that the peer has sent no more, before TLS begins: it would be taken for protected although it was not.
     *
     * @throws NbdException when it has
     */
    void nothingMore() throws NbdException {
        if (buffer.hasRemaining()) {
            throw NbdException.broken("the peer sent something between the word for TLS and its beginning");
        }
    }

    /** Goes on with another wire, as TLS has begun. */
    void switchTo(Wire next) {
        wire = next;
    }

    /**
     * Waits for the next message, however long it takes, until this many bytes of it are there to get.
     *
     * @return whether there is one; false at an end between two messages
     */
    boolean next(int bytes) throws IOException {
        if (!buffer.hasRemaining() && fill() < 0) {
            return false;
        }
        need(bytes);
        return true;
    }

    /** Waits for bytes of a message that has begun; they can be got afterwards. */
    void need(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        patience.begin();
        try {
            while (buffer.remaining() < bytes) {
                if (fill() < 0) {
                    throw cut();
                }
            }
        } finally {
            patience.end();
        }
    }

    int getInt() {
        return buffer.getInt();
    }

    int getUnsignedShort() {
        return Short.toUnsignedInt(buffer.getShort());
    }

    long getLong() {
        return buffer.getLong();
    }

    /** Looks at the next number, which must be there, without taking it. */
    int peekInt() {
        return buffer.getInt(buffer.position());
    }

    /** Fills the rest of a buffer. */
    void read(ByteBuffer into) throws IOException {
        takeBuffered(into);
        if (!into.hasRemaining()) {
            return;
        }
        patience.begin();
        try {
            while (into.hasRemaining()) {
                if (into.remaining() >= BUFFER_BYTES) {
                    int count = wire.read(into);
                    if (count < 0) {
                        throw cut();
                    }
                    progress(count);
                } else {
                    // The end of a payload is often followed by the next message: get both at once.
                    if (fill() < 0) {
                        throw cut();
                    }
                    takeBuffered(into);
                }
            }
        } finally {
            patience.end();
        }
    }

    byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        read(ByteBuffer.wrap(bytes));
        return bytes;
    }

    void skip(long length) throws IOException {
        long left = length;
        patience.begin();
        try {
            while (left > 0) {
                if (!buffer.hasRemaining() && fill() < 0) {
                    throw cut();
                }
                int step = (int) Math.min(left, buffer.remaining());
                buffer.position(buffer.position() + step);
                left -= step;
            }
        } finally {
            patience.end();
        }
    }

    private void takeBuffered(ByteBuffer into) {
        int count = Math.min(buffer.remaining(), into.remaining());
        if (count > 0) {
            into.put(into.position(), buffer, buffer.position(), count);
            into.position(into.position() + count);
            buffer.position(buffer.position() + count);
        }
    }

    private int fill() throws IOException {
        buffer.compact();
        try {
            int count = wire.read(buffer);
            progress(count);
            return count;
        } finally {
            buffer.flip();
        }
    }

    private void progress(int count) {
        moved += count;
        if (moved >= Wire.PROGRESS_BYTES) {
            moved = 0;
            patience.moved();
        }
    }

    private static EOFException cut() {
        return new EOFException("the peer ended the connection in the middle of a message");
    }
}
