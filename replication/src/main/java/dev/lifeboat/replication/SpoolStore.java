package dev.lifeboat.replication;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreException;
import dev.lifeboat.vault.store.StoreTraits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose packs go through a local folder, so that whoever seals them never waits for the store: a put of a pack
 * returns when the pack is in the folder, and threads of their own upload it. Only what is sealed gets there.
 *
 * <p>Until {@link #awaitUploads} has returned, what was answered {@code CREATED} for a pack is <b>not durable</b>. What
 * counts is kept all the same: a put of anything but a pack, a point above all, waits until all packs before it are
 * durable, and fails when one of them could not be uploaded. Reads see what is still in the folder.
 *
 * <p>The folder is bounded. A pack that does not fit fails at once, with {@link ErrorCode#REPL_SPOOL_FULL};
 * {@link #hasRoom} says in time that it is about to. After a failed upload everything fails with it until
 * {@link #abandon}: the session whose packs these are is over then, for it believes that they are in the vault. What a
 * crash leaves in the folder is removed by the next one; it will be read from the guest's disk again.
 *
 * <p>Safe for use by several threads.
 */
public final class SpoolStore implements BlobStore {

    private static final String PACKS = "packs/";
    private static final String SUFFIX = ".pack";

    /** What the packs that are being filled may still bring: three with blocks and two with nodes. */
    private static final long RESERVE_BYTES = 64L << 20;

    private final BlobStore store;
    private final Path folder;
    private final long most;
    private final Bandwidth bandwidth;
    private final Executor uploaders;
    private final BooleanSupplier roomBelow;

    private final Map<ObjectName, Waiting> waiting = new LinkedHashMap<>();
    private long spooledBytes;
    private int uploading;
    private @Nullable Throwable failure;

    /** A pack in the folder. */
    private record Waiting(Path file, int length) {}

    /**
     * Opens the spool and removes what an earlier one left.
     *
     * @param folder of its own; is made
     * @param most how much may lie in it
     * @param uploaders run uploads
     * @param roomBelow whether the store has room for what waits
     */
    SpoolStore(
            BlobStore store,
            Path folder,
            ByteCount most,
            Bandwidth bandwidth,
            Executor uploaders,
            BooleanSupplier roomBelow) {
        this.store = store;
        this.folder = folder;
        this.most = most.bytes();
        this.bandwidth = bandwidth;
        this.uploaders = uploaders;
        this.roomBelow = roomBelow;
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path leftover : leftovers) {
                    Files.deleteIfExists(leftover);
                }
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        if (!name.text().startsWith(PACKS)) {
            try {
                awaitUploads();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreException(StoreException.Kind.INTERRUPTED, describe() + ": interrupted", e);
            }
            return store.putIfAbsent(name, content);
        }
        int length = 0;
        for (ByteBuffer part : content) {
            length += part.remaining();
        }
        Waiting pack =
                new Waiting(folder.resolve(name.text().substring(name.text().lastIndexOf('/') + 1) + SUFFIX), length);
        reserve(name, length);
        boolean spooled = false;
        try {
            write(pack.file(), content);
            spooled = true;
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            if (!spooled) {
                give(length);
            }
        }
        synchronized (this) {
            waiting.put(name, pack);
            uploading++;
        }
        start(name, pack);
        return PutResult.CREATED;
    }

    private synchronized void reserve(ObjectName name, int length) {
        rethrow();
        if (spooledBytes + length > most) {
            throw new LifeboatException(
                    ErrorCode.REPL_SPOOL_FULL,
                    "The spool folder %s may hold %s, and %s of %s do not fit."
                            .formatted(folder, new ByteCount(most), name, new ByteCount(length)));
        }
        spooledBytes += length;
    }

    private synchronized void give(int length) {
        spooledBytes -= length;
        notifyAll();
    }

    private static void write(Path file, ByteBuffer... content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : content) {
                ByteBuffer rest = part.duplicate();
                while (rest.hasRemaining()) {
                    int _ = channel.write(rest);
                }
            }
        }
    }

    private void start(ObjectName name, Waiting pack) {
        boolean started = false;
        try {
            uploaders.execute(() -> upload(name, pack));
            started = true;
        } catch (RejectedExecutionException e) {
            fail(new StoreException(StoreException.Kind.INTERRUPTED, describe() + ": uploads have ended", e));
        } finally {
            if (!started) {
                ended();
            }
        }
    }

    /** Whatever ends it but success is a failure of the store: a pack must not be lost in silence. */
    private void upload(ObjectName name, Waiting pack) {
        try {
            if (isWanted(name, pack)) {
                bandwidth.pay(pack.length());
                send(name, pack);
            }
        } catch (InterruptedException e) {
            failed(name, pack, new StoreException(StoreException.Kind.INTERRUPTED, describe() + ": interrupted", e));
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            failed(name, pack, unwritable(e));
        } catch (RuntimeException | Error e) {
            failed(name, pack, e);
        } finally {
            ended();
        }
    }

    private synchronized boolean isWanted(ObjectName name, Waiting pack) {
        return failure == null && pack.equals(waiting.get(name));
    }

    private void send(ObjectName name, Waiting pack) throws IOException {
        try (FileChannel channel = FileChannel.open(pack.file(), StandardOpenOption.READ);
                Arena arena = Arena.ofShared()) {
            // Mapped, so that packs on their way take none of the heap.
            ByteBuffer content = channel.map(FileChannel.MapMode.READ_ONLY, 0, pack.length(), arena)
                    .asByteBuffer();
            if (Publication.publish(store, name, content) == Publication.Result.CONFLICT) {
                throw new LifeboatException(
                        ErrorCode.VAULT_STORE_CONFLICT,
                        store.describe() + ": " + name + " holds what another writer put");
            }
        }
        boolean mine;
        synchronized (this) {
            mine = waiting.remove(name, pack);
        }
        if (mine) {
            remove(pack);
        }
    }

    private void remove(Waiting pack) {
        try {
            Files.deleteIfExists(pack.file());
        } catch (IOException e) {
            // The next one that opens the folder removes it.
        }
        give(pack.length());
    }

    private synchronized void ended() {
        uploading--;
        notifyAll();
    }

    /** What was abandoned meanwhile may fail as it likes. */
    private synchronized void failed(ObjectName name, Waiting pack, Throwable why) {
        if (pack.equals(waiting.get(name))) {
            fail(why);
        }
    }

    private synchronized void fail(Throwable why) {
        if (failure == null) {
            failure = why;
        }
        notifyAll();
    }

    private void rethrow() {
        switch (failure) {
            case null -> {
                // All is well.
            }
            case StoreException e -> throw e;
            case LifeboatException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    /**
     * Waits until everything that was put is durable.
     *
     * @throws StoreException when it could not be uploaded
     */
    synchronized void awaitUploads() throws InterruptedException {
        while (uploading > 0 && failure == null) {
            wait();
        }
        rethrow();
    }

    /** Whether a capture may go on filling packs, as far as the folder is concerned, and the store below. */
    boolean hasRoom() {
        return hasRoomHere() && roomBelow.getAsBoolean();
    }

    private synchronized boolean hasRoomHere() {
        return failure == null && spooledBytes + Math.min(RESERVE_BYTES, most / 2) <= most;
    }

    /** What lies in the folder, in bytes. */
    synchronized long spooledBytes() {
        return spooledBytes;
    }

    /** Forgets what was not uploaded, and why. Uploads under way end by themselves. */
    void abandon() {
        Map<ObjectName, Waiting> forgotten;
        synchronized (this) {
            forgotten = new LinkedHashMap<>(waiting);
            waiting.clear();
            failure = null;
        }
        forgotten.values().forEach(this::remove);
    }

    private synchronized @Nullable Waiting waiting(ObjectName name) {
        return waiting.get(name);
    }

    @Override
    public byte[] get(ObjectName name) {
        Waiting pack = waiting(name);
        if (pack != null) {
            try {
                return Files.readAllBytes(pack.file());
            } catch (IOException e) {
                // Uploaded meanwhile.
            }
        }
        return store.get(name);
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        Waiting pack = waiting(name);
        if (pack == null || offset + into.remaining() > pack.length() || !readFile(pack, offset, into)) {
            store.getRange(name, offset, into);
        }
    }

    private static boolean readFile(Waiting pack, long offset, ByteBuffer into) {
        int begin = into.position();
        try (FileChannel channel = FileChannel.open(pack.file(), StandardOpenOption.READ)) {
            long at = offset;
            while (into.hasRemaining()) {
                int read = channel.read(into, at);
                if (read < 0) {
                    into.position(begin);
                    return false;
                }
                at += read;
            }
            return true;
        } catch (IOException e) {
            // Uploaded meanwhile.
            into.position(begin);
            return false;
        }
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        Waiting pack = waiting(name);
        return pack == null ? store.head(name) : Optional.of(new ObjectStat(name, pack.length()));
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

    private LifeboatException unwritable(IOException e) {
        return new LifeboatException(
                ErrorCode.REPL_SPOOL_UNUSABLE, "The spool folder %s cannot be used: %s".formatted(folder, e), e);
    }
}
