package dev.lifeboat.simulation;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreTraits;
import dev.lifeboat.vault.store.ThrottledStore;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store at the other end of a link whose speed is set while it is in use: everything that is put and everything that
 * is read takes its time on it. What is on its way goes on at the speed at which it began.
 */
final class StoreBehindALink implements BlobStore {

    /** As fast as the store itself. */
    static final ByteCount FAST = ByteCount.ofGibibytes(1024);

    private final BlobStore store;
    private final Timekeeper time;
    private volatile BlobStore link;

    StoreBehindALink(BlobStore store, Timekeeper time) {
        this.store = store;
        this.time = time;
        this.link = new ThrottledStore(store, FAST, time);
    }

    void setSpeed(ByteCount perSecond) {
        link = new ThrottledStore(store, perSecond, time);
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return link.putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        return link.get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        link.getRange(name, offset, into);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return link.head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        link.list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        return link.delete(name);
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
