package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.PowerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests that stand still since their disks could not be read, and others that stand still. */
@SuppressWarnings("NullAway.Init") // made before each test
class ResumingTest {

    private static final RecoveryOrder ORDER = RecoveryHost.order(Purpose.UNPLANNED);

    @TempDir
    private Path folder;

    private RecoveryHost host;
    private MachineInMemory web;
    private MachineInMemory db;

    @BeforeEach
    void start() throws Exception {
        host = new RecoveryHost(Files.createTempDirectory(folder, "r"));
        RecoveryReport _ = host.start(ORDER);
        web = host.machine("web");
        db = host.machine("db");
    }

    @AfterEach
    void end() {
        host.close();
    }

    private Recoveries agent() {
        return host.process(PlannedFault.none(), false);
    }

    private void readInVain(MachineInMemory machine) {
        host.disks.storeAnswers(false);
        assertThat(machine.read("vda", 0, 512)).isEmpty();
        assertThat(machine.state()).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);
    }

    @Test
    void aGuestGoesOnOnceItsStoreAnswersAndNotBefore() throws Exception {
        readInVain(web);
        assertThat(agent().resumePaused()).isEmpty();
        assertThat(web.state()).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);

        host.disks.storeAnswers(true);
        assertThat(agent().resumePaused()).containsExactly("web of shop");
        assertThat(web.state()).isEqualTo(PowerState.RUNNING);
        assertThat(web.read("vda", 0, 512)).hasSize(512);
        assertThat(agent().resumePaused()).isEmpty();
    }

    @Test
    void nobodyAsksTheStoreWhileNothingStandsStill() throws Exception {
        int before = host.disks.questions();
        assertThat(agent().resumePaused()).isEmpty();
        assertThat(host.disks.questions()).isEqualTo(before);
    }

    @Test
    void whatIsNotServedAnyMoreStandsStill() throws Exception {
        readInVain(web);
        host.disks.storeAnswers(true);
        host.disks.stop();
        assertThat(agent().resumePaused()).isEmpty();
        assertThat(web.state()).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);
    }

    @Test
    void whoWasSuspendedBySomebodyIsLeftAlone() throws Exception {
        web.suspend();
        readInVain(db);
        host.disks.storeAnswers(true);
        assertThat(agent().resumePaused()).containsExactly("db of shop");
        assertThat(web.state()).isEqualTo(PowerState.SUSPENDED);
    }

    @Test
    void aMachineThatHasBecomeTheHostsOwnIsLeftAlone() throws Exception {
        new InMemoryHypervisor(host.machines).settle(web.id());
        readInVain(web);
        host.disks.storeAnswers(true);
        assertThat(agent().resumePaused()).isEmpty();
        assertThat(web.state()).isEqualTo(PowerState.SUSPENDED_BY_DISK_ERROR);
    }

    @Test
    void aRecoveryThatIsBeingEndedIsLeftAlone() throws Exception {
        readInVain(web);
        host.disks.storeAnswers(true);
        RecoveryJournal journal =
                new RecoveryJournal(RecoveryFolder.of(host.recoveries, "shop").journal());
        journal.write(journal.read().orElseThrow().thatEnds());
        assertThat(agent().resumePaused()).isEmpty();
    }

    @Test
    void whoeverWorksOnTheRecoveryIsNotDisturbed() throws Exception {
        readInVain(web);
        host.disks.storeAnswers(true);
        try (RecoveryLock _ = RecoveryLock.take(RecoveryFolder.of(host.recoveries, "shop"))) {
            assertThat(agent().resumePaused()).isEmpty();
        }
        assertThat(agent().resumePaused()).containsExactly("web of shop");
    }

    @Test
    void theSameStartAgainResumesAllOfThemAndTellsIt() throws Exception {
        readInVain(web);
        readInVain(db);
        host.disks.storeAnswers(true);
        List<String> told = new ArrayList<>();
        RecoveryReport report = host.process().start(ORDER, told::add);
        host.requireStarted(ORDER, report);
        assertThat(told).filteredOn(line -> line.contains("stood still")).hasSize(2);
    }

    @Test
    void aMachineThatStoppedWhileAnotherWasWaitedForGoesOnToo() throws Exception {
        db.guest().answers(true);
        web.guest().answers(false);
        host.guestsBoot(false);
        List<String> told = new ArrayList<>();
        RecoveryReport report = host.process().start(ORDER, line -> {
            told.add(line);
            if (line.startsWith("web runs")) {
                readInVain(db);
                host.disks.storeAnswers(true);
                host.guestsBoot(true);
            }
        });
        host.requireStarted(ORDER, report);
        assertThat(told).anyMatch(line -> line.startsWith("db stood still"));
    }
}
