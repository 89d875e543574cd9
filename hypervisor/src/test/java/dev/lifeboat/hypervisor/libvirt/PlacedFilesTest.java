package dev.lifeboat.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.HostUser;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside the disks of a placed machine, at every step of its life. */
@SuppressWarnings("NullAway.Init") // the folder is made by JUnit
final class PlacedFilesTest {

    private static final String UUID = "6f2f6c0e-0000-4000-8000-000000000001";
    private static final Path STATE = DomainDefinition.TPM_STATES.resolve(UUID);
    private static final QemuAccount QEMU = new QemuAccount(1234, 2345);
    private static final DomainDefinition MACHINE = DomainDefinition.parse("""
            <domain><uuid>%s</uuid><os><nvram>/run-1/a_VARS.fd</nvram></os>
            <devices><tpm><backend type='emulator' version='2.0'/></tpm></devices></domain>
            """.formatted(UUID));
    private static final Map<String, byte[]> FILES =
            Map.of("nvram", new byte[] {1}, "tpm/tpm2-00.permall", new byte[] {2, 2});

    @TempDir
    private Path root;

    private PlacedFiles placed;

    @BeforeEach
    void makeAHost() throws IOException {
        assumeTrue(HostUser.current().isRoot(), "files are given to other accounts, which root alone can do");
        placed = new PlacedFiles(this::here);
        Files.createDirectories(here(Path.of("/run-1")));
        write("/etc/passwd", "root:x:0:0::/:/bin/sh\ntss:x:777:0::/:/bin/false\nswtpm:x:888:0::/:/bin/false\n");
        write("/etc/group", "root:x:0:\ntss:x:778:\nswtpm:x:889:\n");
    }

    @Test
    void eachFileBelongsToWhoUsesIt() throws Exception {
        placed.put(MACHINE, FILES, QEMU);
        placed.put(MACHINE, FILES, QEMU);
        assertThat(all()).containsExactly("/run-1/a_VARS.fd", STATE + "/lifeboat", STATE + "/tpm2/tpm2-00.permall");
        assertThat(owner("/run-1/a_VARS.fd")).isEqualTo("1234:2345 rw-------");
        assertThat(owner(STATE + "/tpm2")).isEqualTo("777:778 rwx------");
        assertThat(owner(STATE + "/tpm2/tpm2-00.permall")).isEqualTo("777:778 rw-------");
    }

    @Test
    void theAccountOfEmulatedTpmsIsTheConfiguredOne() throws Exception {
        write("/etc/libvirt/qemu.conf", "#swtpm_user = \"root\"\n swtpm_user = \"swtpm\"\nswtpm_group = \"+99\"\n");
        placed.put(MACHINE, FILES, QEMU);
        assertThat(owner(STATE + "/tpm2")).isEqualTo("888:99 rwx------");
    }

    @Test
    void whatLayThereBeforeComesBack() throws Exception {
        write(STATE + "/tpm2/tpm2-00.permall", "of the machine that was here once");
        placed.put(MACHINE, FILES, QEMU);
        placed.put(MACHINE, FILES, QEMU);
        assertThat(Files.readAllBytes(here(STATE.resolve("tpm2/tpm2-00.permall"))))
                .containsExactly(2, 2);
        placed.clear(STATE);
        placed.clear(STATE);
        assertThat(here(STATE.resolve("tpm2/tpm2-00.permall"))).hasContent("of the machine that was here once");
        assertThat(all()).noneMatch(path -> path.contains(".before") || path.contains("/lifeboat"));
    }

    @Test
    void stateThatIsNotInThePointIsNotThatOfAnotherMachineEither() throws Exception {
        write(STATE + "/tpm2/tpm2-00.permall", "of the machine that was here once");
        placed.put(MACHINE, Map.of(), QEMU);
        assertThat(here(STATE)).doesNotExist();
        placed.clear(STATE);
        assertThat(here(STATE)).exists();
    }

    @Test
    void twoStatesOfWhichNoneIsOursAreLeftToAPerson() throws Exception {
        write(STATE + "/tpm2/tpm2-00.permall", "one");
        write(STATE + ".before/tpm2/tpm2-00.permall", "another");
        List<String> before = all();
        refused(Kind.WRONG_STATE, FILES);
        assertThat(all()).containsAll(before);
    }

    @Test
    void settledFilesAreTheMachinesOwn() throws Exception {
        write(STATE + "/tpm2/tpm2-00.permall", "of the machine that was here once");
        placed.put(MACHINE, FILES, QEMU);
        placed.settle(STATE);
        placed.settle(STATE);
        placed.clear(STATE);
        assertThat(all()).containsExactly("/run-1/a_VARS.fd", STATE + "/tpm2/tpm2-00.permall");
    }

    @Test
    void aNameThatLeadsOutOfTheFolderIsRefused() throws Exception {
        for (String name : List.of("tpm/../../../../evil", "tpm/", "tpm/.lock", "tpm/a/b")) {
            refused(Kind.UNSUPPORTED, Map.of(name, new byte[] {6}));
        }
        assertThat(all()).noneMatch(path -> path.contains("evil"));
    }

    private void refused(Kind kind, Map<String, byte[]> files) {
        assertThatThrownBy(() -> placed.put(MACHINE, files, QEMU))
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    private Path here(Path path) {
        return root.resolve(Path.of("/").relativize(path));
    }

    private void write(String path, String content) throws IOException {
        Path file = here(Path.of(path));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String owner(String path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(here(Path.of(path)), "unix:uid,gid,permissions");
        return "%s:%s %s"
                .formatted(
                        attributes.get("uid"),
                        attributes.get("gid"),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(here(Path.of(path)))));
    }

    /** All files but the host's own. */
    private List<String> all() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> "/" + root.relativize(file))
                    .filter(file -> !file.startsWith("/etc"))
                    .sorted()
                    .toList();
        }
    }
}
