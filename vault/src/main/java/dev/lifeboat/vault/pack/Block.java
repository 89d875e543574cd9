package dev.lifeboat.vault.pack;

import java.util.Arrays;

/** The unit in which disks are cut: 64 KiB, aligned; the last one of a disk may be shorter. */
public final class Block {

    /** In bytes. Small enough that scattered writes do not drag much along, large enough to compress. */
    public static final int SIZE = 1 << 16;

    private static final byte[] ZEROS = new byte[SIZE];

    private Block() {}

    /** The number of blocks of a disk of so many bytes. */
    public static long count(long diskBytes) {
        return diskBytes / SIZE + (diskBytes % SIZE == 0 ? 0 : 1);
    }

    /** The length in bytes of a block of a disk: {@link #SIZE}, but for the last one. */
    public static int length(long block, long diskBytes) {
        return (int) Math.min(SIZE, diskBytes - block * SIZE);
    }

    /**
     * Whether these bytes are all zero.
     *
     * @param length at most {@link #SIZE}
     */
    public static boolean isZero(byte[] bytes, int from, int length) {
        return Arrays.equals(bytes, from, from + length, ZEROS, 0, length);
    }
}
