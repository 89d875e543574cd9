package dev.lifeboat.vault.disk;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * Things that are dear to make and not for use by several threads at once, such as ciphers: each is lent to one thread
 * at a time. Safe for use by several threads.
 *
 * @param <T> the things
 */
public final class Spare<T> {

    private final BlockingQueue<T> idle;
    private final Supplier<T> maker;

    /** @param kept how many are kept at most when nobody uses them */
    public Spare(int kept, Supplier<T> maker) {
        this.idle = new ArrayBlockingQueue<>(kept);
        this.maker = maker;
    }

    /** One that nobody else has. */
    public T take() {
        T spare = idle.poll();
        return spare == null ? maker.get() : spare;
    }

    /** Gives it back. */
    public void giveBack(T used) {
        // One too many is left to the garbage collector.
        boolean _ = idle.offer(used);
    }
}
