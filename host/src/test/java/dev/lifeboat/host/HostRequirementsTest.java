package dev.lifeboat.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostRequirementsTest {

    private static final HostUser ROOT = new HostUser("root", 0);
    private static final HostUser ANN = new HostUser("ann", 1000);

    @TempDir
    private Path folder;

    @Test
    void aBareHostLacksEverythingAndIsToldThePackages() {
        HostRequirements bare = new HostRequirements(HostRequirements.programs(new SearchPath(List.of(folder))));

        Shortage shortage = bare.missing(Need.LAB);

        assertThat(shortage.things()).contains("qemu-img", "virsh", "grub-mkimage", "mkfs.vfat", "sfdisk", "nsenter");
        assertThat(shortage.packages())
                .contains("qemu-system-x86", "libvirt-daemon-system", "dnsmasq-base", "dosfstools", "fdisk")
                .contains("nbdkit")
                .doesNotContain("shellcheck", "restic", "time")
                .doesNotHaveDuplicates();
        assertThatThrownBy(shortage::orThrow)
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PACKAGES_MISSING))
                .hasMessageContaining("qemu-utils");
        assertThat(bare.missing(Need.TEST).packages())
                .contains("shellcheck", "nbdkit", "libnbd-bin", "python3")
                .doesNotContain("restic");
        assertThat(bare.missing(Need.BENCH).packages())
                .containsExactly("e2fsprogs", "restic", "borgbackup", "qemu-utils", "time");
        assertThat(bare.missing(Need.LIVE_BENCH).packages())
                .contains("virtnbdbackup", "qemu-system-x86", "libvirt-daemon-system", "e2fsprogs", "time")
                .doesNotContain("restic", "debootstrap");
        assertThat(bare.missing(Need.EXPORT_BENCH).packages())
                .contains("fio", "libnbd-bin", "nbdkit", "qemu-utils", "libvirt-daemon-system")
                .doesNotContain("restic", "debootstrap", "virtnbdbackup");
        assertThat(shortage.packages()).doesNotContain("virtnbdbackup", "fio");
        assertThat(bare.missing(Need.BUILD).isEmpty()).isTrue();
        assertThat(bare.missing().isEmpty()).isTrue();
    }

    @Test
    void aProgramIsFoundInItsVersion() throws IOException, InterruptedException {
        Path tool = program("tool", "echo 'tool from tools-box 3.14.15 (2026)'; exit 1");

        HostFinding finding = check(new HostPiece("tool", "tools"), List.of(tool.toString()), Need.LAB)
                .look();

        assertThat(finding).isEqualTo(HostFinding.ok("tools", "3.14.15"));
    }

    @Test
    void aProgramThatCannotBeAskedIsAFinding() throws IOException, InterruptedException {
        Path tool = program("tool", "");
        Files.writeString(tool, "#!/nonexistent/interpreter\n");

        HostFinding finding = check(new HostPiece("tool", "tools"), List.of(tool.toString()), Need.LAB)
                .look();

        assertThat(finding.state()).isEqualTo(CheckState.MISSING);
        assertThat(finding.found()).contains("could not be started");
        assertThat(finding.remedy()).isEqualTo("Reinstall tools.");
        assertThat(finding.packages()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"TEST", "BENCH", "LIVE_BENCH", "EXPORT_BENCH"})
    void whatOnlyTestsOrBenchesNeedIsANote(Need need) throws InterruptedException {
        HostFinding finding =
                check(new HostPiece("tool", "tools"), List.of(), need).look();

        assertThat(finding)
                .isEqualTo(
                        new HostFinding("tools", CheckState.NOTE, "without tool", "Install tools.", List.of("tools")));
    }

    @Test
    void whatALabNeedsAsWellIsMissing() throws InterruptedException {
        HostCheck shared = new ProgramCheck(
                "tools",
                Set.of(Need.LAB, Need.BENCH),
                List.of(new HostPiece("tool", "tools")),
                List.of(),
                new SearchPath(List.of(folder)));

        assertThat(shared.look().state()).isEqualTo(CheckState.MISSING);
    }

    @Test
    void aFileThatIsNotAProgramIsNotFound() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("tool"), "not executable");

        assertThat(check(new HostPiece("tool", "tools"), List.of(), Need.LAB)
                        .look()
                        .state())
                .isEqualTo(CheckState.MISSING);
    }

    @Test
    void aFileIsLookedForWhereItBelongs() throws InterruptedException {
        assertThat(check(new HostPiece("/proc/self/status", "proc"), List.of(), Need.LAB)
                        .look()
                        .state())
                .isEqualTo(CheckState.OK);
        assertThat(check(new HostPiece("/proc/self/nothing", "proc"), List.of(), Need.LAB)
                        .look()
                        .packages())
                .containsExactly("proc");
    }

    @Test
    void whatSuHidesIsNotInstalledAgain() throws InterruptedException {
        // The search path is an empty folder; ldconfig stands in /usr/sbin on every Linux that we know.
        HostFinding finding = check(new HostPiece("ldconfig", "libc-bin"), List.of(), Need.LAB)
                .look();

        assertThat(finding.packages()).isEmpty();
        assertThat(finding.remedy()).matches("Add /\\S*sbin to the PATH, for ldconfig\\.");
    }

    @Test
    void anEmptyPathHasNoFolders() {
        assertThat(SearchPath.of("").folders()).isEmpty();
        assertThat(SearchPath.of("/a::/b").folders()).containsExactly(Path.of("/a"), Path.of("/b"));
    }

    @Test
    void aJdkOfTheRightAgeIsEnough() throws InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));

        HostFinding finding = new JdkCheck(home, Runtime.version(), Program.of("/nonexistent")).look();

        assertThat(finding.state()).isEqualTo(CheckState.OK);
        assertThat(finding.found()).contains(home.toString());
    }

    @Test
    void aJdkPackageIsNamedOnlyWhenThisHostOffersIt() throws InterruptedException {
        Program none = Program.of("printf", "openjdk-25-jdk-headless:\\n  Installed: (none)\\n  Candidate: (none)\\n");
        Program offered = Program.of("printf", "openjdk-25-jdk-headless:\\n  Candidate: 25.0.1+8-1\\n");
        Program unknown = Program.of("true");

        for (Program answer : List.of(none, unknown, Program.of("/nonexistent/apt-cache"))) {
            HostFinding finding = new JdkCheck(folder, Runtime.version(), answer).look();
            assertThat(finding.packages()).isEmpty();
            assertThat(finding.remedy()).isEqualTo(JdkAdvice.text());
            assertThat(finding.found()).endsWith("without a compiler");
        }
        HostFinding finding = new JdkCheck(folder, Runtime.version(), offered).look();
        assertThat(finding.packages()).containsExactly("openjdk-25-jdk-headless");
        assertThat(finding.remedy()).contains("25.0.1+8-1");
    }

    @Test
    void anOlderJdkIsNotEnough() throws InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));

        assertThat(new JdkCheck(home, Runtime.Version.parse("24.0.2"), Program.of("true"))
                        .look()
                        .state())
                .isEqualTo(CheckState.MISSING);
    }

    @Test
    void theAdviceIsTheLaunchersAdvice() throws IOException {
        Path file = Path.of(System.getProperty("lifeboat.root"), "scripts/jdk-advice.txt");

        assertThat(JdkAdvice.text())
                .isEqualTo(Files.readString(file))
                .contains("JAVA_HOME", "SDKMAN", "temurin-25-jdk");
    }

    @Test
    void rootIsNotedWhenAbsent() {
        assertThat(new RootCheck(ROOT).look().state()).isEqualTo(CheckState.OK);
        assertThat(new RootCheck(ANN).look().state()).isEqualTo(CheckState.NOTE);
        assertThat(HostUser.current().name()).isNotEmpty();
    }

    @Test
    void namespacesAreTriedByRootOnly() throws InterruptedException {
        Program refusing = Program.of("sh", "-c", "echo 'unshare: not permitted' >&2; exit 1");

        assertThat(new NamespacesCheck(ROOT, Program.of("true")).look().state()).isEqualTo(CheckState.OK);
        assertThat(new NamespacesCheck(ROOT, refusing).look().found()).isEqualTo("refused: unshare: not permitted");
        assertThat(new NamespacesCheck(ROOT, Program.of("/nonexistent")).look().state())
                .isEqualTo(CheckState.MISSING);
        assertThat(new NamespacesCheck(ANN, refusing).look().state()).isEqualTo(CheckState.NOTE);
    }

    @Test
    void spaceIsMeasuredAtTheNearestFolderThatExists() {
        Path deep = folder.resolve("not/there/yet");

        assertThat(new SpaceCheck("space", deep, new ByteCount(1)).look().state())
                .isEqualTo(CheckState.OK);
        HostFinding tight = new SpaceCheck("space", deep, new ByteCount(Long.MAX_VALUE)).look();
        assertThat(tight.state()).isEqualTo(CheckState.MISSING);
        assertThat(tight.remedy()).contains("8.0 EiB");
    }

    @Test
    void spaceIsAskedForOnlyForWhatIsStillToCome() throws IOException {
        Path images = folder.resolve("images");
        assertThat(HostRequirements.guestImagesToCome(images)).isEqualTo(HostRequirements.GUEST_IMAGES_SPACE);
        Files.createDirectories(images.resolve("building-base-1"));
        assertThat(HostRequirements.guestImagesToCome(images)).isEqualTo(HostRequirements.GUEST_IMAGES_SPACE);
        Files.createFile(Files.createDirectory(images.resolve("base-1")).resolve("contents"));
        assertThat(HostRequirements.guestImagesToCome(images)).isEqualTo(new ByteCount(0));

        Path labs = folder.resolve("labs");
        assertThat(HostRequirements.labToCome(labs)).isEqualTo(HostRequirements.LAB_SPACE);
        Path disks = Files.createDirectories(labs.resolve("demo/primary-1/lib/images"));
        assertThat(HostRequirements.labToCome(labs)).isEqualTo(HostRequirements.LAB_SPACE);
        Files.createFile(disks.resolve("web.qcow2"));
        assertThat(HostRequirements.labToCome(labs)).isLessThan(HostRequirements.LAB_SPACE);
    }

    private HostCheck check(HostPiece piece, List<String> versionQuestion, Need need) {
        return new ProgramCheck(
                "tools", Set.of(need), List.of(piece), versionQuestion, new SearchPath(List.of(folder)));
    }

    private Path program(String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
