package dev.lifeboat.recovery.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.ImageInMemory;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that runs at home comes off its overlay, and nobody commits that a second time. */
@SuppressWarnings("NullAway.Init") // made before each test
class LiveCommitTest {

    private static final int SIZE = 4 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private HomeFixture home;
    private HostInMemory host;
    private InMemoryHypervisor hypervisor;
    private MachineId machine;
    private byte[] content;

    /** The overlay is a point, and a machine of a host in memory runs with images of the same names. */
    @BeforeEach
    void bringAMachineHome() throws Exception {
        home = new HomeFixture(folder, 1, ImageFormat.raw);
        content = HomeFixture.content(1, SIZE);
        home.writeOld(HomeFixture.content(2, SIZE));
        home.bring(home.put(content));
        Follow.handOver(home.disk);
        host = new HostInMemory(folder);
        hypervisor = new InMemoryHypervisor(host);
        MachineInMemory described = host.add("web");
        described.addDisk("vda", SIZE, DiskDescription.TrackingKind.PERSISTENT);
        machine = described.id();
        MachineDescription description = hypervisor.describe(machine);
        hypervisor.undefine(machine);
        ImageInMemory old = host.image(home.disk.image(), SIZE);
        ImageInMemory _ = host.image(home.disk.overlay(), old);
        hypervisor.place(hypervisor.adapt(
                description,
                new Adaptation(
                        "web",
                        "return",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("vda", home.disk.overlay()),
                        Map.of(),
                        folder)));
        hypervisor.start(machine, false);
    }

    @AfterEach
    void endTheHost() {
        host.close();
    }

    private CommitReport commit(InMemoryHypervisor through) throws InterruptedException {
        return new LiveCommit(through, home.time).commit(home.disk, machine, "vda", LIMIT);
    }

    private void assertOnTheOldDisk() throws Exception {
        assertThat(hypervisor.diskChain(machine, "vda").images())
                .containsExactly(home.disk.image().toString());
        assertThat(home.disk.overlay()).doesNotExist();
    }

    @Test
    void aMachineThatRunsIsOnItsOldDiskAfterwards() throws Exception {
        assertThat(commit(hypervisor).written()).isTrue();
        assertOnTheOldDisk();
        commit(hypervisor);
        assertOnTheOldDisk();
    }

    @Test
    void killedAtAnyCallItGoesOnAndNobodyElseMayCommit() throws Exception {
        for (int call = 1; call <= 2; call++) {
            for (HypervisorFault fault :
                    new HypervisorFault[] {HypervisorFault.CRASH_BEFORE, HypervisorFault.CRASH_AFTER}) {
                InMemoryHypervisor dying = new InMemoryHypervisor(host, HypervisorFault.Plan.at(call, fault));
                if (home.disk.overlay().toFile().exists()) {
                    assertThatThrownBy(() -> commit(dying)).isInstanceOf(HypervisorFault.Crash.class);
                    assertThatThrownBy(home::commit).is(HomeFixture.code(ErrorCode.RECOVERY_COMMIT_UNDER_WAY));
                }
            }
        }
        commit(hypervisor);
        assertOnTheOldDisk();
    }

    @Test
    void whereTheHypervisorIsBusyItIsWaitedFor() throws Exception {
        commit(new InMemoryHypervisor(host, HypervisorFault.Plan.first(2, "finishCommit", HypervisorFault.BUSY)));
        assertOnTheOldDisk();
    }

    @Test
    void aFailureOfTheHypervisorIsToldAndTheSameCallGoesOn() throws Exception {
        InMemoryHypervisor failing =
                new InMemoryHypervisor(host, HypervisorFault.Plan.at(1, HypervisorFault.UNREACHABLE));
        assertThatThrownBy(() -> commit(failing)).is(HomeFixture.code(ErrorCode.RECOVERY_HYPERVISOR_FAILED));
        commit(failing);
        assertOnTheOldDisk();
    }

    @Test
    void aDiskThatBecameSmallerOrHasNothingBeneathIsCommittedWithTheMachineOff() throws Exception {
        HomeDisk smaller = new HomeDisk("vda", home.disk.image(), ImageFormat.raw, folder.resolve("smaller"));
        Point point = home.put(Arrays.copyOf(content, SIZE / 2));
        home.follow().bring(smaller, point, Optional.empty(), offset -> {});
        HomeDisk alone = new HomeDisk("vda", folder.resolve("gone.raw"), ImageFormat.raw, folder.resolve("alone"));
        home.follow().bring(alone, point, Optional.empty(), offset -> {});
        LiveCommit live = new LiveCommit(hypervisor, home.time);
        for (HomeDisk disk : new HomeDisk[] {smaller, alone}) {
            assertThatThrownBy(() -> live.commit(disk, machine, "vda", LIMIT))
                    .is(HomeFixture.code(ErrorCode.RECOVERY_COMMIT_NOT_LIVE));
        }
    }
}
