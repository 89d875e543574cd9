package dev.lifeboat.vault.pack;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills packs, one after the other, and gives full ones to the sink on threads of its own. Several threads may seal
 * into it at once. Memory is bounded: there are so many buffers, and who needs one when all are on their way to the
 * store waits.
 *
 * <p>After a failure everything fails with the first one, also who is waiting; what was stored until then is a
 * leftover. One lock guards all state, and nobody holds it while waiting, sealing or storing.
 */
public final class PackWriter implements AutoCloseable {

    /** A pack of about this size is a good compromise between few objects and little dead weight. */
    public static final int STANDARD_BYTES = 16 << 20;

    private static final int LEAST_AROUND_SLOT =
            PackLayout.HEADER_LENGTH + PackLayout.ENTRY_LENGTH + PackLayout.TRAILER_LENGTH;

    private final Supplier<PackId> ids;
    private final PackSink sink;
    private final int packBytes;
    private final int bufferCount;
    private final ExecutorService uploaders;
    private final Deque<byte[]> free = new ArrayDeque<>();
    private int allocated;

    /** Packs that are not stored yet: the open one, those with unfilled places, and those on their way. */
    private int underway;

    private int packs;
    private long storedBytes;
    private @Nullable OpenPack open;
    private @Nullable RuntimeException failure;

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

        /** Says why the slot will not be there. */
        void failed(RuntimeException why) {
            fail(why);
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
            if (!filled) {
                fail(new LifeboatException(
                        ErrorCode.VAULT_READ_BACK_FAILED,
                        "Slot %d of pack %s was not filled.".formatted(address.slot(), address.pack())));
            }
            finishOne(in);
        }
    }

    /** A place for a sealed slot of this length. Waits while all buffers are on their way to the store. */
    synchronized Place reserve(SlotKind kind, int length, Digest128 digest) throws InterruptedException {
        if (length > packBytes - LEAST_AROUND_SLOT) {
            throw new IllegalArgumentException("a slot of %d bytes".formatted(length));
        }
        while (true) {
            throwFailure();
            OpenPack into = open;
            if (into != null && into.takes(kind, length)) {
                return new Place(into, into.reserve(kind, length, digest));
            }
            if (into != null) {
                open = null;
                finishOne(into);
            } else if (free.isEmpty() && allocated == bufferCount) {
                wait();
            } else {
                open = new OpenPack(ids.get(), buffer());
                underway++;
            }
        }
    }

    /**
     * Stores what is still open and waits until everything is durable. Afterwards more may be sealed.
     *
     * @throws LifeboatException when something could not be stored
     */
    public synchronized void finish() throws InterruptedException {
        OpenPack last = open;
        open = null;
        if (last != null) {
            finishOne(last);
        }
        while (underway > 0 && failure == null) {
            wait();
        }
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

    /** Ends its threads. What was not finished is not stored, and who still waits or comes later fails. */
    @Override
    public void close() {
        fail(new IllegalStateException("the pack writer is closed"));
        uploaders.shutdownNow();
    }

    private byte[] buffer() {
        byte[] unused = free.poll();
        if (unused != null) {
            return unused;
        }
        byte[] buffer = new byte[packBytes];
        allocated++;
        return buffer;
    }

    /** The first failure stays: those after it often only follow from it. */
    private synchronized void fail(RuntimeException why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    private synchronized boolean failed() {
        return failure != null;
    }

    private void throwFailure() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    private void finishOne(OpenPack pack) {
        if (!pack.finishOne()) {
            return;
        }
        try {
            uploaders.execute(() -> upload(pack));
        } catch (RejectedExecutionException e) {
            // Closed meanwhile, which has made everything fail.
            release(pack);
        } catch (Error e) {
            // Such as no memory for a thread: nobody must wait for this pack.
            fail(new IllegalStateException("no thread stores pack " + pack.id(), e));
            release(pack);
            throw e;
        }
    }

    /** Whatever ends the upload but success is a failure of the writer: a pack must not be lost in silence. */
    private void upload(OpenPack full) {
        try {
            if (!failed()) {
                store(full);
            }
        } catch (RuntimeException e) {
            fail(e);
        } catch (InterruptedException e) {
            fail(new IllegalStateException("interrupted while storing pack " + full.id(), e));
            Thread.currentThread().interrupt();
        } catch (Error e) {
            fail(new IllegalStateException("storing pack " + full.id() + " broke off", e));
        } finally {
            release(full);
        }
    }

    private synchronized void release(OpenPack pack) {
        free.add(pack.bytes());
        underway--;
        notifyAll();
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
}
