package dev.lifeboat.offline;

import dev.lifeboat.nbd.Extent;
import dev.lifeboat.nbd.NbdConnections;
import dev.lifeboat.vault.capture.DiskSource;
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
    public void close() {
        disk.close();
    }
}
