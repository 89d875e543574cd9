package dev.lifeboat.vault.disk;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work on many leaves by as many threads as there are processors, its results taken in order. Only a few leaves are
 * under way at once, so that memory is bounded. For one calling thread.
 *
 * @param <W> what a thread works with, such as ciphers and buffers; lent to one thread at a time
 */
public final class OrderedWork<W> implements AutoCloseable {

    /** So many leaves wait for each thread, so that none runs dry while results are taken. */
    private static final int AHEAD = 3;

    private final ExecutorService threads;
    private final int window;
    private final Spare<W> workers;

    /** One leaf's work. */
    @FunctionalInterface
    public interface Work<W, R> {

        /** Does it. */
        R on(W worker, long leaf) throws Exception;
    }

    /** What happens with the results. */
    @FunctionalInterface
    public interface Results<R> {

        /** Takes the next. */
        void take(R result) throws Exception;
    }

    /** @param processors how many threads work at once */
    public OrderedWork(int processors, Spare<W> workers) {
        this.window = processors * AHEAD;
        this.workers = workers;
        this.threads = Executors.newFixedThreadPool(
                processors, Thread.ofPlatform().daemon().name("leaf-worker-", 0).factory());
    }

    /**
     * Works on all leaves.
     *
     * @param leaves in the order in which results are wanted
     * @throws RuntimeException what the first failing work threw; no further work is begun then
     */
    public <R> void run(Iterable<Long> leaves, Work<W, R> work, Results<R> results) throws InterruptedException {
        Queue<Future<R>> underWay = new ArrayDeque<>();
        try {
            for (long leaf : leaves) {
                if (underWay.size() == window) {
                    results.take(underWay.remove().get());
                }
                underWay.add(threads.submit(() -> {
                    W worker = workers.take();
                    try {
                        return work.on(worker, leaf);
                    } finally {
                        workers.giveBack(worker);
                    }
                }));
            }
            while (!underWay.isEmpty()) {
                results.take(underWay.remove().get());
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (ExecutionException e) {
            throw unchecked(e.getCause() == null ? e : e.getCause());
        } catch (Exception e) {
            throw unchecked(e);
        } finally {
            underWay.forEach(one -> one.cancel(true));
        }
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
