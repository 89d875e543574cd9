package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A stream that breaks when it becomes too long or takes too long. A read timeout alone would not do: a server that
 * sends a byte now and then would keep its client for ever.
 */
final class BoundedStream extends FilterInputStream {

    private final Timekeeper time;
    private final Duration deadline;
    private long bytesLeft;

    /** @param deadline the reading of {@link Timekeeper#elapsed()} at which it breaks */
    BoundedStream(InputStream stream, long byteLimit, Timekeeper time, Duration deadline) {
        super(stream);
        this.time = time;
        this.deadline = deadline;
        bytesLeft = byteLimit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (time.elapsed().compareTo(deadline) > 0) {
            throw new SocketTimeoutException("the answer took too long");
        }
        bytesLeft -= Math.max(0, count);
        if (bytesLeft < 0) {
            throw new IOException("the answer is too long");
        }
        return count;
    }

    @Override
    public long skip(long count) {
        throw new UnsupportedOperationException("what is skipped would not be counted");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
