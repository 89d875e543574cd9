package dev.lifeboat.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An export of some server, as a client sees it. Safe for several threads.
 *
 * <p>Failures are {@link NbdException}s, and their kind says whether the connection lives on. The methods wait for the
 * answer; those named {@code …Async} wait only while more is under way than may be, and hand out the answer later, on a
 * thread of its own. A buffer belongs to the request until the answer is there. Waiting is not cut short by an
 * interrupt, since the buffer would still be in use; the limits for answers end it. An interrupt while a request is
 * being sent ends the connection.
 *
 * <p>Ranges outside of the export and such that are not aligned to the {@link BlockSizes#minimum()} fail without being
 * sent. Requests longer than the server takes are split.
 */
public interface NbdDisk extends AutoCloseable {

    /** Bytes. */
    long size();

    /** Whether the server takes writes. */
    boolean writable();

    /** Whether several connections may be used at the same time. */
    boolean multipleConnections();

    /** What requests keep to. */
    BlockSizes blockSizes();

    /** The metadata contexts that were asked for and that the server has, in the order in which it told of them. */
    List<String> contexts();

    /** Fills the rest of the buffer, and moves its position, once everything is there. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** Fills the rest of the buffer. Its position stays where it is. */
    CompletableFuture<Void> readAsync(long offset, ByteBuffer into) throws IOException;

    /**
     * Writes the rest of the buffer, and moves its position.
     *
     * @param fua whether it must be on stable storage on return
     */
    void write(long offset, ByteBuffer from, boolean fua) throws IOException;

    /** Writes the rest of the buffer. Its position stays where it is. */
    CompletableFuture<Void> writeAsync(long offset, ByteBuffer from, boolean fua) throws IOException;

    /** Makes a range read as zeroes; see {@link NbdExport#writeZeroes}. */
    void writeZeroes(long offset, long length, boolean punchHole, boolean fua) throws IOException;

    /** Tells that a range is not needed any more. */
    void trim(long offset, long length, boolean fua) throws IOException;

    /** Returns when all writes that have been answered are on stable storage. */
    void flush() throws IOException;

    /** Tells that a range is going to be read. */
    void cache(long offset, long length) throws IOException;

    /**
     * Asks once what the contexts say of a range.
     *
     * @return for each of {@link #contexts()} the consecutive extents from the offset on, at least one and none beyond
     *     the range; a server may answer for less than was asked, and for each context differently
     */
    Map<String, List<Extent>> blockStatus(long offset, long length) throws IOException;

    /**
     * Asks as often as it takes what the contexts say of a whole range.
     *
     * @return for each of {@link #contexts()} extents that together are as long as the range, neighbours differing
     */
    default Map<String, List<Extent>> wholeBlockStatus(long offset, long length) throws IOException {
        return new WholeStatus(this, offset, length).collect();
    }

    /** Says good-bye to the server. Requests under way fail. */
    @Override
    void close();
}
