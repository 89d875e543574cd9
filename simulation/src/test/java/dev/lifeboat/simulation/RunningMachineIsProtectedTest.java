package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import dev.lifeboat.replication.HostReplication;
import dev.lifeboat.replication.Protection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A real machine under a real libvirt, protected every few seconds: every point has what scribe had announced before
 * it, also after its QEMU was killed.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningMachineIsProtectedTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Protection SCRIBE = new Protection(
            "scribe", List.of("scribe"), Duration.ofSeconds(5), Optional.empty(), Set.of(), 256L << 20, true);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private ProtectedLab guarded;
    private Hypervisor hypervisor;
    private HostReplication replication;

    @BeforeAll
    void bringItUp() throws Exception {
        lab = TestLab.named("live");
        lab.succeed("up", "--only", "scribe");
        guarded = new ProtectedLab(lab);
        hypervisor = lab.hypervisor(LabHost.PRIMARY_1);
        replication = guarded.replication(hypervisor);
        replication.protect(List.of(SCRIBE));
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        if (replication != null) {
            replication.close();
        }
        if (hypervisor != null) {
            hypervisor.close();
        }
        lab.takeDown();
    }

    private GroupReport report() {
        return replication.reports().getFirst();
    }

    private void awaitThat(BooleanSupplier condition) throws InterruptedException {
        assertThat(time.await(LIMIT, LOOK_AGAIN, condition)).as("%s", report()).isTrue();
    }

    /** A point whose content is younger than now. */
    private String freshPoint() throws InterruptedException {
        java.time.Instant now = time.instant();
        awaitThat(() ->
                report().newestStarted().filter(started -> started.isAfter(now)).isPresent());
        return report().newest().orElseThrow();
    }

    private void requireEveryAnnouncedRecord(String point, long announced) throws Exception {
        Path exported = guarded.export(point, "vdb");
        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", exported.toString())
                .with("--announced", Long.toString(announced))
                .run();
        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
        Files.delete(exported);
    }

    /** The last record that scribe has announced; waits while it boots. */
    private long announced() throws InterruptedException {
        long[] last = new long[1];
        awaitThat(() -> {
            last[0] = lastRecord();
            return last[0] > 0;
        });
        return last[0];
    }

    private long lastRecord() {
        try {
            return lab.status().path("scribe").path("last").asLong(0);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Order(1)
    void everyPointHasWhatWasAnnouncedBeforeIt() throws Exception {
        for (int round = 0; round < 3; round++) {
            long announced = announced();
            requireEveryAnnouncedRecord(freshPoint(), announced);
        }
        assertThat(report().health()).as("%s", report()).isEqualTo(Health.OK);
        assertThat(report().resyncs()).isEmpty();
        assertThat(report().lag().orElseThrow()).isLessThan(Duration.ofSeconds(20));
        // What changed, and not the disks.
        assertThat(report().lastCycle().orElseThrow().readBytes()).isLessThan(64L << 20);
    }

    @Test
    @Order(2)
    void aKilledQemuMeansAResyncWithItsReasonAndTheHistoryGoesOn() throws Exception {
        String before = report().newest().orElseThrow();
        for (long qemu : ScribeLosesPowerTest.holdersOf(lab.file(LabHost.PRIMARY_1, "lib/images/scribe-vdb.qcow2"))) {
            TestLab.signal("KILL", qemu);
        }
        awaitThat(() -> !isRunning());
        String _ = virsh("start", "scribe");
        awaitThat(
                () -> report().newest().filter(newest -> !newest.equals(before)).isPresent());
        long announced = announced();
        requireEveryAnnouncedRecord(freshPoint(), announced);
        assertThat(report().newest().orElseThrow()).startsWith("scribe@1-");
        assertThat(report().health()).as("%s", report()).isEqualTo(Health.OK);
        assertThat(report().resyncs()).as("%s", report()).isNotEmpty();
    }

    private boolean isRunning() {
        try {
            return virsh("domstate", "scribe").contains("running");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String virsh(String... arguments) throws InterruptedException {
        return lab.virsh(LabHost.PRIMARY_1, arguments).ask();
    }
}
