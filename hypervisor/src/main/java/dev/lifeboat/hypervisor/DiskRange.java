package dev.lifeboat.hypervisor;

/**
 * A range of a disk.
 *
 * @param offset of its first byte
 * @param length in bytes, at least 1
 */
public record DiskRange(long offset, long length) {

    public DiskRange {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("a range of %d bytes from %d on".formatted(length, offset));
        }
    }

    /** The offset of the first byte behind it. */
    public long end() {
        return offset + length;
    }
}
