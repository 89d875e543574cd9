package dev.lifeboat.network.linux;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Lets one thread of one process at a time change the networks of a host. The kernel frees it when a process dies. */
final class ChangeLock {

    /** A change takes a second; several may be waiting. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ReentrantLock threads = new ReentrantLock(true);
    private final Path folder;
    private final Timekeeper time;

    ChangeLock(Path folder, Timekeeper time) {
        this.folder = folder;
        this.time = time;
    }

    /** @throws LifeboatException with {@link ErrorCode#NET_NOT_MADE} when others hold it for too long */
    Held take() throws InterruptedException {
        Path file = folder.resolve("lock");
        if (!threads.tryLock(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new LifeboatException(ErrorCode.NET_NOT_MADE, "Another change holds %s.".formatted(file));
        }
        boolean taken = false;
        try {
            Files.createDirectories(folder);
            Held held = take(file);
            taken = true;
            return held;
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.NET_NOT_MADE, "%s cannot be locked: %s".formatted(file, e), e);
        } finally {
            if (!taken) {
                threads.unlock();
            }
        }
    }

    private Held take(Path file) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            Duration deadline = time.elapsed().plus(LIMIT);
            @Nullable FileLock lock = tryLock(channel);
            while (lock == null) {
                if (time.elapsed().compareTo(deadline) >= 0) {
                    throw new LifeboatException(ErrorCode.NET_NOT_MADE, "Another process holds %s.".formatted(file));
                }
                time.pause(LOOK_AGAIN);
                lock = tryLock(channel);
            }
            taken = true;
            return new Held(channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another object of this process has it; the kernel does not tell them apart.
            return null;
        }
    }

    /** While this is open, the lock is held. */
    final class Held implements AutoCloseable {

        private final FileChannel channel;

        private Held(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new LifeboatException(
                        ErrorCode.NET_NOT_MADE, "The lock in %s cannot be let go: %s".formatted(folder, e), e);
            } finally {
                threads.unlock();
            }
        }
    }
}
