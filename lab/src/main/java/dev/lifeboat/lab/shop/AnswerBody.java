package dev.lifeboat.lab.shop;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of an answer of a known length. It breaks when the connection ends before it does. Not thread-safe. */
final class AnswerBody extends InputStream {

    private final InputStream stream;
    private long bytesLeft;

    AnswerBody(InputStream stream, long bytes) {
        this.stream = stream;
        bytesLeft = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (bytesLeft == 0) {
            return -1;
        }
        int count = stream.read(buffer, offset, (int) Math.min(length, bytesLeft));
        if (count < 0) {
            throw new EOFException("the answer was cut off");
        }
        bytesLeft -= count;
        return count;
    }
}
