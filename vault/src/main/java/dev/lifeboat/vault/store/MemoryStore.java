package dev.lifeboat.vault.store;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * A store that is gone with its process, for tests, simulations and tools. It keeps the whole contract but for
 * outliving a crash. Safe for use by several threads.
 */
public final class MemoryStore implements BlobStore {

    private static final StoreTraits TRAITS = new StoreTraits(true, false, true);

    private final String url;
    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    /** @param name tells it apart from others in messages */
    public MemoryStore(String name) {
        url = "memory:" + name;
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        byte[] copy = Content.copy(name, content);
        return objects.putIfAbsent(name.text(), copy) == null ? PutResult.CREATED : PutResult.EXISTS;
    }

    @Override
    public byte[] get(ObjectName name) {
        return bytes(name).clone();
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        Content.requireOffset(offset);
        byte[] bytes = bytes(name);
        if (offset > bytes.length || into.remaining() > bytes.length - offset) {
            throw StoreException.pastEnd(this, name, bytes.length, offset, into.remaining());
        }
        into.put(bytes, (int) offset, into.remaining());
    }

    private byte[] bytes(ObjectName name) {
        byte[] bytes = objects.get(name.text());
        if (bytes == null) {
            throw new ObjectMissing(url, name);
        }
        return bytes;
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        byte[] bytes = objects.get(name.text());
        return bytes == null ? Optional.empty() : Optional.of(new ObjectStat(name, bytes.length));
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        ObjectName.requirePrefix(prefix);
        for (Map.Entry<String, byte[]> entry : objects.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                return;
            }
            receiver.accept(new ObjectStat(ObjectName.of(entry.getKey()), entry.getValue().length));
        }
    }

    @Override
    public boolean delete(ObjectName name) {
        return objects.remove(name.text()) != null;
    }

    @Override
    public StoreTraits traits() {
        return TRAITS;
    }

    @Override
    public String describe() {
        return url;
    }
}
