package dev.lifeboat.vault.store;

import dev.lifeboat.model.ByteCount;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of objects: the ones read last are kept in a file; of those that are missing, neighbours are fetched from the
 * store in one reading, and by one thread though several want them.
 *
 * <p>A chunk that is not in the file as it was written is fetched again. When the file fails, the cache is over, and
 * says so; everything is answered all the same. In memory it takes some 150 bytes for each chunk that is kept. Safe for
 * use by several threads.
 */
final class ChunkCache implements AutoCloseable {

    /**
     * A few sealed blocks. More would be fetched in vain by who reads here and there, less would cost more requests.
     */
    static final int CHUNK_BYTES = 256 << 10;

    /** What is fetched at once, thus in memory for each thread: 4 MiB. */
    private static final int RUN_CHUNKS = 16;

    /** Buffers of a chunk, used again by who reads the file. Of more readers than this some make their own. */
    private static final int MOST_SPARE = 4;

    private final BlobStore store;
    private final Map<Chunk, Place> places = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Chunk, Fetch> fetching = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(MOST_SPARE);
    private final int mostPlaces;
    private int usedPlaces;
    private @Nullable ChunkFile file;

    /** One chunk; the last of an object may be shorter than the others, hence the size is part of it. */
    private record Chunk(ObjectStat object, int index) {}

    /** Where a chunk is in the file. */
    private record Place(int number, int length, int checksum) {}

    /** Chunks that are being fetched. */
    private record Fetch(ObjectStat object, int first, int count, FutureTask<byte[]> content) {}

    /**
     * A part of an object that has the wanted chunk in it.
     *
     * @param length of the content, from its begin
     * @param lent whether the content is of the spare buffers
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Part(long offset, byte[] content, int length, boolean lent) {}

    /** A cache in a new file; without one when it cannot be made, or would hold nothing. */
    ChunkCache(BlobStore store, Path folder, ByteCount capacity) {
        this.store = store;
        mostPlaces = (int) Math.min(capacity.bytes() / CHUNK_BYTES, Integer.MAX_VALUE);
        try {
            file = mostPlaces == 0 ? null : new ChunkFile(folder, mostPlaces, CHUNK_BYTES);
        } catch (IOException e) {
            file = null;
        }
    }

    synchronized boolean isOpen() {
        return file != null;
    }

    /** Fills the buffer from an offset on; the range is inside of the object. On failure it is filled in part. */
    void read(ObjectStat object, long offset, ByteBuffer into) {
        long at = offset;
        long end = offset + into.remaining();
        while (at < end) {
            Part part = part(object, (int) (at / CHUNK_BYTES), (int) ((end - 1) / CHUNK_BYTES));
            int from = (int) (at - part.offset());
            int length = (int) Math.min(part.length() - from, end - at);
            into.put(part.content(), from, length);
            at += length;
            if (part.lent()) {
                boolean _ = spare.offer(part.content());
            }
        }
    }

    private Part part(ObjectStat object, int index, int last) {
        Chunk chunk = new Chunk(object, index);
        while (true) {
            Place place;
            Fetch fetch;
            boolean own = false;
            synchronized (this) {
                place = places.get(chunk);
                fetch = fetching.get(chunk);
                if (place == null && fetch == null) {
                    fetch = begin(object, index, last);
                    own = true;
                }
            }
            if (place != null) {
                byte[] content = fromFile(chunk, place);
                if (content != null) {
                    return new Part((long) index * CHUNK_BYTES, content, place.length(), true);
                }
            } else if (fetch != null) {
                byte[] content = own ? fetched(fetch) : awaited(fetch);
                if (content != null) {
                    return new Part((long) fetch.first() * CHUNK_BYTES, content, content.length, false);
                }
            }
            // It was evicted or damaged, or its fetcher interrupted: from the start.
        }
    }

    /** Begins to fetch a chunk and what is missing behind it of the ones that will be wanted next. */
    private Fetch begin(ObjectStat object, int index, int last) {
        int count = 1;
        while (count < RUN_CHUNKS && index + count <= last && isMissing(new Chunk(object, index + count))) {
            count++;
        }
        long offset = (long) index * CHUNK_BYTES;
        int length = (int) Math.min((long) count * CHUNK_BYTES, object.size() - offset);
        Fetch fetch =
                new Fetch(object, index, count, new FutureTask<>(() -> store.getRange(object.name(), offset, length)));
        for (int i = 0; i < count; i++) {
            fetching.put(new Chunk(object, index + i), fetch);
        }
        return fetch;
    }

