package dev.lifeboat.vault.store;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts what a store is asked for, and the bytes. Safe for use by several threads; a snapshot that is taken while
 * calls are under way may have one number of a call and not yet the other.
 */
public final class CountingStore implements BlobStore {

    private final BlobStore store;
    private final Map<StoreOperation, LongAdder> calls = new EnumMap<>(StoreOperation.class);
    private final LongAdder failed = new LongAdder();
    private final LongAdder listed = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();

    public CountingStore(BlobStore store) {
        this.store = store;
        for (StoreOperation operation : StoreOperation.values()) {
            calls.put(operation, new LongAdder());
        }
    }

    /** What was counted so far. */
    public StoreCounts snapshot() {
        Map<StoreOperation, Long> sums = new EnumMap<>(StoreOperation.class);
        calls.forEach((operation, adder) -> sums.put(operation, adder.sum()));
        return new StoreCounts(sums, failed.sum(), listed.sum(), bytesSent.sum(), bytesReceived.sum());
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        PutResult result = counted(StoreOperation.PUT, () -> store.putIfAbsent(name, content));
        bytesSent.add(Content.length(name, content));
        return result;
    }

    @Override
    public byte[] get(ObjectName name) {
        byte[] content = counted(StoreOperation.GET, () -> store.get(name));
        bytesReceived.add(content.length);
        return content;
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        int length = into.remaining();
        counted(StoreOperation.GET_RANGE, () -> {
            store.getRange(name, offset, into);
            return into;
        });
        bytesReceived.add(length);
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return counted(StoreOperation.HEAD, () -> store.head(name));
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        counted(StoreOperation.LIST, () -> {
            store.list(prefix, stat -> {
                listed.increment();
                receiver.accept(stat);
            });
            return prefix;
        });
    }

    @Override
    public boolean delete(ObjectName name) {
        return counted(StoreOperation.DELETE, () -> store.delete(name));
    }

    private <T> T counted(StoreOperation operation, Supplier<T> call) {
        Objects.requireNonNull(calls.get(operation)).increment();
        boolean answered = false;
        try {
            T answer = call.get();
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                failed.increment();
            }
        }
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
