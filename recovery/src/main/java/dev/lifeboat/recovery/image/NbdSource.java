package dev.lifeboat.recovery.image;

import dev.lifeboat.nbd.Allocation;
import dev.lifeboat.nbd.NbdConnections;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk that a server offers, such as QEMU while a backup of a running machine is under way. */
final class NbdSource implements DiskSource {

    private final NbdConnections disk;
    private final Allocation allocation;

    /** Takes the connections over. */
    NbdSource(NbdConnections disk) {
        this.disk = disk;
        this.allocation = new Allocation(disk);
    }

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public boolean isHole(long offset, long length) throws IOException {
        return allocation.isZero(offset, length);
    }

    @Override
    public long dataBlocks(long offset, int blocks) throws IOException {
        return allocation.dataBlocks(offset, Math.min((long) blocks * Block.SIZE, size() - offset), Block.SIZE);
    }

    @Override
    public void close() {
        disk.close();
    }
}
