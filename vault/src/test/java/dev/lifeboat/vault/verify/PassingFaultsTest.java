package dev.lifeboat.vault.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.WriterSession;
import dev.lifeboat.vault.capture.DiskSource;
import dev.lifeboat.vault.capture.RecentBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.pack.Block;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.Fault;
import dev.lifeboat.vault.store.FaultPlan;
import dev.lifeboat.vault.store.FaultyStore;
import dev.lifeboat.vault.store.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PassingFaultsTest {

    private static final long SEED = 20_261_121;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final BlobStore store = new MemoryStore("memory");
    private final VaultKeys keys = newVault();

    /** Trap 11: what went wrong on its way from the store is not taken for damage. */
    @Test
    void aSingleReadingThatGoesWrongIsNoFindingWhicheverItIs() throws Exception {
        put(1);
        put(2);
        AtomicInteger reads = new AtomicInteger();
        assertThat(verify((_, _) -> {
                            reads.incrementAndGet();
                            return Fault.NONE;
                        })
                        .sound())
                .isTrue();

        for (int call = 1; call <= reads.get(); call++) {
            VerifyReport report = verify(FaultPlan.at(call, Fault.READ_FLIPPED));
            assertThat(report.findings()).as("seed %d, call %d", SEED, call).isEmpty();
            assertThat(report.points()).isEqualTo(2);
            assertThat(report.blocks()).isEqualTo(5);
        }
        assertThat(reads.get()).isGreaterThan(20);
    }

    /** The vault is opened before anything goes wrong. */
    private VerifyReport verify(FaultPlan plan) throws InterruptedException {
        AtomicInteger open = new AtomicInteger();
        BlobStore faulty = new FaultyStore(
                store,
                (operation, name) -> open.get() == 0 ? Fault.NONE : plan.next(operation, name),
                Duration.ZERO,
                new FixedTime(),
                new SplittableRandom(SEED));
        Vault vault = Vault.open(faulty, keys.anchor(), new StoredSessions(faulty, keys.anchor(), keys.recipientKey()));
        open.set(1);
        Verifier verifier = new Verifier(vault, true, true, 1, new VerifyListener() {
            @Override
            public void trees(long points, long of) {
                assertThat(points).isLessThanOrEqualTo(of);
            }

            @Override
            public void packs(long packs, long of) {
                assertThat(packs).isLessThanOrEqualTo(of);
            }
        });
        return verifier.verify(List.of("shop"));
    }

    private VaultKeys newVault() {
        try (RootSecret root = RootSecret.generate(random)) {
            new VaultDescription(root.vaultId(), new FixedTime().instant()).write(store);
            return root.keys();
        }
    }

    private void put(long seed) throws Exception {
        try (Credentials credentials = Credentials.issue(keys, "web-host", List.of("*"), 1, random)) {
            Vault vault = Vault.open(store, credentials.anchor(), SessionKeys.none());
            try (WriterSession session =
                            WriterSession.open(vault, credentials, new RecentBlocks(), 1, random, new FixedTime());
                    PointBuilder builder = session.newPoint("shop")) {
                builder.machine("web", StrictJson.object());
                builder.disk("web", "vda", new FourBlocks(seed), null, (_, _) -> {});
                builder.publish();
            }
        }
    }

    /** Three blocks that are always the same, and one that follows from a seed. */
    private record FourBlocks(long seed) implements DiskSource {

        @Override
        public long size() {
            return 4 * Block.SIZE;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            while (into.hasRemaining()) {
                long block = offset / Block.SIZE;
                byte[] content = new byte[Block.SIZE];
                new Random(block == 0 ? 1000 + seed : block).nextBytes(content);
                into.put(content);
                offset += Block.SIZE;
            }
        }

        @Override
        public boolean isHole(long offset, long length) {
            return false;
        }

        @Override
        public void close() {
            // Nothing to give back.
        }
    }

    private record FixedTime() implements Timekeeper {

        @Override
        public Instant instant() {
            return Instant.parse("2026-11-21T03:04:05Z");
        }

        @Override
        public Duration elapsed() {
            return Duration.ZERO;
        }

        @Override
        public void pause(Duration duration) {
            throw new IllegalStateException("nobody waits here");
        }
    }
}
