package dev.lifeboat.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection that bytes go over, plain or with TLS. One thread may read while another one writes; threads that write
 * take turns outside of it.
 */
interface Wire extends Closeable {

    /** Bytes that a peer must move in one period of patience, so that one byte now and then is not enough. */
    int PROGRESS_BYTES = 1 << 16;

    /** Waits for bytes and puts some into the buffer. Returns how many, or -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes everything.
     *
     * @param patience begun anew whenever {@value #PROGRESS_BYTES} bytes have gone
     */
    void write(Patience patience, ByteBuffer... from) throws IOException;

    /** Says good-bye where there is a way to; does not wait for the peer. */
    void finish(Patience patience) throws IOException;

    /** Ends the connection at once; whoever reads or writes wakes with an exception. */
    @Override
    void close();
}