    private boolean isMissing(Chunk chunk) {
        return !places.containsKey(chunk) && !fetching.containsKey(chunk);
    }

    private byte[] fetched(Fetch fetch) {
        fetch.content().run();
        try {
            byte[] content = fetch.content().get();
            keep(fetch, content);
            return content;
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("what has been run is done", e);
        } finally {
            abandon(fetch);
        }
    }

    /** What another thread fetches; null when that thread was interrupted, which is no failure of this one's. */
    private byte @Nullable [] awaited(Fetch fetch) {
        try {
            return fetch.content().get();
        } catch (ExecutionException e) {
            RuntimeException failure = failure(e);
            if (failure instanceof StoreException store && store.kind() == StoreException.Kind.INTERRUPTED) {
                abandon(fetch);
                return null;
            }
            throw failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.interrupted(store, e);
        }
    }

    private static RuntimeException failure(ExecutionException failed) {
        if (failed.getCause() instanceof Error error) {
            throw error;
        }
        return failed.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(failed);
    }

    private synchronized void abandon(Fetch fetch) {
        for (int i = 0; i < fetch.count(); i++) {
            fetching.remove(new Chunk(fetch.object(), fetch.first() + i), fetch);
        }
    }

    /** Writes what was fetched to the file. Until it is there, others take it from the fetch. */
    private void keep(Fetch fetch, byte[] content) {
        for (int i = 0; i < fetch.count(); i++) {
            int from = i * CHUNK_BYTES;
            int length = Math.min(CHUNK_BYTES, content.length - from);
            int number = freePlace();
            ChunkFile into = openFile();
            if (number < 0 || into == null) {
                return;
            }
            try {
                into.write(number, content, from, length);
            } catch (IOException e) {
                close();
                return;
            }
            settle(fetch, i, new Place(number, length, checksum(content, from, length)));
        }
    }

    /** A place that nobody looks at; -1 when all are just being written. */
    private synchronized int freePlace() {
        Integer given = free.poll();
        if (given != null) {
            return given;
        }
        if (usedPlaces < mostPlaces) {
            return usedPlaces++;
        }
        Iterator<Place> oldest = places.values().iterator();
        if (!oldest.hasNext()) {
            return -1;
        }
        int number = oldest.next().number();
        oldest.remove();
        return number;
    }

    /** What was forgotten while it was fetched is not kept. */
    private synchronized void settle(Fetch fetch, int i, Place place) {
        Chunk chunk = new Chunk(fetch.object(), fetch.first() + i);
        if (file != null && fetching.remove(chunk, fetch)) {
            places.put(chunk, place);
        } else {
            free.add(place.number());
        }
    }

    /** A spare buffer with the chunk at its begin; null when it is not there any more. */
    private byte @Nullable [] fromFile(Chunk chunk, Place place) {
        ChunkFile from = openFile();
        if (from == null) {
            return null;
        }
        byte[] used = spare.poll();
        byte[] content = used == null ? new byte[CHUNK_BYTES] : used;
        try {
            from.read(place.number(), content, place.length());
        } catch (IOException e) {
            close();
            return null;
        }
        boolean whole = checksum(content, 0, place.length()) == place.checksum();
        synchronized (this) {
            // The place may have got another chunk while it was read.
            boolean there = place.equals(places.get(chunk));
            if (there && !whole) {
                places.remove(chunk);
                free.add(place.number());
            }
            return there && whole ? content : null;
        }
    }

    private static int checksum(byte[] content, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content, from, length);
        return (int) checksum.getValue();
    }

    /** Forgets an object. What is being fetched of it now is not kept. Takes a look at every chunk. */
    synchronized void forget(ObjectName object) {
        fetching.keySet().removeIf(chunk -> chunk.object().name().equals(object));
        places.entrySet().removeIf(kept -> {
            boolean of = kept.getKey().object().name().equals(object);
            if (of) {
                free.add(kept.getValue().number());
            }
            return of;
        });
    }

    private synchronized @Nullable ChunkFile openFile() {
        return file;
    }

    /** Gives the file's space back. Whoever reads meanwhile is answered from the store. */
    @Override
    public synchronized void close() {
        ChunkFile open = file;
        file = null;
        places.clear();
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            // Nothing in it is needed any more, and the process ends some time.
        }
    }
}
