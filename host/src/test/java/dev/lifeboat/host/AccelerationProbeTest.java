package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccelerationProbeTest {

    private static final Program QEMU = Program.of("qemu-system-x86_64");
    private static final Path NO_DEVICE = Path.of("/nonexistent/kvm");
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void theSectorIsABootSector() {
        byte[] sector = ProbeSector.bytes();

        assertThat(sector).hasSize(512).endsWith(0x55, 0xaa);
        assertThat(sector[0xa0]).as("the limit of the GDT").isEqualTo((byte) (3 * 8 - 1));
    }

    @Test
    void theSameGuestRunsUnderTcg() throws InterruptedException {
        assumeTrue(
                SearchPath.of(System.getenv("PATH"))
                        .folderOf("qemu-system-x86_64")
                        .isPresent(),
                "qemu-system-x86_64 (package qemu-system-x86) is needed");

        Acceleration acceleration = probe(QEMU, NO_DEVICE).probe();

        assertThat(acceleration.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(acceleration.kvm()).isEqualTo("no /nonexistent/kvm");
    }

    /** Seen on hosts that are virtual machines themselves: /dev/kvm opens, and the guest never gets to its end. */
    @Test
    void aKvmThatGetsNowhereIsGivenUpInItsTimeAndKilled(@TempDir Path folder) throws IOException, InterruptedException {
        Path device = Files.createFile(folder.resolve("kvm"));
        Path guest = folder.resolve("guest");
        Program hangs = Program.of("sh", "-c", """
                case $2 in
                tcg) exit %d ;;
                kvm) echo $$ >%s; exec sleep 60 ;;
                esac
                """.formatted(ProbeSector.SUCCESS, guest), "qemu");

        Acceleration acceleration = probe(hangs, device).probe();

        assertThat(acceleration.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(acceleration.kvm()).isEqualTo("%s opens, but a guest gets nowhere in 1 s".formatted(device));
        assertThat(acceleration.took()).isBetween(SHORT, Duration.ofSeconds(30));
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(guest).strip())))
                .as("the guest that hung")
                .isEmpty();
    }

    @Test
    void aQemuThatBootsNothingIsNotTakenForAMissingKvm() {
        AccelerationProbe probe = probe(Program.of("false"), NO_DEVICE);

        assertThatThrownBy(probe::probe)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PROGRAM_FAILED));
    }

    @Test
    void withoutQemuNothingIsSaidAboutKvm() throws InterruptedException {
        AccelerationProbe probe = probe(Program.of("/nonexistent/qemu"), NO_DEVICE);

        assertThat(new AccelerationCheck(probe).look())
                .isEqualTo(HostFinding.note("acceleration", "not probed: no QEMU", "Install QEMU first."));
    }

    private static AccelerationProbe probe(Program qemu, Path device) {
        return new AccelerationProbe(new SystemTimekeeper(), qemu, device, SHORT);
    }
}
