package dev.lifeboat.recovery.export;

import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A vault in a folder, who can open it, and machines in it whose disks are {@link MadeDisk}s. */
public final class ServedVault {

    static final ByteCount CACHE = ByteCount.ofMebibytes(64);

    final Path folder;
    final VaultKeys keys;
    final Timekeeper time = new SystemTimekeeper();
    private final Random random = new Random(1);
    private final BlobStore store;
    private final Credentials credentials;

    /** A vault below a folder that is there. */
    public ServedVault(Path parent) {
        folder = parent.resolve("vault");
        store = BlobStores.create(url(), time, random);
        RootSecret root = RootSecret.generate(random);
        keys = root.keys();
        new VaultDescription(root.vaultId(), time.instant()).write(store);
        credentials = Credentials.issue(keys, "agent", List.of("*"), time.millis(), random);
    }

    /** Its address. */
    public String url() {
        return "file://" + folder;
    }

    /** A point of a group of one machine. */
    public Point put(String machine, Map<String, MadeDisk> disks) throws Exception {
        Vault vault = Vault.open(store, credentials.anchor(), SessionKeys.none());
        try (WriterSession session = WriterSession.open(vault, credentials, new RecentBlocks(), 2, random, time);
                PointBuilder builder = session.newPoint(machine)) {
            builder.machine(machine, StrictJson.object());
            for (Map.Entry<String, MadeDisk> disk : disks.entrySet()) {
                builder.disk(machine, disk.getKey(), disk.getValue(), null, (_, _) -> {});
            }
            return ((Publishing.Published) builder.publish()).point();
        }
    }

    /** The keys of its sessions. */
    public StoredSessions sessions() {
        return new StoredSessions(store, keys.anchor(), keys.recipientKey());
    }

    /** Opened with them. */
    public Vault opened() {
        return Vault.open(store, keys.anchor(), sessions());
    }

    /** What an export of the point's machine, named as its group, gets. */
    public ExportOrder order(Point point, Path cache, Optional<Account> account, BootTrace trace) {
        return ExportOrder.of(
                url(), opened(), sessions(), point.id(), point.id().group(), account, cache, CACHE, trace);
    }
}
