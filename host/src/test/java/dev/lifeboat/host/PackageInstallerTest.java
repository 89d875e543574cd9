package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package manager here is a script that writes down how it was called and what it saw. */
class PackageInstallerTest {

    private static final HostUser ROOT = new HostUser("root", 0);
    private static final OperatingSystem DEBIAN = new OperatingSystem("Debian", "debian", "");

    @TempDir
    private Path folder;

    private Path policy;
    private Path preset;
    private Path journal;
    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void layOut() {
        policy = folder.resolve("policy-rc.d");
        preset = folder.resolve("presets/00-lifeboat.preset");
        journal = folder.resolve("journal");
    }

    @Test
    void updatesOnceThenInstallsWithServicesHeldBack() throws IOException, InterruptedException {
        installer("echo 'Reading lists'; echo 'Unpacking qemu-utils ...'; exit 0")
                .install(List.of("qemu-utils", "fdisk"), progress::add);

        assertThat(journal).hasContent("""
                        --configure -a noninteractive policy=101 preset=disable *
                        update noninteractive policy=101 preset=disable *
                        install -y --no-install-recommends qemu-utils fdisk noninteractive policy=101 preset=disable *
                        """);
        assertThat(progress)
                .containsExactly(
                        "Installing qemu-utils fdisk",
                        "Updating the lists of packages",
                        "  Unpacking qemu-utils ...",
                        "Installed qemu-utils fdisk");
        assertThat(policy).doesNotExist();
        assertThat(preset).doesNotExist();
    }

