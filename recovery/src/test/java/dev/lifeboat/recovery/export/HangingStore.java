package dev.lifeboat.recovery.export;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreTraits;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A store whose answers do not come as long as a file is there: a server that is gone, and comes back. */
final class HangingStore implements BlobStore {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final BlobStore store;
    private final Path hangs;
    private final Timekeeper time;

    HangingStore(BlobStore store, Path hangs, Timekeeper time) {
        this.store = store;
        this.hangs = hangs;
        this.time = time;
    }

    private BlobStore answering() {
        try {
            while (Files.exists(hangs)) {
                time.pause(LOOK_AGAIN);
            }
            return store;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return answering().putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        return answering().get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        answering().getRange(name, offset, into);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return answering().head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        answering().list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        return answering().delete(name);
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
