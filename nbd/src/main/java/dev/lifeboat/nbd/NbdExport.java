package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A disk that a server offers. What is left as it is here makes a read-only disk of which nothing but the content is
 * known.
 *
 * <p>All methods are called by several threads at once, and never with a range outside of the disk or one that is not
 * aligned to {@link BlockSizes#minimum()}. Size, name and writability never change. A method that fails throws an
 * {@link NbdException} with a number of the protocol, or any other exception, which is answered with
 * {@link NbdException#EIO}. Threads of the server are never interrupted. The server does not close its exports: who
 * made an export closes it, after the server.
 */
public interface NbdExport extends AutoCloseable {

    /** A client asks for all of them in one reply each; far more than anybody has. */
    int MOST_FURTHER_CONTEXTS = 16;

    /** The name by which clients ask for it; at most 4,096 bytes of UTF-8. */
    String name();

    /** A line for people; empty for none. */
    default String description() {
        return "";
    }

    /** Bytes. */
    long size();

    /** Whether the methods that write work. */
    default boolean writable() {
        return false;
    }

    /** What requests keep to. The server lowers the largest payload to what it takes itself. */
    default BlockSizes blockSizes() {
        return BlockSizes.DEFAULT;
    }

    /**
     * Whether a flush on one connection covers the writes on all others, so that a client may use several. True for
     * anything without a cache for each connection.
     */
    default boolean multipleConnections() {
        return true;
    }

    /** Whether zeroes are written faster than data, so that a client may ask for them in the hope of speed. */
    default boolean zeroesAreFast() {
        return false;
    }

    /**
     * Whether {@link #blockStatus} is so cheap that it is worth asking before each read, so that zeroes need not be
     * sent.
     */
    default boolean knowsItsZeroes() {
        return false;
    }

    /** Fills the rest of the buffer, which may be direct, with the bytes from the offset on. */
    void read(long offset, ByteBuffer into) throws IOException;

    /**
     * Writes the rest of the buffer.
     *
     * @param fua whether it must be on stable storage on return
     */
    default void write(long offset, ByteBuffer from, boolean fua) throws IOException {
        throw readOnly();
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param punchHole whether its room may be given back
     * @param fua whether it must be on stable storage on return
     */
    default void writeZeroes(long offset, long length, boolean punchHole, boolean fua) throws IOException {
        throw readOnly();
    }

    /** A range is not needed any more; what it reads as from now on does not matter. */
    default void trim(long offset, long length, boolean fua) throws IOException {
        if (fua) {
            flush();
        }
    }

    /** Returns when all writes that have returned are on stable storage. */
    default void flush() throws IOException {}

    /** A range is going to be read. A hint; returns soon. */
    default void cache(long offset, long length) throws IOException {}

    /**
     * What is known of a range, as consecutive extents from the offset on with flags of {@code base:allocation}. It may
     * end early, but not before the first byte, and may go beyond the range.
     *
     * @param one whether the first extent is enough
     */
    default List<Extent> blockStatus(long offset, long length, boolean one) throws IOException {
        return List.of(new Extent(length, 0));
    }

    /**
     * Metadata contexts that it has beside {@code base:allocation}, at most {@value #MOST_FURTHER_CONTEXTS}; they never
     * change.
     */
    default List<String> furtherContexts() {
        return List.of();
    }

    /** What one of the further contexts says of a range, in the shape of {@link #blockStatus(long, long, boolean)}. */
    default List<Extent> blockStatus(String context, long offset, long length, boolean one) throws IOException {
        throw new NbdException(NbdException.EINVAL, "the export has no context " + context);
    }

    @Override
    default void close() throws IOException {}

    private static NbdException readOnly() {
        return new NbdException(NbdException.EPERM, "the export is read-only");
    }
}
