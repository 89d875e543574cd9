package dev.lifeboat.vault.store;

import dev.lifeboat.model.ByteCount;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps what was read of the packs of a slow store on a local disk, up to a size. Packs never change, and what is kept
 * is sealed as it is in the store: whoever opens it finds out whether it is right, and the cache need not be trusted.
 *
 * <p>Ranges are fetched in aligned chunks of 256 KiB, each once; everything but ranges of packs goes through to the
 * store. A pack that somebody else deleted may be readable here for a while: nobody may rely on a pack's absence.
 *
 * <p>A local disk that fails or is full is done without from then on. The cache is empty at first, and its space is
 * free again when it is closed or the process ends. Safe for use by several threads.
 */
public final class CachedStore implements BlobStore, AutoCloseable {

    private static final String PACKS = "packs/";

    /** 4 MiB of sizes, of 256 GiB of packs. Others are asked for again. */
    private static final int KEPT_STATS = 1 << 14;

    private final BlobStore store;
    private final ChunkCache chunks;
    private long deletions;
    private final Map<ObjectName, ObjectStat> stats = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectName, ObjectStat> eldest) {
            return size() > KEPT_STATS;
        }
    };

    /**
     * A cache before a store.
     *
     * @param folder on the local disk, for one file that only its owner can read
     * @param capacity how large that file may be; less than a chunk is none
     */
    public CachedStore(BlobStore store, Path folder, ByteCount capacity) {
        this.store = store;
        this.chunks = new ChunkCache(store, folder, capacity);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        Content.requireOffset(offset);
        Optional<ObjectStat> stat = isCached(name) && into.hasRemaining() ? stat(name) : Optional.empty();
        if (stat.isEmpty()
                || stat.get().size() > MAX_OBJECT_BYTES
                || offset > stat.get().size() - into.remaining()) {
            // Also what cannot be answered: the store says it in its own words.
            store.getRange(name, offset, into);
            return;
        }
        chunks.read(stat.get(), offset, into.duplicate());
        into.position(into.limit());
    }

    private boolean isCached(ObjectName name) {
        return name.text().startsWith(PACKS) && chunks.isOpen();
    }

    private Optional<ObjectStat> stat(ObjectName name) {
        long before;
        synchronized (stats) {
            ObjectStat kept = stats.get(name);
            if (kept != null) {
                return Optional.of(kept);
            }
            before = deletions;
        }
        Optional<ObjectStat> stat = store.head(name);
        synchronized (stats) {
            // The answer may be older than a deletion, and then be that of another object.
            if (stat.isPresent() && deletions == before) {
                stats.put(name, stat.get());
            }
        }
        return stat;
    }

    @Override
    public boolean delete(ObjectName name) {
        try {
            return store.delete(name);
        } finally {
            synchronized (stats) {
                deletions++;
                stats.remove(name);
            }
            chunks.forget(name);
        }
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return store.putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        return store.get(name);
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
    public StoreTraits traits() {
        return store.traits();
    }

    @Override
    public String describe() {
        return store.describe();
    }

    /** Whether anything is kept: not without a working local disk. */
    public boolean isCaching() {
        return chunks.isOpen();
    }

    /** Gives the local disk's space back. The store below stays as it is, and this one goes through to it. */
    @Override
    public void close() {
        chunks.close();
    }
}
