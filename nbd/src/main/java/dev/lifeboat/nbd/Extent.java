package dev.lifeboat.nbd;

/**
 * A piece of an export with one status. A list of extents describes consecutive pieces.
 *
 * @param length in bytes, at least 1
 * @param flags what the metadata context says of it; for {@code base:allocation} see {@link #HOLE} and {@link #ZERO}
 */
public record Extent(long length, int flags) {

    /** {@code base:allocation}: nothing is allocated there, so that a write may find no room. */
    public static final int HOLE = 1;

    /** {@code base:allocation}: it reads as zeroes. */
    public static final int ZERO = 1 << 1;

    /** Checks that there is something to tell of. */
    public Extent {
        if (length <= 0) {
            throw new IllegalArgumentException("An extent has at least one byte: " + length);
        }
    }

    /** Whether it is known to read as zeroes, if this is an extent of {@code base:allocation}. */
    public boolean zero() {
        return (flags & ZERO) != 0;
    }

    /** Whether nothing is allocated there, if this is an extent of {@code base:allocation}. */
    public boolean hole() {
        return (flags & HOLE) != 0;
    }
}
