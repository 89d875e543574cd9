package dev.lifeboat.vault.disk;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Things that are dear to make, hold memory that Java does not see, and are not for use by several threads at once,
 * such as ciphers and compressors: each is lent to one thread at a time. There are never more of them than the limit;
 * who comes when all are lent waits. Whoever has one must not ask for another. Safe for use by several threads.
 *
 * @param <T> the things
 */
public final class Spare<T> {

    private final BlockingQueue<T> idle;
    private final Semaphore lendable;
    private final Supplier<T> maker;

    /** @param limit how many there are at most */
    public Spare(int limit, Supplier<T> maker) {
        this.idle = new ArrayBlockingQueue<>(limit);
        this.lendable = new Semaphore(limit);
        this.maker = maker;
    }

    /** One that nobody else has; it must be given back. */
    public T take() {
        lendable.acquireUninterruptibly();
        T spare = idle.poll();
        return spare == null ? maker.get() : spare;
    }

    /** Gives it back. */
    public void giveBack(T used) {
        idle.add(used);
        lendable.release();
    }
}
