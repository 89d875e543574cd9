package dev.lifeboat.offline;

import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdConnections;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.pack.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that a server offers, such as QEMU while a backup of a running machine is under way. */
final class NbdSource implements DiskSource {

    private static final String ALLOCATION = "base:allocation";

    private final NbdConnections disk;

    /** Takes the connections over. */
    NbdSource(NbdConnections disk) {
        this.disk = disk;
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
        List<Extent> extents = disk.wholeBlockStatus(offset, length).getOrDefault(ALLOCATION, List.of());
        long zeros = 0;
        for (Extent extent : extents) {
            if (!extent.zero()) {
                return false;
            }
            zeros += extent.length();
        }
        return zeros >= length;
    }

    @Override
    public long dataBlocks(long offset, int blocks) throws IOException {
        long length = Math.min((long) blocks * Block.SIZE, size() - offset);
        List<Extent> extents = disk.wholeBlockStatus(offset, length).get(ALLOCATION);
        if (extents == null) {
            return -1L;
        }
        long data = 0;
        long at = 0;
        for (Extent extent : extents) {
            long end = Math.min(at + extent.length(), length);
            if (!extent.zero() && end > at) {
                int first = (int) (at / Block.SIZE);
                int last = (int) ((end - 1) / Block.SIZE);
                data |= (-1L << first) & (-1L >>> (Long.SIZE - 1 - last));
            }
            at = end;
        }
        return data;
    }

    @Override
    public void close() {
        disk.close();
    }
}
