package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * What comes from a socket, until it is too long or takes too long. The time of a single read would not do as a bound:
 * a server that sends a byte now and then would keep its client for ever. Not thread-safe.
 */
final class AnswerStream extends InputStream {

    private final Socket socket;
    private final InputStream stream;
    private final Timekeeper time;
    private final Duration readLimit;
    private final Duration deadline;
    private long bytesLeft;

    /**
     * The bytes that a socket receives.
     *
     * @param readLimit how long one read may take
     * @param deadline the reading of {@link Timekeeper#elapsed()} at which the last read has to end
     */
    AnswerStream(Socket socket, long byteLimit, Timekeeper time, Duration readLimit, Duration deadline)
            throws IOException {
        this.socket = socket;
        this.time = time;
        this.readLimit = readLimit;
        this.deadline = deadline;
        stream = socket.getInputStream();
        bytesLeft = byteLimit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Duration left = deadline.minus(time.elapsed());
        Duration limit = left.compareTo(readLimit) < 0 ? left : readLimit;
        if (limit.toMillis() < 1) {
            throw new SocketTimeoutException("the answer took too long");
        }
        socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
        int count = stream.read(buffer, offset, length);
        bytesLeft -= Math.max(0, count);
        if (bytesLeft < 0) {
            throw new IOException("the answer is too long");
        }
        return count;
    }
}
