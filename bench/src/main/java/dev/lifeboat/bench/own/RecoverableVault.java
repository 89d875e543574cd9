package dev.lifeboat.bench.own;

import dev.lifeboat.bench.ByteRange;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.VaultDisks.OpenVault;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Certificate;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import dev.lifeboat.vault.store.FolderStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * A vault in a folder with one point of one machine, and its key in this process's memory. Safe for use by several
 * threads.
 */
public final class RecoverableVault implements AutoCloseable {

    private static final String WRITER = "bench";
    private static final String GROUP = "bench";

    private final Path folder;
    private final VaultKeys keys;
    private final PointId point;
    private final Timekeeper time;
    private final RandomGenerator random;

    private RecoverableVault(Path folder, VaultKeys keys, PointId point, Timekeeper time, RandomGenerator random) {
        this.folder = folder;
        this.keys = keys;
        this.point = point;
        this.time = time;
        this.random = random;
    }

    /**
     * A disk of the machine.
     *
     * @param name by which its description knows it
     * @param image raw, of whole blocks
     * @param size when it is larger than the image, all that is behind the image's end is made up, and mapped
     */
    public record Disk(String name, Path image, ByteCount size) {}

    /**
     * Makes the vault and its point.
     *
     * @param folder not there yet, in one that is
     * @param machine its name
     * @param description what the point says of it
     * @param random good enough for keys
     * @throws LifeboatException when there is no point
     * @throws InterruptedException when the thread is asked to stop
     */
    public static RecoverableVault publish(
            Path folder,
            String machine,
            ObjectNode description,
            List<Disk> disks,
            int processors,
            Timekeeper time,
            RandomGenerator random)
            throws InterruptedException {
        BlobStore store = FolderStore.create(folder, time, random);
        try (RootSecret root = RootSecret.generate(random)) {
            new VaultDescription(root.vaultId(), time.instant()).write(store);
            VaultKeys keys = root.keys();
            Credentials credentials =
                    Credentials.issue(keys, WRITER, List.of(Certificate.ALL_GROUPS), time.millis(), random);
            Vault vault = Vault.open(store, credentials.anchor(), SessionKeys.none());
            try (WriterSession session =
                    WriterSession.open(vault, credentials, new RecentBlocks(), processors, random, time)) {
                return new RecoverableVault(folder, keys, point(session, machine, description, disks), time, random);
            }
        }
    }

    private static PointId point(WriterSession session, String machine, ObjectNode description, List<Disk> disks)
            throws InterruptedException {
        try (PointBuilder point = session.newPoint(GROUP)) {
            point.machine(machine, description);
            for (Disk disk : disks) {
                List<ByteRange> unchanged = List.of();
                try (DiskSource source =
                        new GrownImage(disk.image(), disk.size().bytes()).now(unchanged)) {
                    point.disk(machine, disk.name(), source, null, (_, _) -> {});
                }
            }
            return switch (point.publish()) {
                case Publishing.Published published -> published.point().id();
                case Publishing.Fenced fenced ->
                    throw new LifeboatException(
                            ErrorCode.VAULT_GROUP_OWNED_ELSEWHERE,
                            "%s ended the epoch.".formatted(fenced.seal().id()));
            };
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.VAULT_IMAGE_UNREADABLE, "The disk: " + e.getMessage(), e);
        }
    }

    /** Its only point. */
    public PointId point() {
        return point;
    }

    /**
     * Opens it as a recovery does that has the key already.
     *
     * @param link what lies between here and the store
     */
    public OpenVault open(UnaryOperator<BlobStore> link) {
        String url = folder.toUri().toString().replaceAll("/+$", "");
        BlobStore store = link.apply(BlobStores.open(url, time, random));
        TrustAnchor anchor = keys.anchor();
        StoredSessions sessions = new StoredSessions(store, anchor, keys.recipientKey());
        return new OpenVault(url, Vault.open(store, anchor, sessions), sessions);
    }

    /** The key is erased; the folder stays. */
    @Override
    public void close() {
        keys.close();
    }
}