    @Test
    void aFailureIsToldInAptsWordsAndLeavesNoBan() throws IOException {
        PackageInstaller failing = installer("[ $1 != install ] || { echo 'E: no space left' >&2; exit 100; }");

        assertThatThrownBy(() -> failing.install(List.of("fdisk"), progress::add))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_INSTALL_FAILED))
                .hasMessageContaining("E: no space left");
        assertThat(policy).doesNotExist();
        assertThat(preset).doesNotExist();
    }

    @Test
    void goesOnWhenTheListsCannotBeUpdated() throws IOException, InterruptedException {
        installer("[ $1 != update ] || { echo 'E: no such host' >&2; exit 100; }")
                .install(List.of("fdisk"), progress::add);

        assertThat(progress)
                .anyMatch(line -> line.startsWith("Going on with the lists at hand:") && line.contains("no such host"));
        assertThat(progress).endsWith("Installed fdisk");
    }

    @Test
    void aPolicyOfTheAdministratorStays() throws IOException, InterruptedException {
        Files.writeString(policy, "#!/bin/sh\nexit 101\n");
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));

        installer("exit 0").install(List.of("fdisk"), progress::add);

        assertThat(policy).hasContent("#!/bin/sh\nexit 101\n");
    }

    @Test
    void aBanThatAKilledProcessLeftGoesAwayWithTheNext() throws IOException, InterruptedException {
        leaveABan();

        installer("exit 0").install(List.of("fdisk"), progress::add);

        assertThat(policy).doesNotExist();
        assertThat(preset).doesNotExist();
    }

    @Test
    void aBanThatAKilledProcessLeftGoesAwayEvenWhenNothingIsMissing() throws IOException, InterruptedException {
        PackageInstaller installer = installer("exit 0");
        assertThat(installer.wasKilled()).isFalse();
        leaveABan();
        assertThat(installer.wasKilled()).isTrue();

        installer.install(List.of(), progress::add);

        assertThat(policy).doesNotExist();
        assertThat(preset).doesNotExist();
        assertThat(journal)
                .as("finished while services were still held back")
                .hasContent("--configure -a noninteractive policy=101 preset=disable *\n");
        assertThat(progress)
                .containsExactly(
                        "Installing the rest of a killed installation", "Installed the rest of a killed installation");
        assertThat(installer.wasKilled()).isFalse();
    }

    @Test
    void aBanThatWasLeftIsNotedAndThatOfTheAdministratorIsNot() throws IOException {
        ServiceStartCheck check = new ServiceStartCheck(policy, preset);
        assertThat(check.look().state()).isEqualTo(CheckState.OK);

        Files.writeString(policy, "#!/bin/sh\nexit 101\n");
        assertThat(check.look().state()).isEqualTo(CheckState.OK);

        Files.delete(policy);
        leaveABan();
        assertThat(check.look().state()).isEqualTo(CheckState.NOTE);
        assertThat(check.look().found()).contains(policy.toString(), preset.toString());
        assertThat(check.look().remedy()).contains("lifeboat doctor --fix");
    }

    @Test
    void packagesThatCannotBeFinishedAreLeftToTheInstallation() throws IOException, InterruptedException {
        installer("[ $1 != --configure ] || { echo 'dpkg: error: locked' >&2; exit 2; }")
                .install(List.of("fdisk"), progress::add);

        assertThat(progress).anyMatch(line -> line.startsWith("Going on:") && line.contains("locked"));
        assertThat(progress).endsWith("Installed fdisk");
    }

    @Test
    void aBanThatCannotBePlacedStopsTheInstallation() throws IOException {
        policy = folder.resolve("nowhere/policy-rc.d");
        PackageInstaller installer = installer("exit 0");

        assertThatThrownBy(() -> installer.install(List.of("fdisk"), progress::add))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_INSTALL_FAILED));
        assertThat(journal).doesNotExist();
    }

    @Test
    void installsNothingWhereItMayNot() throws IOException {
        Program apt = apt("exit 0");
        OperatingSystem fedora = new OperatingSystem("Fedora Linux 43", "fedora", "");
        PackageInstaller elsewhere = new PackageInstaller(fedora, ROOT, apt, apt, policy, preset);
        PackageInstaller plain = new PackageInstaller(DEBIAN, new HostUser("ann", 1000), apt, apt, policy, preset);

        assertThatThrownBy(() -> elsewhere.install(List.of("fdisk"), progress::add))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_NOT_DEBIAN))
                .hasMessageContaining("Fedora Linux 43");
        assertThatThrownBy(() -> plain.install(List.of("fdisk"), progress::add))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_NOT_ROOT));
        assertThat(journal).doesNotExist();
    }

    @Test
    void noPackagesAreNoWork() throws IOException, InterruptedException {
        installer("exit 1").install(List.of(), progress::add);

        assertThat(progress).isEmpty();
    }

    @Test
    void readsTheDistributionFromItsFile() throws IOException {
        Path file = Files.writeString(
                folder.resolve("os-release"),
                "PRETTY_NAME=\"Linux Mint 22\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n# x\n");

        OperatingSystem mint = OperatingSystem.read(file);

        assertThat(mint).isEqualTo(new OperatingSystem("Linux Mint 22", "linuxmint", "ubuntu debian"));
        assertThat(mint.isDebianOrUbuntu()).isTrue();
        assertThat(OperatingSystem.read(folder.resolve("none")).isDebianOrUbuntu())
                .isFalse();
    }

    private PackageInstaller installer(String script) throws IOException {
        Program packages = apt(script);
        return new PackageInstaller(DEBIAN, ROOT, packages, packages, policy, preset);
    }

    /** As a process does that is killed while it installs. */
    private void leaveABan() throws IOException {
        ServiceStartBan ban = ServiceStartBan.place(policy, preset);
        String policyText = Files.readString(policy);
        String presetText = Files.readString(preset);
        ban.close();
        Files.writeString(policy, policyText);
        Files.writeString(preset, presetText);
    }

    private Program apt(String script) throws IOException {
        String noting = """
                #!/bin/sh
                %s; policy=$?
                echo "$* $DEBIAN_FRONTEND policy=$policy preset=$(tail -n 1 %s)" >>%s
                %s
                """.formatted(policy, preset, journal, script);
        Path file = Files.writeString(folder.resolve("apt-get"), noting);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Program.of(file.toString());
    }
}
