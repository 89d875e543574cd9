package dev.lifeboat.vault.store;

import dev.lifeboat.model.Timekeeper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store as from far away: every call waits for one round trip first, each by itself. What the bytes take on their way
 * is another matter, see {@link ThrottledStore}. Safe for use by several threads.
 */
public final class DelayedStore implements BlobStore {

    private final BlobStore store;
    private final Duration roundTrip;
    private final Timekeeper time;

    public DelayedStore(BlobStore store, Duration roundTrip, Timekeeper time) {
        this.store = store;
        this.roundTrip = roundTrip;
        this.time = time;
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        travel();
        return store.putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        travel();
        return store.get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        travel();
        store.getRange(name, offset, into);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        travel();
        return store.head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        travel();
        store.list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        travel();
        return store.delete(name);
    }

    private void travel() {
        Pauses.pause(this, time, roundTrip);
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
