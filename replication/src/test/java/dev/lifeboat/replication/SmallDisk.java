package dev.lifeboat.replication;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that fills up soon. Only root can mount it. */
record SmallDisk(Path folder) implements AutoCloseable {

    static SmallDisk mount(Path folder, String size) throws IOException {
        Files.createDirectory(folder);
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "lifeboat-test", folder.toString()),
                "a file system of its own is mounted by root alone");
        return new SmallDisk(folder);
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        boolean _ = run("umount", "--lazy", folder.toString());
    }
}
