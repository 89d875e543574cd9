package dev.lifeboat.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Lets a command that is asked to stop, by Ctrl-C or SIGTERM, take back what it had half made. The thread of the
 * command is interrupted and gets some time to come to its end; the process then ends as the signal demands, with 130
 * or 143.
 */
public final class Interruption {

    /** Taking a lab back takes seconds; whoever cannot wait sends SIGKILL, which everything here survives. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Interruption() {}

    /** Runs the command in this thread and gives its exit code. */
    public static int endGracefully(IntSupplier command) {
        Thread worker = Thread.currentThread();
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            if (ended.getCount() > 0) {
                worker.interrupt();
                await(ended);
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return command.getAsInt();
        } finally {
            ended.countDown();
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
