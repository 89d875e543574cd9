package dev.lifeboat.offline;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.nbd.Extent;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A qcow2 image, with its backing files if it has any, read through QEMU's own server. */
final class Qcow2Image implements DiskSource {

    private final Path file;
    private final DiskImage.Look look;
    private final QemuNbd server;

    private Qcow2Image(Path file, DiskImage.Look look, QemuNbd server) {
        this.file = file;
        this.look = look;
        this.server = server;
    }

    static Qcow2Image open(Path file, Timekeeper time) throws IOException, InterruptedException {
        DiskImage.Look look = DiskImage.Look.at(file);
        try {
            return new Qcow2Image(file, look, QemuNbd.serve(file, time, "--read-only", "--format", "qcow2"));
        } catch (QemuNbd.Refused e) {
            throw DiskImage.unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public long size() {
        return server.disk().size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        server.disk().read(offset, into);
    }

    @Override
    public boolean isHole(long offset, long length) throws IOException {
        List<Extent> extents =
                server.disk().wholeBlockStatus(offset, length).getOrDefault("base:allocation", List.of());
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
    public void requireUnchanged() throws IOException {
        look.requireSame(file);
    }

    @Override
    public void close() {
        server.close();
    }
}
