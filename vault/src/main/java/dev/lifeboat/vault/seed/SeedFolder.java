package dev.lifeboat.vault.seed;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.key.Complaint;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.VaultId;
import dev.lifeboat.vault.pack.PackId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.FolderStore;
import dev.lifeboat.vault.store.ObjectMissing;
import dev.lifeboat.vault.store.ObjectName;
import dev.lifeboat.vault.store.ObjectStat;
import dev.lifeboat.vault.store.Publication;
import dev.lifeboat.vault.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a disk that is carried to a vault, with objects that are to be put there:
 *
 * <pre>
 * FOLDER/seed.json                     which vault they are for
 * FOLDER/writers/WRITER/SESSION/open   sessions, as in the vault
 * FOLDER/packs/XX/PACK                 packs, as in the vault
 * FOLDER/.incoming                     files that are being written
 * </pre>
 *
 * {@code seed.json} is <code>{"format": "lifeboat-seed", "version": 0, "vault": ID, "begun": TIME}</code>. The folder
 * is no vault: it has no points, no owners and no {@code vault.json}, so that nobody can take it for one. Several
 * groups, and agents of several hosts, may share it. Whatever else lies in it is left alone.
 *
 * <p>Safe for use by several threads, and beside other processes.
 */
public final class SeedFolder {

    private static final ObjectName DESCRIPTION = ObjectName.of("seed.json");
    private static final String FORMAT = "lifeboat-seed";
    private static final int VERSION = 0;
    private static final int MAX_BYTES = 64 << 10;
    private static final String WRITERS = "writers/";
    private static final String OPENED = "/open";
    private static final String PACKS = "packs/";

    private final Path path;
    private final FolderStore store;
    private final VaultId vault;

    private SeedFolder(Path path, FolderStore store, VaultId vault) {
        this.path = path;
        this.store = store;
        this.vault = vault;
    }

    /**
     * Makes a folder that is there already one for a vault, or opens it when it is one. The folder itself is never
     * made: where it is missing, the disk is not there.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_SEED_UNUSABLE}, or {@link ErrorCode#VAULT_FOREIGN} when it
     *     is for another vault
     */
    public static SeedFolder prepare(Path folder, VaultId vault, Timekeeper time, RandomGenerator random) {
        requireFolder(folder);
        try {
            FolderStore store = FolderStore.create(folder, time, random);
            if (VaultDescription.isIn(store)) {
                throw unusable(folder, "it is a vault itself", null);
            }
            if (store.head(DESCRIPTION).isEmpty()) {
                byte[] content = StrictJson.encode(StrictJson.object()
                        .put("format", FORMAT)
                        .put("version", VERSION)
                        .put("vault", vault.hex())
                        .put("begun", time.millis()));
                // Another agent may be faster: what is there then is read below.
                Publication.Result _ = Publication.publish(store, DESCRIPTION, ByteBuffer.wrap(content));
            }
        } catch (StoreException e) {
            throw unusable(folder, reason(e), e);
        }
        SeedFolder opened = open(folder, time, random);
        opened.requireFor(vault);
        return opened;
    }

    /**
     * Opens a folder. Nothing is created or removed, so that it may be mounted for reading only.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_SEED_UNUSABLE}
     */
    public static SeedFolder open(Path folder, Timekeeper time, RandomGenerator random) {
        requireFolder(folder);
        try {
            FolderStore store = FolderStore.open(folder, time, random);
            StrictJson json = StrictJson.parse(
                    store.get(DESCRIPTION),
                    MAX_BYTES,
                    Complaint.ofObject(folder.resolve(DESCRIPTION.text()).toString()));
            json.requireFormat(FORMAT, VERSION);
            return new SeedFolder(folder, store, json.vault());
        } catch (ObjectMissing e) {
            throw unusable(folder, "it has no " + DESCRIPTION, e);
        } catch (StoreException e) {
            throw unusable(folder, reason(e), e);
        }
    }

    /**
     * Requires that a folder that is there can become one for a vault, or is one. Nothing is changed.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_SEED_UNUSABLE} or {@link ErrorCode#VAULT_FOREIGN}
     */
    public static void requireUsable(Path folder, VaultId vault, Timekeeper time, RandomGenerator random) {
        if (Files.exists(folder.resolve(DESCRIPTION.text()))) {
            open(folder, time, random).requireFor(vault);
        } else if (Files.exists(folder.resolve("vault.json"))) {
            throw unusable(folder, "it is a vault itself", null);
        }
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw unusable(folder, "there is no such folder; is the disk mounted?", null);
        }
    }

    /** The commonest of the failures without a name is a disk as it came out of the box. */
    private static String reason(StoreException e) {
        return e.kind() == StoreException.Kind.OTHER
                ? "%s (the file system has to have hard links; FAT and exFAT have none, ext4 and XFS do)"
                        .formatted(e.getMessage())
                : String.valueOf(e.getMessage());
    }

    private static LifeboatException unusable(Path folder, String why, @Nullable Exception cause) {
        return new LifeboatException(ErrorCode.VAULT_SEED_UNUSABLE, "%s: %s.".formatted(folder, why), cause);
    }

    /**
     * Requires that it is for this vault.
     *
     * @throws LifeboatException with {@link ErrorCode#VAULT_FOREIGN}
     */
    public void requireFor(VaultId wanted) {
        if (!vault.equals(wanted)) {
            throw new LifeboatException(
                    ErrorCode.VAULT_FOREIGN,
                    "%s is for the vault %s, and not for the vault %s.".formatted(path, vault.hex(), wanted.hex()));
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** The objects. */
    public BlobStore store() {
        return store;
    }

    /** The objects that register sessions, in the order of their names. */
    void sessions(Consumer<ObjectStat> receiver) {
        store.list(WRITERS, stat -> {
            if (stat.name().text().split("/", -1).length == 4
                    && stat.name().text().endsWith(OPENED)) {
                receiver.accept(stat);
            }
        });
    }

    /** The packs, in the order of the names of their objects. */
    public void packs(BiConsumer<PackId, ObjectStat> receiver) {
        packsOf(store, receiver);
    }

    /** The packs of any store, in the order of the names of their objects. */
    public static void packsOf(BlobStore store, BiConsumer<PackId, ObjectStat> receiver) {
        store.list(PACKS, stat -> pack(stat).ifPresent(pack -> receiver.accept(pack, stat)));
    }

    private static Optional<PackId> pack(ObjectStat stat) {
        try {
            return Optional.of(PackId.ofObjectName(stat.name().text()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** How much room its disk has left, in bytes; nothing where the disk is gone. */
    public long roomBytes() {
        try {
            return Files.isDirectory(path) ? Files.getFileStore(path).getUsableSpace() : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
