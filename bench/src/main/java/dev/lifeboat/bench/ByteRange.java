package dev.lifeboat.bench;

/**
 * A stretch of a disk, in bytes.
 *
 * @param offset where it begins
 * @param length how long it is; never zero
 */
public record ByteRange(long offset, long length) {

    public ByteRange {
        if (offset < 0 || length <= 0) {
            throw new IllegalArgumentException("a range of %d bytes at %d".formatted(length, offset));
        }
    }
}
