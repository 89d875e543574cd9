package dev.lifeboat.vault.disk;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that fetch what will be asked for soon. */
public final class ReadAhead {

    /** What would be fetched later than this many others has been asked for by then. */
    private static final int MOST_WAITING = 32;

    private ReadAhead() {}

    /**
     * Threads for any number of {@link DiskReader}s, to be closed by the caller. When too much is waiting they refuse
     * more: it is fetched when somebody asks for it.
     */
    public static ExecutorService threads(int count) {
        return new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().daemon().name("read-ahead-", 0).factory());
    }
}
