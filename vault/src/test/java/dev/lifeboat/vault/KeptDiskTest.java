package dev.lifeboat.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.vault.capture.CaptureProgress;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.StrictJson;
import dev.lifeboat.vault.store.MemoryStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A disk that is taken in parts. */
class KeptDiskTest {

    private static final int LEAF = 4 << 20;

    private final MemoryStore store = new MemoryStore("kept");
    private final TestVault vault = new TestVault(store, 7);
    private final Credentials writer = vault.credentials("agent", "web");

    /** Goes on for so many pieces. */
    private static CaptureProgress pieces(int most) {
        return new CaptureProgress() {
            private int begun;

            @Override
            public void reached(long offset, long readBytes) {}

            @Override
            public boolean goesOn() {
                return begun++ < most;
            }
        };
    }

    @Test
    void eachPartIsDurableInASessionOfItsOwnAndTheLastMakesThePoint() throws Exception {
        byte[] content = TestVault.randomBytes(1, 5 * LEAF + 70_000);
        ChangedBlocks left = ChangedBlocks.all(content.length);
        Optional<KeptDisk> kept = Optional.empty();
        for (int part = 0; part < 2; part++) {
            try (WriterSession session = vault.session(writer);
                    PointBuilder builder = session.newPoint("web")) {
                builder.machine("web", StrictJson.object());
                long reached = builder.disk("web", "vda", new MemoryDisk(content), kept, left, pieces(2));
                assertThat(reached).isEqualTo((part + 1) * 2L * LEAF);
                kept = Optional.of(builder.keep().getFirst());
                left = left.from(reached);
            }
            assertThat(vault.slots("web")).isEmpty();
        }
        Point point;
        try (WriterSession session = vault.session(writer);
                PointBuilder builder = session.newPoint("web")) {
            builder.machine("web", StrictJson.object());
            long reached = builder.disk("web", "vda", new MemoryDisk(content), kept, left, pieces(100));
            assertThat(reached).isEqualTo(content.length);
            point = TestVault.published(builder.publish());
        }
        assertThat(vault.content(point)).isEqualTo(content);
        assertThat(point.manifest().sessions()).hasSize(3);
        assertThat(point.disk("vda").stored()).isEqualTo((content.length + 65_535) / 65_536);
    }

    @Test
    void whatChangedMeanwhileIsTakenAgain() throws Exception {
        byte[] content = TestVault.randomBytes(2, 3 * LEAF);
        WriterSession session = vault.session(writer);
        KeptDisk kept;
        try (PointBuilder builder = session.newPoint("web")) {
            builder.machine("web", StrictJson.object());
            long reached = builder.disk(
                    "web",
                    "vda",
                    new MemoryDisk(content.clone()),
                    Optional.empty(),
                    ChangedBlocks.all(content.length),
                    pieces(2));
            assertThat(reached).isEqualTo(2L * LEAF);
            kept = builder.keep().getFirst();
        }
        content[5] ^= 1;
        ChangedBlocks rest = ChangedBlocks.all(content.length).from(2L * LEAF);
        rest.add(5, 1);
        try (PointBuilder builder = session.newPoint("web")) {
            builder.machine("web", StrictJson.object());
            long reached = builder.disk("web", "vda", new MemoryDisk(content), Optional.of(kept), rest, pieces(100));
            assertThat(reached).isEqualTo(content.length);
            assertThat(vault.content(TestVault.published(builder.publish()))).isEqualTo(content);
        }
        session.close();
    }

    @Test
    void aMachineThatLeftTheGroupIsNotInThePoint() throws Exception {
        try (WriterSession session = vault.session(writer)) {
            Point first = TestVault.publish(session, "web", new MemoryDisk(TestVault.randomBytes(3, 1000)));
            assertThat(first.machines()).hasSize(1);
            try (PointBuilder builder = session.newPoint("web")) {
                builder.without("web");
                builder.machine("shopfront", StrictJson.object());
                builder.groupConsistent(false);
                Point second = TestVault.published(builder.publish());
                assertThat(second.machines())
                        .singleElement()
                        .satisfies(machine -> assertThat(machine.name()).isEqualTo("shopfront"));
                assertThat(second.manifest().groupConsistent()).isFalse();
            }
        }
    }
}
