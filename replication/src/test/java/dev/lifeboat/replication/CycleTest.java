package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static dev.lifeboat.replication.ProtectedHost.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import dev.lifeboat.hypervisor.FrozenExport;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.CountingStore;
import dev.lifeboat.vault.store.StoreOperation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a guest's write to a published point. */
@Timeout(120)
class CycleTest {

    @TempDir
    Path folder;

    private ProtectedHost site;

    @BeforeEach
    void setUp() {
        site = new ProtectedHost(folder);
    }

    @AfterEach
    void tearDown() {
        assertThat(site.guard.heldUnarmed()).isEmpty();
        site.close();
    }

    @Test
    void everyPointHasTheBytesOfTheMomentAtWhichItsCaptureBegan() throws Exception {
        MachineInMemory web = site.running("web", 12 * MIB);
        ProtectedHost.Agent agent = site.process("web");
        web.write("vda", 1, 200);
        Point _ = agent.publish();
        for (int round = 2; round < 7; round++) {
            web.write("vda", round, 40);
            Point _ = agent.publish();
        }
        assertThat(site.points()).hasSize(6);
        site.requireTruePoints(web);
        assertThat(agent.report().health()).isEqualTo(Health.OK);
        assertThat(agent.report().resyncs()).isEmpty();
    }

    @Test
    void whileSomebodyElseWorksOnAMachineNothingOfItIsTouched() throws Exception {
        MachineInMemory web = site.running("web", 4 * MIB);
        ProtectedHost.Agent agent = site.process("web");
        Point before = agent.publish();
        agent.hypervisor.powerOff(web.id());
        site.holdBack = protection -> Optional.of("%s comes home".formatted(protection.group()));
        int calls = site.host.calls().size();

        for (int i = 0; i < 3; i++) {
            site.time.pass(agent.attempt());
        }

        assertThat(site.host.calls()).hasSize(calls);
        assertThat(web.state()).isEqualTo(PowerState.OFF);
        assertThat(agent.report().health()).isEqualTo(Health.BLOCKED);
        assertThat(agent.report().reason()).contains("shop comes home");
        site.holdBack = HoldBack.NOBODY;
        assertThat(agent.publish().id()).isNotEqualTo(before.id());
    }

    @Test
    void onlyWhatChangedIsReadAndAskedAbout() throws Exception {
        MachineInMemory web = site.running("web", 24 * MIB);
        web.write("vda", 1, 2000);
        ProtectedHost.Agent agent = site.process("web");
        Point _ = agent.publish();
        web.write("vda", 2, 5);
        Point _ = agent.publish();
        FrozenExport shown = web.views().getLast().disk("vda");
        assertThat(shown.dirty().cardinality()).isBetween(1, 5);
        assertThat(shown.readOnly(shown.dirty()::get)).isTrue();
        assertThat(shown.reads().stream().mapToLong(FrozenExport.Range::length).sum())
                .isEqualTo(shown.dirty().cardinality() * 65_536L);
        assertThat(shown.allocationQuestions()).allMatch(range -> shown.dirty().get((int) (range.offset() / 65_536)));
        assertThat(shown.allocationQuestions().stream()
                        .mapToLong(FrozenExport.Range::length)
                        .sum())
                .isEqualTo(shown.dirty().cardinality() * 65_536L);
    }

    @Test
    void anEmptyCycleIsOneObjectAndASmallOneIsTwo() throws Exception {
        MachineInMemory web = site.running("web", 12 * MIB);
        web.write("vda", 1, 200);
        CountingStore counted = new CountingStore(site.store);
        ProtectedHost.Agent agent = site.process(counted, HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        Point _ = agent.publish();
        long before = counted.snapshot().calls(StoreOperation.PUT);
        Point _ = agent.publish();
        assertThat(counted.snapshot().calls(StoreOperation.PUT) - before).isEqualTo(1);
        web.write("vda", 2, 20);
        Point _ = agent.publish();
        assertThat(counted.snapshot().calls(StoreOperation.PUT) - before).isEqualTo(3);
    }

    @Test
    void theOldCheckpointGoesOnlyWhenThePointIsThere() throws Exception {
        MachineInMemory web = site.running("web", 4 * MIB);
        List<List<CheckpointName>> atPoints = new java.util.concurrent.CopyOnWriteArrayList<>();
        BlobStore watched = new WatchedStore(site.store, name -> {
            if (name.startsWith("points/")) {
                atPoints.add(web.checkpointNames());
            }
        });
        ProtectedHost.Agent agent = site.process(watched, HypervisorFault.Plan.none(), ProtectedHost.protection("web"));
        Point first = agent.publish();
        web.write("vda", 2, 3);
        Point second = agent.publish();
        assertThat(atPoints.getLast()).containsExactly(checkpoint(first, "web"), checkpoint(second, "web"));
        assertThat(web.checkpointNames()).containsExactly(checkpoint(second, "web"));
    }

    @Test
    void whatIsZeroedIsRecordedAsZero() throws Exception {
        MachineInMemory web = site.running("web", 8 * MIB);
        web.write("vda", 1, 2000);
        ProtectedHost.Agent agent = site.process("web");
        Point _ = agent.publish();
        assertThat(web.write("vda", MIB, new byte[4 * MIB])).isTrue();
        Point _ = agent.publish();
        site.requireTruePoints(web);
        assertThat(web.views().getLast().disk("vda").reads()).isEmpty();
    }

    @Test
    void aGroupIsHeldTogetherAndThePauseIsReported() throws Exception {
        MachineInMemory web = site.running("web", 4 * MIB);
        MachineInMemory db = site.running("db", 4 * MIB);
        db.addDisk("vdb", 3 * MIB, TrackingKind.PERSISTENT);
        ProtectedHost.Agent agent = site.process("web", "db");
        web.write("vda", 1, 50);
        db.write("vdb", 2, 50);
        Point point = agent.publish();
        site.requireTruePoints(web, db);
        assertThat(point.manifest().groupConsistent()).isTrue();
        assertThat(agent.report().lastCycle().orElseThrow().pause()).isPresent();
        List<String> calls = site.host.calls();
        assertThat(calls.indexOf("suspend db")).isLessThan(calls.indexOf("beginCapture web"));
        assertThat(calls.indexOf("beginCapture db")).isLessThan(calls.indexOf("resume web"));
        assertThat(calls.indexOf("resume db")).isLessThan(calls.indexOf("endCapture web"));
        assertThat(web.state()).isEqualTo(dev.lifeboat.hypervisor.PowerState.RUNNING);
    }

    @Test
    void withoutTheGuardNothingIsHeld() throws Exception {
        MachineInMemory web = site.running("web", 4 * MIB);
        site.guard.isAbsent(true);
        ProtectedHost.Agent agent = site.process("web");
        java.time.Duration _ = agent.attempt();
        assertThat(agent.report().health()).isEqualTo(Health.STALLED);
        assertThat(agent.report().reason().orElseThrow()).contains("guard");
        assertThat(web.views()).isEmpty();
        site.guard.isAbsent(false);
        Point _ = agent.publish();
        assertThat(agent.report().health()).isEqualTo(Health.OK);
    }
}
