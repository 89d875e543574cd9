package dev.lifeboat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder on a disk with a first copy of the machine {@code web}, as an agent makes it. */
record CarriedFolder(VaultOnDisk vault, Path path, List<KeptDisk> kept) {

    private static Credentials credentials(VaultOnDisk vault) throws IOException {
        return Credentials.parse(Files.readAllBytes(vault.path("credentials")), "credentials");
    }

    private static WriterSession session(Vault into, Credentials credentials) {
        OfflineContext context = VaultOnDisk.context();
        return WriterSession.open(into, credentials, new RecentBlocks(), 1, context.random(), context.time());
    }

    /** Loads a disk into a folder that is there, in one session that is not ended. */
    static CarriedFolder loaded(VaultOnDisk vault, Path path, MemoryDisk disk) throws Exception {
        OfflineContext context = VaultOnDisk.context();
        try (Credentials credentials = credentials(vault)) {
            SeedFolder folder = SeedFolder.prepare(path, credentials.vault(), context.time(), context.random());
            WriterSession session = session(Vault.onItsWay(folder.store(), credentials.anchor()), credentials);
            try (PointBuilder builder = session.newSeed("shop")) {
                builder.machine("web", StrictJson.object());
                long reached = builder.disk(
                        "web", "vda", disk, Optional.empty(), ChangedBlocks.all(disk.size()), (_, _) -> {});
                assertThat(reached).isEqualTo(disk.size());
                return new CarriedFolder(vault, path, builder.keep());
            }
        }
    }

    /** The first point, on top of what was carried in, without reading anything. */
    Point published(MemoryDisk disk) throws Exception {
        OfflineContext context = VaultOnDisk.context();
        try (Credentials credentials = credentials(vault)) {
            BlobStore store = BlobStores.open(vault.url(), context.time(), context.random());
            try (WriterSession session =
                            session(Vault.open(store, credentials.anchor(), SessionKeys.none()), credentials);
                    PointBuilder builder = session.newPoint("shop")) {
                builder.machine("web", StrictJson.object());
                long _ = builder.disk(
                        "web", "vda", disk, Optional.of(kept.getFirst()), new ChangedBlocks(), (_, _) -> {});
                return ((Publishing.Published) builder.publish()).point();
            }
        }
    }

    List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.walk(path.resolve("packs"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
