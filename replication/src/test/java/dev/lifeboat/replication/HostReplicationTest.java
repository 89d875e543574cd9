package dev.lifeboat.replication;

import static dev.lifeboat.replication.ProtectedHost.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.Point;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The replication of a host, with its threads. */
@Timeout(120)
class HostReplicationTest {

    @TempDir
    Path folder;

    private ProtectedHost site;
    private HostReplication replication;
    private MachineInMemory web;

    @BeforeEach
    void setUp() {
        site = new ProtectedHost(folder);
        web = site.running("web", 2 * MIB);
        replication = new HostReplication(site.context(new InMemoryHypervisor(site.host), site.store));
    }

    @AfterEach
    void tearDown() {
        replication.close();
        assertThat(site.guard.heldUnarmed()).isEmpty();
        assertThat(web.captured()).isFalse();
        site.close();
    }

    private static void awaitThat(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private int points() {
        return site.points().size();
    }

    @Test
    void pointsAppearOneAfterTheOtherUntilItIsClosed() throws Exception {
        replication.protect(List.of(ProtectedHost.protection("web")));
        awaitThat(() -> points() >= 3);
        assertThat(replication.reports()).singleElement().satisfies(report -> {
            assertThat(report.group()).isEqualTo(ProtectedHost.GROUP);
            assertThat(report.newest()).isPresent();
            assertThat(report.lag()).isPresent();
        });
        replication.close();
        int then = points();
        web.write("vda", 1, 3);
        site.time.pass(java.time.Duration.ofHours(1));
        assertThat(points()).isEqualTo(then);
        site.requireTruePoints(web);
    }

    @Test
    void aReleasedMachineIsFreeAndIsComparedWhenItComesBack() throws Exception {
        replication.protect(List.of(ProtectedHost.protection("web")));
        awaitThat(() -> points() >= 1);
        replication.release("web");
        assertThat(web.checkpointNames()).isEmpty();
        awaitThat(() -> replication.reports().getFirst().health() == Health.BLOCKED);
        int then = points();
        replication.resume("web");
        // The vault has a point before the report speaks of it.
        awaitThat(() -> replication.reports().getFirst().health() == Health.OK);
        assertThat(points()).isGreaterThan(then);
        assertThat(replication.reports().getFirst().resyncs()).hasSize(1);
        Point newest = site.newest().orElseThrow();
        assertThat(newest.id().epoch()).isEqualTo(1);
    }

    @Test
    void whatMakesNoSenseIsRefusedAsAWhole() {
        MachineInMemory db = site.running("db", MIB);
        assertThat(db.captured()).isFalse();
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> replication.protect(List.of(ProtectedHost.protection("web", "nobody"))))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.REPL_MACHINE_UNKNOWN));
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> replication.protect(List.of(ProtectedHost.protection("web", "web"))))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.REPL_MACHINE_TWICE));
        assertThatExceptionOfType(LifeboatException.class)
                .isThrownBy(() -> replication.release("web"))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.REPL_NOT_PROTECTED));
        assertThat(replication.reports()).isEmpty();
    }
}
