package dev.lifeboat.replication;

import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreTraits;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that tells of each put before it is done; who is told may hold it up. */
record WatchedStore(BlobStore store, Consumer<String> beforePut) implements BlobStore {

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        beforePut.accept(name.text());
        return store.putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        return store.get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        store.getRange(name, offset, into);
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

    @Override
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }
}
