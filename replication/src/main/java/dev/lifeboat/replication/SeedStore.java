package dev.lifeboat.replication;

import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.PutResult;
import dev.lifeboat.vault.store.StoreException;
import dev.lifeboat.vault.store.StoreTraits;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a first copy that is carried goes: everything is put into the folder, and nothing into the vault. What earlier
 * parts of it need and the folder does not have, such as the nodes of a tree that is in the vault by now, is read from
 * the vault. Whether something <i>is there</i> is asked of the folder alone, since the vault may be out of reach: to
 * know of fewer blocks costs space only.
 *
 * <p>Safe for use by several threads.
 */
final class SeedStore implements BlobStore {

    /** What packs on their way and the nodes of a pass may still bring. */
    static final long RESERVE_BYTES = 128L << 20;

    private final Path path;
    private final VaultId vaultId;
    private final ReplicationContext context;
    private volatile @Nullable SeedFolder folder;

    /** @param path of the folder; nothing is done with it yet */
    SeedStore(Path path, ReplicationContext context) {
        this.path = path;
        this.vaultId = context.credentials().vault();
        this.context = context;
    }

    Path path() {
        return path;
    }

    /** The folder, made ready; whatever was known of it before is forgotten. */
    SeedFolder attach() {
        SeedFolder attached = SeedFolder.prepare(path, vaultId, context.time(), context.random());
        folder = attached;
        return attached;
    }

    /** The folder as it is, when it is one of this vault. */
    SeedFolder look() {
        SeedFolder found = SeedFolder.open(path, context.time(), context.random());
        found.requireFor(vaultId);
        return found;
    }

    /** Whether the disk has room beside what waits for it. */
    boolean hasRoom() {
        SeedFolder attached = folder;
        return attached != null && attached.roomBytes() > RESERVE_BYTES;
    }

    /** Those of the packs of these sessions that are in the folder. */
    SeedPacks packs(Set<SessionId> sessions) {
        return SeedPacks.in(attached(), sessions);
    }

    private SeedFolder attached() {
        SeedFolder attached = folder;
        if (attached == null) {
            throw new StoreException(StoreException.Kind.UNAVAILABLE, describe() + ": it has not been looked at yet");
        }
        return attached;
    }

    private BlobStore store() {
        return attached().store();
    }

    @Override
    public PutResult putIfAbsent(ObjectName name, ByteBuffer... content) {
        return store().putIfAbsent(name, content);
    }

    @Override
    public byte[] get(ObjectName name) {
        try {
            return store().get(name);
        } catch (ObjectMissing e) {
            return context.store().get(name);
        }
    }

    @Override
    public void getRange(ObjectName name, long offset, ByteBuffer into) {
        try {
            store().getRange(name, offset, into);
        } catch (ObjectMissing e) {
            context.store().getRange(name, offset, into);
        }
    }

    @Override
    public Optional<ObjectStat> head(ObjectName name) {
        return store().head(name);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> receiver) {
        store().list(prefix, receiver);
    }

    @Override
    public boolean delete(ObjectName name) {
        return store().delete(name);
    }

    @Override
    public StoreTraits traits() {
        return store().traits();
    }

    @Override
    public String describe() {
        return "the seed folder " + path;
    }
}
