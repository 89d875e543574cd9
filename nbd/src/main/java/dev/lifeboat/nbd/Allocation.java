package dev.lifeboat.nbd;

import java.io.IOException;
import java.util.List;

/**
 * What {@code base:allocation} says of a disk, by blocks: where there is nothing but zeros, which need not be read.
 * Without that context everything may be something else. Safe for use by several threads.
 *
 * @param disk connected with the context {@value #CONTEXT}
 */
public record Allocation(NbdDisk disk) {

    /** The metadata context to connect with. */
    public static final String CONTEXT = Protocol.BASE_ALLOCATION;

    /** Whether a range is known to be all zeros. */
    public boolean isZero(long offset, long length) throws IOException {
        List<Extent> extents = disk.wholeBlockStatus(offset, length).getOrDefault(CONTEXT, List.of());
        long zeros = 0;
        for (Extent extent : extents) {
            if (!extent.zero()) {
                return false;
            }
            zeros += extent.length();
        }
        return zeros >= length;
    }

    /**
     * Which blocks of a range may hold something else than zeros: bit i is the i-th block from the offset on.
     *
     * @param length of the range in bytes, at most 64 blocks; the last block may be short
     * @param blockBytes the size of a block
     */
    public long dataBlocks(long offset, long length, int blockBytes) throws IOException {
        List<Extent> extents = disk.wholeBlockStatus(offset, length).get(CONTEXT);
        if (extents == null) {
            return -1L;
        }
        long data = 0;
        long at = 0;
        for (Extent extent : extents) {
            long end = Math.min(at + extent.length(), length);
            if (!extent.zero() && end > at) {
                int first = (int) (at / blockBytes);
                int last = (int) ((end - 1) / blockBytes);
                data |= (-1L << first) & (-1L >>> (Long.SIZE - 1 - last));
            }
            at = end;
        }
        return data;
    }
}
