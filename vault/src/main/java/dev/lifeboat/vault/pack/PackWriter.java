package dev.lifeboat.vault.pack;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills packs, one after the other, and gives full ones to the sink on threads of its own. Several threads may seal
 * into it at once. Memory is bounded: there are so many buffers, and who needs one when all are on their way to the
 * store waits.
 *
 * <p>After a failure of the sink everything fails with that failure; what was stored until then is a leftover.
 */
public final class PackWriter implements AutoCloseable {

    /** A pack of about this size is a good compromise between few objects and little dead weight. */
    public static final int STANDARD_BYTES = 16 << 20;

    private final Supplier<PackId> ids;
    private final PackSink sink;
    private final int packBytes;
    private final int bufferCount;
    private final BlockingQueue<byte[]> free;
    private final Semaphore uploads;
    private final ExecutorService uploaders;
    private int allocated;
    private int packs;
    private long storedBytes;
    private @Nullable OpenPack open;
    private volatile @Nullable RuntimeException failure;

    /**
     * Allocates nothing yet.
     *
     * @param ids a new id for each pack
     * @param packBytes how large a pack may become
     * @param buffers how many packs may be in memory at once, at least 2 for writing while storing
     */
    public PackWriter(Supplier<PackId> ids, PackSink sink, int packBytes, int buffers) {
        if (packBytes > PackLayout.MAX_LENGTH) {
            throw new IllegalArgumentException("packs of %d bytes".formatted(packBytes));
        }
        this.ids = ids;
        this.sink = sink;
        this.packBytes = packBytes;
        this.bufferCount = buffers;
        this.free = new ArrayBlockingQueue<>(buffers);
        this.uploads = new Semaphore(buffers);
        this.uploaders = Executors.newFixedThreadPool(
                buffers, Thread.ofPlatform().daemon().name("pack-upload-", 0).factory());
    }

    /** A place for a sealed slot, to be filled by who reserved it, and then closed. */
    public final class Place implements AutoCloseable {

        private final OpenPack in;
        private final SlotAddress address;
        private boolean filled;

        private Place(OpenPack in, SlotAddress address) {
            this.in = in;
            this.address = address;
        }

        /** Where it is. */
        public SlotAddress address() {
            return address;
        }

        /** The buffer of its pack. Only the place itself may be touched. */
        byte[] pack() {
            return in.bytes();
        }

        /** Says that the slot is there. */
        void sealed(int checksum) {
            synchronized (PackWriter.this) {
                in.sealed(address.slot(), checksum);
            }
            filled = true;
        }

        @Override
        public void close() {
            if (!filled && failure == null) {
                failure = new LifeboatException(
                        ErrorCode.VAULT_READ_BACK_FAILED,
                        "Slot %d of pack %s was not filled.".formatted(address.slot(), address.pack()));
            }
            if (in.finishOne()) {
                upload(in);
            }
        }
    }

    /** A place for a sealed slot of this length. Waits while all buffers are on their way to the store. */
    Place reserve(SlotKind kind, int length, Digest128 digest) throws InterruptedException {
        synchronized (this) {
            throwFailure();
            OpenPack into = open;
            if (into == null || !into.takes(kind, length)) {
                closeOpen();
                into = new OpenPack(ids.get(), buffer());
                open = into;
                uploads.acquire();
                if (!into.takes(kind, length)) {
                    throw new IllegalArgumentException("a slot of %d bytes".formatted(length));
                }
            }
            return new Place(into, into.reserve(kind, length, digest));
        }
    }

    /**
     * Stores what is still open and waits until everything is durable.
     *
     * @throws LifeboatException when something could not be stored
     */
    public void finish() throws InterruptedException {
        synchronized (this) {
            closeOpen();
        }
        uploads.acquire(bufferCount);
        uploads.release(bufferCount);
        throwFailure();
    }

    /** How many packs are stored. */
    public synchronized int packs() {
        return packs;
    }

    /** The bytes of the stored packs. */
    public synchronized long storedBytes() {
        return storedBytes;
    }

    /** Ends its threads. What was not finished is not stored. */
    @Override
    public void close() {
        uploaders.shutdownNow();
    }

    private void closeOpen() {
        OpenPack full = open;
        open = null;
        if (full != null && full.finishOne()) {
            upload(full);
        }
    }

    private byte[] buffer() throws InterruptedException {
        byte[] unused = free.poll();
        if (unused != null) {
            return unused;
        }
        if (allocated < bufferCount) {
            allocated++;
            return new byte[packBytes];
        }
        return free.take();
    }

    private void upload(OpenPack full) {
        uploaders.execute(() -> {
            try {
                if (failure == null) {
                    store(full);
                }
            } catch (RuntimeException e) {
                failure = e;
            } catch (InterruptedException e) {
                failure = new IllegalStateException("interrupted while storing pack " + full.id(), e);
                Thread.currentThread().interrupt();
            } finally {
                free.add(full.bytes());
                uploads.release();
            }
        });
    }

    private void store(OpenPack full) throws InterruptedException {
        FinishedPack pack = new FinishedPack(full.id(), full.complete(), slotsOf(full));
        int size = pack.content().remaining();
        int altered = full.firstAltered();
        if (altered >= 0) {
            throw new LifeboatException(
                    ErrorCode.VAULT_READ_BACK_FAILED,
                    "Slot %d of pack %s changed in memory before it was stored.".formatted(altered, full.id()));
        }
        sink.put(pack);
        synchronized (this) {
            packs++;
            storedBytes += size;
        }
    }

    private static List<FinishedPack.Slot> slotsOf(OpenPack pack) {
        List<FinishedPack.Slot> slots = new ArrayList<>(pack.count());
        int offset = PackLayout.HEADER_LENGTH;
        for (int slot = 0; slot < pack.count(); slot++) {
            SlotAddress address = new SlotAddress(pack.id(), slot, offset, pack.length(slot));
            slots.add(new FinishedPack.Slot(address, pack.kind(slot), pack.digest(slot)));
            offset += pack.length(slot);
        }
        return slots;
    }

    private void throwFailure() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }
}
