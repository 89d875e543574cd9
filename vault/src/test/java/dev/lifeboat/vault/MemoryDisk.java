package dev.lifeboat.vault;

import dev.lifeboat.vault.capture.DiskSource;
import java.nio.ByteBuffer;

/** A disk whose content is an array. */
@SuppressWarnings("ArrayRecordComponent") // the array is the disk
record MemoryDisk(byte[] content) implements DiskSource {

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        into.put(content, (int) offset, into.remaining());
    }

    @Override
    public boolean isHole(long offset, long length) {
        return false;
    }

    @Override
    public void close() {}
}
