package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AccelerationProbeTest {

    private static final Program QEMU = Program.of("qemu-system-x86_64");
    private static final Path NO_DEVICE = Path.of("/nonexistent/kvm");

    @Test
    void theSectorIsABootSector() {
        byte[] sector = ProbeSector.bytes();

        assertThat(sector).hasSize(512).endsWith(0x55, 0xaa);
        assertThat(sector[0xa0]).as("the limit of the GDT").isEqualTo((byte) (3 * 8 - 1));
    }

    @Test
    void theSameGuestRunsUnderTcg() throws InterruptedException {
        assumeThat(SearchPath.of(System.getenv("PATH")).folderOf("qemu-system-x86_64"))
                .isPresent();

        Acceleration acceleration = new AccelerationProbe(new SystemTimekeeper(), QEMU, NO_DEVICE).probe();

        assertThat(acceleration.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(acceleration.kvm()).isEqualTo("no /nonexistent/kvm");
    }

    @Test
    void theVerdictComesInBoundedTime() throws InterruptedException {
        assumeThat(SearchPath.of(System.getenv("PATH")).folderOf("qemu-system-x86_64"))
                .isPresent();

        Acceleration acceleration = new AccelerationProbe(new SystemTimekeeper()).probe();

        assertThat(acceleration.took()).isLessThan(AccelerationProbe.KVM_LIMIT.plus(AccelerationProbe.CONTROL_LIMIT));
        assertThat(acceleration.kvm()).isNotEmpty();
    }

    @Test
    void aQemuThatBootsNothingIsNotTakenForAMissingKvm() {
        AccelerationProbe probe = new AccelerationProbe(new SystemTimekeeper(), Program.of("false"), NO_DEVICE);

        assertThatThrownBy(probe::probe)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PROGRAM_FAILED));
    }

    @Test
    void withoutQemuNothingIsSaidAboutKvm() throws InterruptedException {
        AccelerationProbe probe =
                new AccelerationProbe(new SystemTimekeeper(), Program.of("/nonexistent/qemu"), NO_DEVICE);

        assertThat(new AccelerationCheck(probe).look())
                .isEqualTo(HostFinding.note("acceleration", "not probed: no QEMU", "Install QEMU first."));
    }
}
