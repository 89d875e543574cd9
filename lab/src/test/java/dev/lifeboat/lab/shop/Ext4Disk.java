package dev.lifeboat.lab.shop;

import dev.lifeboat.host.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Makes disks with an ext4 file system out of folders, without mounting anything. */
final class Ext4Disk {

    private static final long MIB = 1L << 20;

    private Ext4Disk() {}

    /** A raw disk whose journal has yet to be replayed, as after a crash. */
    static Path raw(Path folder, Path disk, int mib, long offsetBytes) throws IOException, InterruptedException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(mib * MIB);
        }
        long kib = (mib * MIB - offsetBytes) / 1024;
        Program.of("mkfs.ext4", "-q", "-F", "-E", "offset=" + offsetBytes, "-d")
                .with(folder.toString(), disk.toString(), kib + "k")
                .run()
                .orThrow();
        Program.of("debugfs", "-w", "-R", "feature needs_recovery", disk + "?offset=" + offsetBytes)
                .run()
                .orThrow();
        return disk;
    }

    static Path qcow2(Path raw, Path disk) throws InterruptedException {
        Program.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), disk.toString())
                .run()
                .orThrow();
        return disk;
    }
}
