package dev.lifeboat.nbd;

/**
 * The sizes that requests to an export keep to (proto.md, "Size constraints").
 *
 * @param minimum in bytes, a power of two up to 65,536: offsets and lengths are multiples of it
 * @param preferred in bytes, a power of two, at least the minimum and 512: requests of such blocks are efficient
 * @param maximumPayload in bytes, at least the preferred size: the most that one read or write may carry
 */
public record BlockSizes(int minimum, int preferred, long maximumPayload) {

    /** Any byte may be addressed, up to 32 MiB at a time: what holds where nothing was said. */
    public static final BlockSizes DEFAULT = new BlockSizes(1, 4096, Protocol.MAX_PAYLOAD_BYTES);

    private static final int MAX_MINIMUM = 65_536;
    private static final int LEAST_PREFERRED = 512;
    private static final long UNLIMITED = 0xffff_ffffL;

    /** Checks the constraints of the protocol. */
    public BlockSizes {
        if (Integer.bitCount(minimum) != 1 || minimum < 1 || minimum > MAX_MINIMUM) {
            throw new IllegalArgumentException("Not a smallest block size: " + minimum);
        }
        if (Integer.bitCount(preferred) != 1 || preferred < Math.max(minimum, LEAST_PREFERRED)) {
            throw new IllegalArgumentException("Not a preferred block size: " + preferred);
        }
        if (maximumPayload < preferred || maximumPayload > UNLIMITED) {
            throw new IllegalArgumentException("Not a largest payload: " + maximumPayload);
        }
    }

    /** Whether a range begins and ends at blocks. */
    boolean aligned(long offset, long length) {
        return ((offset | length) & (minimum - 1)) == 0;
    }
}
