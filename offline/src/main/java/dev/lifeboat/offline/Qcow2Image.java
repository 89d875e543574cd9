package dev.lifeboat.offline;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.capture.DiskSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A qcow2 image, with its backing files if it has any, read through QEMU's own server. */
final class Qcow2Image implements DiskSource {

    private final Path file;
    private final DiskImage.Look look;
    private final QemuNbd server;
    private final NbdSource disk;

    private Qcow2Image(Path file, DiskImage.Look look, QemuNbd server) {
        this.file = file;
        this.look = look;
        this.server = server;
        this.disk = new NbdSource(server.disk());
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
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        disk.read(offset, into);
    }

    @Override
    public boolean isHole(long offset, long length) throws IOException {
        return disk.isHole(offset, length);
    }

    @Override
    public long dataBlocks(long offset, int blocks) throws IOException {
        return disk.dataBlocks(offset, blocks);
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
