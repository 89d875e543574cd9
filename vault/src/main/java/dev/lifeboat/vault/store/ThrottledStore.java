package dev.lifeboat.vault.store;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets no more bytes a second through to and from a store, all threads together, than it was told. A put waits before
 * it sends, a read after it has received; listings and questions pay nothing. Time in which nobody sends is not saved
 * up.
 *
 * <p>Safe for use by several threads.
 */
public final class ThrottledStore implements BlobStore {

    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final BlobStore store;
    private final long bytesPerSecond;
    private final Timekeeper time;

    /** When everything that was let through so far has had its time. */
    private Duration free;

    /** @param perSecond more than nothing */
    public ThrottledStore(BlobStore store, ByteCount perSecond, Timekeeper time) {
        if (perSecond.bytes() == 0) {
            throw new IllegalArgumentException("nothing would ever pass");
        }
        this.store = store;
        this.bytesPerSecond = perSecond.bytes();
        this.time = time;
        free = time.elapsed();
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        pay(Content.length(name, content));
        return store.putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        byte[] content = store.get(name);
        pay(content.length);
        return content;
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        int length = into.remaining();
        store.getRange(name, offset, into);
        pay(length);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return store.head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        store.list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        return store.delete(name);
    }

    private void pay(int bytes) {
        Duration wait = reserve(bytes);
        if (wait.isPositive()) {
            Pauses.pause(this, time, wait);
        }
    }

    private synchronized Duration reserve(int bytes) {
        Duration now = time.elapsed();
        Duration begin = free.compareTo(now) > 0 ? free : now;
        // An object has at most 2^26 bytes, and a second 2^30 nanoseconds.
        free = begin.plusNanos(bytes * NANOS_PER_SECOND / bytesPerSecond);
        return free.minus(now);
    }

    @Override
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }
}
