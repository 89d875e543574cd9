package dev.lifeboat.bench.tool;

import dev.lifeboat.host.Program;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The kernel's memory of files, which would make the second reader of a file faster than the first. */
public final class PageCache {

    /** See proc(5); only root may write it, and not in every container. */
    private static final Path SWITCH = Path.of("/proc/sys/vm/drop_caches");

    /** Pages, and what the kernel knows of names. */
    private static final String EVERYTHING = "3\n";

    /** Gigabytes may wait to be written. */
    private static final Duration SYNC_LIMIT = Duration.ofMinutes(10);

    private final Path control;
    private boolean dropped = true;

    /** @param control the file that is written to have everything forgotten */
    public PageCache(Path control) {
        this.control = control;
    }

    public static PageCache ofThisHost() {
        return new PageCache(SWITCH);
    }

    /**
     * Writes out what waits to be written, and forgets what was read.
     *
     * @throws LifeboatException with {@link ErrorCode#HOST_PROGRAM_FAILED} when not all could be written
     * @throws InterruptedException when the thread is asked to stop
     */
    public void drop() throws InterruptedException {
        Program.of("sync").within(SYNC_LIMIT).run().orThrow();
        try {
            Files.writeString(control, EVERYTHING);
        } catch (IOException e) {
            dropped = false;
        }
    }

    /** Whether every attempt so far succeeded. */
    public boolean wasDropped() {
        return dropped;
    }
}
