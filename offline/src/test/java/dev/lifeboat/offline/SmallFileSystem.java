package dev.lifeboat.offline;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.host.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that fills up soon. Only root can mount it. */
final class SmallFileSystem implements AutoCloseable {

    private final Path folder;

    private SmallFileSystem(Path folder) {
        this.folder = folder;
    }

    static SmallFileSystem mount(Path folder, String size) throws IOException, InterruptedException {
        assumeTrue(HostUser.current().isRoot(), "a file system of its own is mounted by root alone");
        Files.createDirectory(folder);
        assumeTrue(
                Program.of("mount", "-t", "tmpfs", "-o", "size=" + size, "lifeboat-test", folder.toString())
                        .run()
                        .succeeded(),
                "this root may not mount");
        return new SmallFileSystem(folder);
    }

    Path folder() {
        return folder;
    }

    /** Changes its options, such as {@code size=64m} or {@code ro}. */
    void remount(String options) throws InterruptedException {
        ImageFiles.tool("mount", "-o", "remount," + options, folder.toString());
    }

    @Override
    public void close() {
        try {
            ImageFiles.tool("umount", "--lazy", folder.toString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
