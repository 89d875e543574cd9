package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time for which a reader waits for a store that may not answer at all, such as a folder on a server that is
 * gone. A call that takes too long is abandoned: it goes on by itself on a thread of its own, touches nothing of the
 * caller's any more, and the caller is told that the store is {@link Kind#UNAVAILABLE}.
 *
 * <p>There are at most {@value #MOST_CALLS} calls at a time, abandoned ones included; who finds no place waits for one
 * within the same limit. After a call was abandoned the limit is the shorter one until the store has answered anything,
 * be it too late: who asks again and again is not held up each time for as long as the first time.
 *
 * <p>Puts and deletions are not bounded: who changes something has to know what became of it. Safe for use by several
 * threads.
 */
public final class TimeLimitedStore implements BlobStore, AutoCloseable {

    /** More than the readers of one machine's disks have under way, and each may hold 4 MiB when it is abandoned. */
    static final int MOST_CALLS = 24;

    private final BlobStore store;
    private final Duration limit;
    private final Duration shortLimit;
    private final Timekeeper time;
    private final Semaphore places = new Semaphore(MOST_CALLS);
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("store-", 0).factory());
    private final ScopedValue<Duration> deadline = ScopedValue.newInstance();
    private volatile boolean silent;

    /**
     * A bounded view of a store.
     *
     * @param limit for one call, or for all that {@link #together} makes
     * @param shortLimit the same while the store is silent
     */
    public TimeLimitedStore(BlobStore store, Duration limit, Duration shortLimit, Timekeeper time) {
        if (!shortLimit.isPositive() || shortLimit.compareTo(limit) > 0) {
            throw new IllegalArgumentException("limits of %s and %s".formatted(limit, shortLimit));
        }
        this.store = store;
        this.limit = limit;
        this.shortLimit = shortLimit;
        this.time = time;
    }

    /** Does something that makes several calls in this thread, which share one limit. */
    public <R, X extends Throwable> R together(ScopedValue.CallableOp<? extends R, X> work) throws X {
        return ScopedValue.where(deadline, time.elapsed().plus(limit())).call(work);
    }

    /** Whether a call was abandoned and the store has not answered anything since. */
    public boolean isSilent() {
        return silent;
    }

    private Duration limit() {
        return silent ? shortLimit : limit;
    }

    @Override
    public byte[] get(ObjectName name) {
        return within(() -> store.get(name));
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        // An abandoned call may still be writing when the caller's buffer holds something else.
        into.put(getRange(name, offset, into.remaining()));
    }

    @Override
    public byte[] getRange(ObjectName name, long offset, int length) {
        return within(() -> store.getRange(name, offset, length));
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return within(() -> store.head(name));
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        List<ObjectStat> found = within(() -> {
            List<ObjectStat> all = new ArrayList<>();
            store.list(prefix, all::add);
            return all;
        });
        found.forEach(receiver);
    }

    private <T> T within(Supplier<T> call) {
        Duration until = deadline.orElse(time.elapsed().plus(limit()));
        try {
            if (!places.tryAcquire(nanosTo(until), TimeUnit.NANOSECONDS)) {
                throw unavailable(null);
            }
            return begin(call).get(nanosTo(until), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            silent = true;
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.interrupted(this, e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private <T> FutureTask<T> begin(Supplier<T> call) {
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                T answer = call.get();
                silent = false;
                return answer;
            } catch (StoreException e) {
                if (!e.kind().mayPass()) {
                    silent = false;
                }
                throw e;
            } finally {
                places.release();
            }
        });
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            places.release();
            throw new StoreException(Kind.UNAVAILABLE, describe() + ": the reader was closed", e);
        }
        return task;
    }

    private long nanosTo(Duration until) {
        return Math.max(0, until.minus(time.elapsed()).toNanos());
    }

    private StoreException unavailable(@Nullable Throwable cause) {
        return new StoreException(Kind.UNAVAILABLE, describe() + " does not answer", cause);
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return store.putIfAbsent(name, content);
    }

    @Override
    public boolean delete(ObjectName name) {
        return store.delete(name);
    }

    @Override
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    /** Begins no further call. What is under way goes on; the store stays open. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
