package dev.lifeboat.nbd;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/** A socket as it is. */
final class PlainWire implements Wire {

    /** Room for a few replies, so that the next one is made while the last one travels. The kernel may give less. */
    private static final int SOCKET_BUFFER_BYTES = 1 << 21;

    private final SocketChannel channel;
    private final AtomicLong moved = new AtomicLong();

    PlainWire(SocketChannel channel, boolean tcp) throws IOException {
        this.channel = channel;
        if (tcp) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        } else {
            // TCP sizes its buffers by itself, and better than a fixed number does.
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = channel.read(into);
        moved.addAndGet(count);
        return count;
    }

    @Override
    public void write(Patience patience, ByteBuffer... from) throws IOException {
        patience.begin();
        try {
            long sinceBegun = 0;
            int first = 0;
            while (first < from.length) {
                if (!from[first].hasRemaining()) {
                    first++;
                    continue;
                }
                long count = channel.write(from, first, from.length - first);
                moved.addAndGet(count);
                sinceBegun += count;
                if (sinceBegun >= PROGRESS_BYTES) {
                    patience.begin();
                    sinceBegun = 0;
                }
            }
        } finally {
            patience.end();
        }
    }

    @Override
    public void finish(Patience patience) {}

    /** A number that changes whenever bytes go or come. */
    long moved() {
        return moved.get();
    }

    /** No more is read; what is on its way out still goes. */
    void stopReading() {
        try {
            channel.shutdownInput();
        } catch (IOException _) {
            // It is closed already, which is even better.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // There is nothing left to do with it.
        }
    }
}
