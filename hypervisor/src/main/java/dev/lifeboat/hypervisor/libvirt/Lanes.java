package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Native calls, on platform threads of their own because they would hold the carrier of a virtual one. Work of one lane
 * is done one after the other; lanes do not wait for each other while there are threads. Whoever asks waits a bounded
 * time, however long the call hangs: a lane whose call hangs takes one thread and no more. Safe for use by several
 * threads.
 */
final class Lanes implements AutoCloseable {

    /** As many machines as may hang at once before others wait for them. */
    private static final int MOST_THREADS = 24;

    /** More than this for one machine at a time is a caller that does not wait for answers. */
    private static final int LONGEST_LANE = 64;

    private static final Duration IDLE_THREAD = Duration.ofSeconds(30);

    /** A machine's lane, or the host's. */
    record Lane(String name) {}

    /** Work that calls libvirt. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws HypervisorException, LibvirtFailure, InterruptedException;
    }

    private final ThreadPoolExecutor threads;
    private final Map<Lane, Queue<FutureTask<?>>> waiting = new HashMap<>();

    Lanes() {
        threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                IDLE_THREAD.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("libvirt-call-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Does the work in its lane and waits for it.
     *
     * @throws HypervisorException what the work threw, or {@link Kind#TIMED_OUT} after the limit; work that has not
     *     begun by then is not begun any more
     */
    <T> T call(Lane lane, Duration limit, Work<T> work) throws HypervisorException {
        FutureTask<T> task = new FutureTask<>(work::run);
        enqueue(lane, task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(false);
            throw new HypervisorException(
                    Kind.TIMED_OUT, "libvirt did not answer within %d s".formatted(limit.toSeconds()), e);
        } catch (InterruptedException e) {
            task.cancel(false);
            Thread.currentThread().interrupt();
            throw new HypervisorException(Kind.TIMED_OUT, "the wait for libvirt was interrupted", e);
        } catch (CancellationException e) {
            throw new HypervisorException(Kind.UNREACHABLE, "the connection to libvirt is being closed", e);
        } catch (ExecutionException e) {
            throw asOurs(e);
        }
    }

    private static HypervisorException asOurs(ExecutionException failure) {
        return switch (failure.getCause()) {
            // Made anew, so that the trace shows who asked; the cause shows what went on.
            case HypervisorException e -> new HypervisorException(e.kind(), String.valueOf(e.getMessage()), e);
            case LibvirtFailure e -> e.inWordsOfThePort();
            case InterruptedException e -> new HypervisorException(Kind.UNREACHABLE, "libvirt is being left", e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new HypervisorException(Kind.FAILED, String.valueOf(failure.getMessage()), failure);
        };
    }

    private void enqueue(Lane lane, FutureTask<?> task) throws HypervisorException {
        synchronized (waiting) {
            if (threads.isShutdown()) {
                throw new HypervisorException(Kind.UNREACHABLE, "the connection to libvirt is closed");
            }
            Queue<FutureTask<?>> queue = waiting.get(lane);
            if (queue == null) {
                waiting.put(lane, new ArrayDeque<>());
                threads.execute(() -> work(lane, task));
            } else if (queue.size() < LONGEST_LANE) {
                queue.add(task);
            } else {
                throw new HypervisorException(
                        Kind.BUSY, "%d calls wait for %s already".formatted(LONGEST_LANE, lane.name()));
            }
        }
    }

    /** Does the first piece of a lane's work and whatever comes meanwhile, one after the other. */
    private void work(Lane lane, FutureTask<?> first) {
        FutureTask<?> task = first;
        while (task != null) {
            task.run();
            task = next(lane);
        }
    }

    private @Nullable FutureTask<?> next(Lane lane) {
        synchronized (waiting) {
            Queue<FutureTask<?>> queue = waiting.get(lane);
            FutureTask<?> next = queue == null ? null : queue.poll();
            if (next == null) {
                waiting.remove(lane);
            }
            return next;
        }
    }

    /** Refuses further work. Calls under way end by themselves; those who wait for them are told at once. */
    @Override
    public void close() {
        synchronized (waiting) {
            waiting.values().forEach(queue -> queue.forEach(task -> task.cancel(false)));
            threads.shutdownNow();
        }
    }
}
