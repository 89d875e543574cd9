package dev.lifeboat.bench.own;

import dev.lifeboat.bench.IncrementalSession;
import dev.lifeboat.bench.IncrementalSessions;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Certificate;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.FolderStore;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** Protections inside of this process, each with a vault in a folder. */
public final class VaultSessions implements IncrementalSessions {

    private static final String WRITER = "bench";

    private final RandomGenerator random;
    private final Timekeeper time;
    private final int processors;

    /**
     * Begins nothing yet.
     *
     * @param random good enough for keys
     * @param processors how many threads may compute at once
     */
    public VaultSessions(RandomGenerator random, Timekeeper time, int processors) {
        this.random = random;
        this.time = time;
        this.processors = processors;
    }

    @Override
    public IncrementalSession ofImage(Path folder, Path image) throws InterruptedException {
        return begin(folder, new ChangingFile(image));
    }

    @Override
    public IncrementalSession ofMappedDisk(Path folder, ByteCount disk) throws InterruptedException {
        return begin(folder, new MappedDisk(disk.bytes()));
    }

    private IncrementalSession begin(Path folder, ChangingDisk disk) throws InterruptedException {
        CountingStore store = new CountingStore(FolderStore.create(folder, time, random));
        try (RootSecret root = RootSecret.generate(random)) {
            new VaultDescription(root.vaultId(), time.instant()).write(store);
            Credentials credentials =
                    Credentials.issue(root.keys(), WRITER, List.of(Certificate.ALL_GROUPS), time.millis(), random);
            Vault vault = Vault.open(store, credentials.anchor(), SessionKeys.none());
            WriterSession session =
                    WriterSession.open(vault, credentials, new RecentBlocks(), processors, random, time);
            return ProtectedDisk.begin(session, store, disk);
        }
    }
}
