package dev.lifeboat.vault.disk;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
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
        R on(W worker, long leaf) throws IOException, InterruptedException;
    }

    /** What happens with the results. */
    @FunctionalInterface
    public interface Results<R> {

        /** Takes the next. */
        void take(R result) throws IOException, InterruptedException;
    }

    /** @param processors how many threads work at once */
    public OrderedWork(int processors, Spare<W> workers) {
        this.window = processors * AHEAD;
        this.workers = workers;
        this.threads = Executors.newFixedThreadPool(
                processors, Thread.ofPlatform().daemon().name("leaf-worker-", 0).factory());
    }

    /** Who is at work for one {@link #run}, so that none is left when that returns. */
    private static final class Crew {
        private int working;
        private boolean dismissed;

        synchronized boolean begin() {
            if (dismissed) {
                return false;
            }
            working++;
            return true;
        }

        synchronized void end() {
            working--;
            notifyAll();
        }

        /** Lets nobody begin any more. */
        synchronized void dismiss() {
            dismissed = true;
        }

        /** Waits until nobody is at work, also when the thread is asked to stop: it hears of that afterwards. */
        synchronized void awaitEnd() {
            boolean interrupted = false;
            while (working > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Works on all leaves. However this ends, nobody is at work any more then: what they worked on may be closed.
     *
     * @param leaves in the order in which results are wanted
     * @throws IOException as the first failing work did; no further work is begun then
     */
    public <R> void run(Iterable<Long> leaves, Work<W, R> work, Results<R> results)
            throws IOException, InterruptedException {
        Queue<Future<R>> underWay = new ArrayDeque<>();
        Crew crew = new Crew();
        try {
            for (long leaf : leaves) {
                if (underWay.size() == window) {
                    results.take(underWay.remove().get());
                }
                underWay.add(threads.submit(() -> work(crew, work, leaf)));
            }
            while (!underWay.isEmpty()) {
                results.take(underWay.remove().get());
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case InterruptedException interruption -> throw interruption;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            crew.dismiss();
            underWay.forEach(one -> one.cancel(true));
            crew.awaitEnd();
        }
    }

    private <R> R work(Crew crew, Work<W, R> work, long leaf) throws IOException, InterruptedException {
        if (!crew.begin()) {
            throw new CancellationException("nobody wants leaf " + leaf + " any more");
        }
        try {
            W worker = workers.take();
            try {
                return work.on(worker, leaf);
            } finally {
                workers.giveBack(worker);
            }
        } finally {
            crew.end();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
