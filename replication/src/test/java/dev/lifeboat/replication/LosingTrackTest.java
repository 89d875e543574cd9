package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import dev.lifeboat.hypervisor.FrozenExport;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.store.CountingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the record of changes: the history goes on, and nothing is read as a whole without a reason. */
@Timeout(120)
class LosingTrackTest {

    @TempDir
    Path folder;

    private ProtectedHost site;
    private MachineInMemory web;
    private CountingStore counted;
    private ProtectedHost.Agent agent;
    private Point first;

    @BeforeEach
    void protect() throws Exception {
        site = new ProtectedHost(folder);
        web = site.running("web", 8 * MIB);
        web.write("vda", 1, 500);
        counted = new CountingStore(site.store);
        agent = site.process(counted, HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        first = agent.publish();
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    private void requireHistoryGoesOn(Point newest) throws Exception {
        assertThat(site.points().getFirst().id()).isEqualTo(first.id());
        assertThat(newest.id().epoch()).isEqualTo(first.id().epoch());
        assertThat(site.content(newest.disk("vda"))).isEqualTo(web.content("vda"));
        site.requireTruePoints(web);
    }

    private void requireResync(String reason) {
        assertThat(agent.report().resyncs())
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains(reason));
        assertThat(site.notes).anyMatch(note -> note.startsWith("resync: ") && note.contains(reason));
    }

    @Test
    void aKilledHypervisorProcessMeansAResyncThatStoresOnlyWhatChanged() throws Exception {
        web.kill();
        web.start();
        web.write("vda", 2, 3);
        long before = counted.snapshot().bytesSent();
        Point newest = agent.publish();
        requireResync("is gone");
        requireHistoryGoesOn(newest);
        assertThat(newest.manifest().statistics().newBlocks()).isLessThanOrEqualTo(3);
        assertThat(counted.snapshot().bytesSent() - before).isLessThan(MIB);
        web.write("vda", 3, 2);
        requireHistoryGoesOn(agent.publish());
        assertThat(agent.report().resyncs()).hasSize(1);
        assertThat(agent.report().health()).isEqualTo(Health.OK);
    }

    @Test
    void aRecordThatIsNotWholeIsNotBelieved() throws Exception {
        web.stop();
        web.start();
        web.write("vda", 2, 3);
        web.kill();
        web.start();
        web.write("vda", 3, 3);
        requireHistoryGoesOn(agent.publish());
        requireResync("not whole");
    }

    @Test
    void aStopInOrderLosesNothing() throws Exception {
        web.stop();
        web.start();
        web.write("vda", 2, 3);
        requireHistoryGoesOn(agent.publish());
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void trackingThatSomebodyRemovedMeansAResync() throws Exception {
        web.forgetTracking("vda");
        web.write("vda", 2, 3);
        requireHistoryGoesOn(agent.publish());
        requireResync("web/vda");
    }

    @Test
    void aHypervisorThatCannotTellAfterAllIsNotAskedAgain() throws Exception {
        ProtectedHost.Agent other = site.process(
                site.store,
                HypervisorFault.Plan.first(1, "beginCapture", HypervisorFault.TRACKING_LOST),
                ProtectedHost.protection("web"));
        web.write("vda", 2, 3);
        Point newest = other.publish();
        assertThat(other.report().resyncs()).hasSize(1);
        requireHistoryGoesOn(newest);
    }

    @Test
    void aRenamedMachineGoesOnUnderItsNewName() throws Exception {
        web.rename("shopfront");
        web.write("vda", 2, 3);
        Point newest = agent.publish();
        assertThat(newest.machines())
                .singleElement()
                .satisfies(one -> assertThat(one.name()).isEqualTo("shopfront"));
        assertThat(site.content(newest.disk("vda"))).isEqualTo(web.content("vda"));
        assertThat(agent.report().resyncs()).isEmpty();
        FrozenExport shown = web.views().getLast().disk("vda");
        assertThat(shown.readOnly(shown.dirty()::get)).isTrue();
    }

    @Test
    void aDiskThatWasAddedIsInTheNextPointAndTheOthersAreNotReadAnew() throws Exception {
        web.addDisk("vdb", 4 * MIB, TrackingKind.PERSISTENT);
        web.write("vdb", 5, 100);
        web.write("vda", 2, 3);
        Point newest = agent.publish();
        assertThat(site.content(newest.disk("vdb"))).isEqualTo(web.content("vdb"));
        requireHistoryGoesOn(newest);
        FrozenExport shown = web.views().getLast().disk("vda");
        assertThat(shown.readOnly(shown.dirty()::get)).isTrue();
        assertThat(agent.report().resyncs()).isEmpty();
        web.write("vdb", 6, 3);
        requireHistoryGoesOn(agent.publish());
        FrozenExport again = web.views().getLast().disk("vdb");
        assertThat(again.readOnly(again.dirty()::get)).isTrue();
    }

    @Test
    void aDiskThatWasRemovedIsNotInTheNextPoint() throws Exception {
        web.addDisk("vdb", MIB, TrackingKind.PERSISTENT);
        Point _ = agent.publish();
        web.removeDisk("vdb");
        Point newest = agent.publish();
        assertThat(newest.manifest().machine("web").orElseThrow().disks()).hasSize(1);
        requireHistoryGoesOn(newest);
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void aDiskThatGrewOrShrankIsTakenAtItsNewSize() throws Exception {
        for (int size : List.of(13 * MIB + 65_536, 5 * MIB, 5 * MIB + 4096)) {
            web.resize("vda", size);
            web.write("vda", size, 20);
            Point newest = agent.publish();
            assertThat(newest.disk("vda").size()).isEqualTo(size);
            requireHistoryGoesOn(newest);
        }
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void anotherToolsBackupIsWaitedForAndLeftAlone() throws Exception {
        web.captureByOthers(true);
        Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        assertThat(agent.report().reason().orElseThrow()).contains("another tool's backup");
        web.captureByOthers(false);
        web.write("vda", 2, 3);
        requireHistoryGoesOn(agent.publish());
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void aMachineThatIsOffIsCapturedOnceAndThenRests() throws Exception {
        web.write("vda", 2, 3);
        web.stop();
        int starts = web.starts();
        Duration _ = agent.attempt();
        assertThat(web.starts()).as("starts of a machine that has just stopped").isEqualTo(starts);
        Point newest = agent.publish();
        assertThat(web.state()).isEqualTo(PowerState.OFF);
        requireHistoryGoesOn(newest);
        assertThat(web.starts()).isEqualTo(starts + 1);
        for (int i = 0; i < 3; i++) {
            Duration _ = agent.attempt();
        }
        assertThat(site.newest().orElseThrow().id()).isEqualTo(newest.id());
        assertThat(web.starts()).isEqualTo(starts + 1);
        assertThat(agent.report().health()).isEqualTo(Health.OK);
        web.start();
        web.write("vda", 3, 3);
        requireHistoryGoesOn(agent.publish());
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void aMachineThatIsGoneIsAnAlarmAndItsPointsStay() throws Exception {
        site.host.remove(web);
        Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        assertThat(agent.report().reason().orElseThrow()).contains("web");
        assertThat(site.points()).hasSize(1);
    }

    @Test
    void aDiskWhoseFormatForgetsAtAStopIsComparedThenAndNotBefore() throws Exception {
        web.addDisk("vdc", 4 * MIB, TrackingKind.WHILE_RUNNING);
        web.write("vdc", 5, 100);
        Point _ = agent.publish();
        web.write("vdc", 6, 3);
        Point _ = agent.publish();
        FrozenExport shown = web.views().getLast().disk("vdc");
        assertThat(shown.readOnly(shown.dirty()::get)).isTrue();
        web.stop();
        web.start();
        web.write("vdc", 7, 3);
        Point newest = agent.publish();
        requireResync("vdc is kept in a format");
        requireHistoryGoesOn(newest);
        FrozenExport other = web.views().getLast().disk("vda");
        assertThat(other.readOnly(other.dirty()::get)).isTrue();
    }

    @Test
    void aDiskThatNobodyTracksIsReadAsAWholeAndThatIsSaid() throws Exception {
        web.addDisk("vdr", 4 * MIB, TrackingKind.NONE);
        web.write("vdr", 5, 100);
        Point _ = agent.publish();
        web.write("vdr", 6, 3);
        Point newest = agent.publish();
        requireHistoryGoesOn(newest);
        assertThat(site.content(newest.disk("vdr"))).isEqualTo(web.content("vdr"));
        assertThat(newest.manifest().statistics().newBlocks()).isLessThanOrEqualTo(3);
        assertThat(agent.report().health()).isEqualTo(Health.WARNING);
        assertThat(agent.report().reason().orElseThrow()).contains("web/vdr");
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void aMachineThatStopsInTheMiddleFailsThatCycleOnly() throws Exception {
        web.write("vda", 2, 400);
        site.host.onFirstRead(web::kill);
        Duration _ = agent.attempt();
        site.host.onFirstRead(() -> {});
        assertThat(site.points()).hasSize(1);
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        web.start();
        requireHistoryGoesOn(agent.publish());
    }
}
