package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.FrozenExport;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.store.BlobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A first copy, or a resync, that does not fit into one frozen view. */
@Timeout(120)
class PassesTest {

    private static final int DISK = 80 * MIB;

    @TempDir
    Path folder;

    private ProtectedHost site;
    private MachineInMemory web;

    @BeforeEach
    void setUp() {
        site = new ProtectedHost(folder);
        web = site.running("web", DISK);
        web.write("vda", 1, 3000);
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    @Test
    void itIsTakenInPassesWhileTheGuestWritesAndEndsInATruePoint() throws Exception {
        ProtectedHost.Agent agent = site.process("web");
        int writes = 1000;
        int passes = 0;
        while (site.newest().isEmpty() && passes < 60) {
            site.time.pass(Duration.ofSeconds(1));
            // Each look of the capture at the time is a moment; a pass is over after some of them.
            agent.passesOf(Duration.ofMillis(8));
            Duration _ = agent.attempt();
            passes++;
            web.write("vda", ++writes, 3);
            if (site.newest().isEmpty()) {
                assertThat(agent.report().health()).isEqualTo(Health.SEEDING);
                assertThat(agent.report().seed().orElseThrow().pass()).isEqualTo(passes);
                assertThat(web.checkpointNames()).hasSize(1);
            }
        }
        assertThat(passes).isGreaterThan(2);
        site.requireTruePoints(web);
        assertThat(web.checkpointNames()).hasSize(1);
    }

    @Test
    void itGoesOnWhereItWasAfterACrash() throws Exception {
        ProtectedHost.Agent agent = site.process("web");
        BitSet before = new BitSet();
        for (int i = 0; i < 2; i++) {
            agent.passesOf(Duration.ofMillis(6));
            Duration _ = agent.attempt();
        }
        assertThat(site.newest()).isEmpty();
        int views = web.views().size();
        web.views().forEach(view -> mark(view.disk("vda"), before));
        agent.kill();
        web.write("vda", 77, 2);
        ProtectedHost.Agent next = site.process("web");
        Point _ = next.publish();
        site.requireTruePoints(web);
        BitSet after = new BitSet();
        web.views().subList(views, web.views().size()).forEach(view -> mark(view.disk("vda"), after));
        after.and(before);
        // Only what the guest wrote meanwhile is read twice.
        assertThat(after.cardinality()).isLessThanOrEqualTo(2);
        assertThat(before.cardinality()).isGreaterThan(100);
    }

    private static void mark(FrozenExport disk, BitSet clusters) {
        disk.reads()
                .forEach(range -> clusters.set(
                        (int) (range.offset() / 65_536), (int) ((range.offset() + range.length() + 65_535) / 65_536)));
    }

    @Test
    void aResyncKeepsItsPointsAndSaysWhy() throws Exception {
        ProtectedHost.Agent agent = site.process("web");
        Point first = agent.publish();
        web.kill();
        web.start();
        agent.passesOf(Duration.ofMillis(12));
        Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.RESYNCING);
        assertThat(agent.report().reason().orElseThrow()).contains("web/vda");
        assertThat(site.newest().orElseThrow().id()).isEqualTo(first.id());
        Point second = agent.publish();
        assertThat(second.id()).isEqualTo(first.id().next());
        assertThat(agent.report().resyncs()).hasSize(1);
        assertThat(agent.report().health()).isEqualTo(Health.OK);
        site.requireTruePoints(web);
    }

    @Test
    void aGuestThatFillsTheScratchIsFreedAndTheNextPassIsShorter() throws Exception {
        ProtectedHost.Agent agent = site.process("web");
        web.scratch(4 * 65_536L);
        site.host.onFirstRead(() -> web.write("vda", 5, 200));
        Duration _ = agent.attempt();
        assertThat(site.newest()).isEmpty();
        // The guard is another process, and may take a moment longer.
        while (web.state() != PowerState.RUNNING) {
            Thread.onSpinWait();
        }
        assertThat(web.captured()).isFalse();
        assertThat(agent.limit.limit()).isEqualTo(Duration.ofSeconds(30));
        site.host.onFirstRead(() -> {});
        web.scratch(Long.MAX_VALUE);
        Point _ = agent.publish();
        site.requireTruePoints(web);
    }

    @Test
    void aStoreThatDoesNotAnswerLengthensNoCapture() throws Exception {
        ProtectedHost.Agent quick = site.process("web");
        Point _ = quick.publish();
        web.write("vda", 9, 50);
        BlobStore held = new WatchedStore(site.store, name -> {
            if (name.startsWith("packs/")) {
                // The upload begins, and ends only when the guest is free again.
                awaitFree();
            }
        });
        ProtectedHost.Agent agent = site.process(held, HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        Point _ = agent.publish();
        site.requireTruePoints(web);
        assertThat(site.newest().map(Point::id).map(id -> id.slot())).isEqualTo(Optional.of(2L));
    }

    private void awaitFree() {
        while (web.captured()) {
            Thread.onSpinWait();
        }
    }
}
