package dev.lifeboat.offline;

import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.image.QemuNbd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A qcow2 image, written through QEMU's own server. */
final class Qcow2Target implements ExportTarget {

    private final QemuNbd server;

    private Qcow2Target(QemuNbd server) {
        this.server = server;
    }

    /**
     * Opens the image, or makes it. QEMU itself refuses one that another process writes.
     *
     * @param goOn whether what it has already stays
     */
    static Qcow2Target open(Path image, long size, boolean goOn, Timekeeper time) throws InterruptedException {
        if (!goOn) {
            Program.of(
                            "qemu-img",
                            "create",
                            "-q",
                            "-f",
                            "qcow2",
                            image.toAbsolutePath().toString(),
                            Long.toString(size))
                    .run()
                    .orThrow();
        }
        try {
            return new Qcow2Target(
                    QemuNbd.serve(image, time, "--format", "qcow2", "--cache", "writeback", "--discard", "unmap"));
        } catch (QemuNbd.Refused e) {
            throw new LifeboatException(
                    ErrorCode.VAULT_TARGET_UNUSABLE, "%s cannot be written: %s.".formatted(image, e.getMessage()), e);
        }
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        server.disk().write(offset, content, false);
    }

    @Override
    public void flush() throws IOException {
        server.disk().flush();
    }

    @Override
    public void close() {
        server.close();
    }
}
