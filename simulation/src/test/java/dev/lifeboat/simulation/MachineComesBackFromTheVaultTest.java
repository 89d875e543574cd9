package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole way of a machine, with real parts: a running guest is captured through libvirt's pull backup into a vault
 * in a folder; its site is lost; it boots at the recovery site from the vault, over NBD, and goes on writing.
 */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachineComesBackFromTheVaultTest {

    private static final String IMAGES_INSIDE = "/var/lib/libvirt/images/";
    private static final List<String> DISKS = List.of("vda", "vdb");
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(4);
    private static final Duration SERVE_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Timekeeper time = new SystemTimekeeper();
    private TestLab lab;
    private String vault;

    @BeforeAll
    void bringItUp() throws IOException, InterruptedException {
        lab = TestLab.named("vault");
        lab.succeed("up", "--only", "scribe");
        vault = "file://" + lab.scratch("vault");
        Files.writeString(lab.scratch("passphrase"), "correct horse\n");
        vaultCommand("init", vault, "--passphrase-file", scratch("passphrase"), "--kit", scratch("kit"), "--yes");
        vaultCommand(
                "credentials", "--vault", vault, "--passphrase-file", scratch("passphrase"), "--out", scratch("agent"));
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    void aMachineThatLostItsSiteBootsFromItsPointAndKeepsEveryAnnouncedRecord() throws Exception {
        String definition =
                virsh(LabHost.PRIMARY_1, "dumpxml", "--inactive", "scribe").ask();
        long announced = lab.status().path("scribe").path("last").asLong();
        String point = capture();
        lab.succeed("power-off", "primary");

        Path exported = lab.scratch("vdb.raw");
        vaultCommand("export", "--vault", vault, "--kit", scratch("kit"), point, "--disk", "vdb", exported.toString());
        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", exported.toString())
                .with("--announced", Long.toString(announced))
                .run();
        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();

        Process export = serve(point);
        try {
            start(definition);
            assertThat(time.await(BOOT_LIMIT, LOOK_AGAIN, () -> lastRecordAtRecovery() > announced))
                    .as("the recovered machine went on after record %d", announced)
                    .isTrue();
            virsh(LabHost.RECOVERY_1, "destroy", "scribe").ask();
        } finally {
            export.destroy();
            export.waitFor();
        }
    }

    /** A point of the running machine, by libvirt's pull backup. */
    private String capture() throws IOException, InterruptedException {
        // QEMU makes the socket, and is not root.
        Path folder = Files.createDirectory(lab.file(LabHost.PRIMARY_1, "lib/images/backup"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        StringBuilder disks = new StringBuilder();
        for (String disk : DISKS) {
            disks.append("<disk name='%s' backup='yes' type='file'><scratch file='%sbackup-%s.scratch'/></disk>"
                    .formatted(disk, IMAGES_INSIDE, disk));
        }
        String backup =
                "<domainbackup mode='pull'><server transport='unix' socket='%sbackup/nbd.sock'/><disks>%s</disks>"
                                .formatted(IMAGES_INSIDE, disks)
                        + "</domainbackup>";
        virsh(LabHost.PRIMARY_1, "backup-begin", "scribe", "/dev/stdin")
                .reading(backup)
                .ask();
        try {
            Path socket = lab.file(LabHost.PRIMARY_1, "lib/images/backup/nbd.sock");
            String imported = vaultCommand(
                    "import",
                    "--vault",
                    vault,
                    "--credentials",
                    scratch("agent"),
                    "--machine",
                    "scribe",
                    "--disk",
                    "vda=nbd+unix:///vda?socket=" + socket,
                    "--disk",
                    "vdb=nbd+unix:///vdb?socket=" + socket,
                    "--output",
                    "json");
            return JsonMapper.shared().readTree(imported).path("point").asString();
        } finally {
            virsh(LabHost.PRIMARY_1, "domjobabort", "scribe").ask();
        }
    }

    private Process serve(String point) throws InterruptedException {
        Path socket = lab.file(LabHost.RECOVERY_1, "lib/images/point.sock");
        Process export = TestLab.lifeboat("vault", "serve", "--vault", vault, "--kit", scratch("kit"), point)
                .with("--socket", socket.toString(), "--socket-permissions", "rw-rw-rw-")
                .start();
        assertThat(time.await(SERVE_LIMIT, LOOK_AGAIN, () -> Files.exists(socket)))
                .as("the export is there")
                .isTrue();
        return export;
    }

    /** The machine as it was defined at home, each disk an overlay over the point. */
    private void start(String definition) throws InterruptedException {
        JsonNode shown = JsonMapper.shared()
                .readTree(vaultCommand(
                        "export",
                        "--vault",
                        vault,
                        "--kit",
                        scratch("kit"),
                        "scribe@1-1",
                        "--disk",
                        "vda",
                        scratch("vda.raw"),
                        "--output",
                        "json"));
        for (String disk : DISKS) {
            long size = disk.equals("vda")
                    ? shown.path("size").asLong()
                    : lab.scratch("vdb.raw").toFile().length();
            Path overlay = lab.file(LabHost.RECOVERY_1, "lib/images/scribe-%s.qcow2".formatted(disk));
            Program.of("qemu-img", "create", "-q", "-u", "-f", "qcow2", "-F", "raw")
                    .with("-b", "nbd+unix:///%s?socket=%spoint.sock".formatted(disk, IMAGES_INSIDE))
                    .with(overlay.toString(), Long.toString(size))
                    .ask();
        }
        virsh(LabHost.RECOVERY_1, "define", "/dev/stdin").reading(definition).ask();
        virsh(LabHost.RECOVERY_1, "start", "scribe").ask();
    }

    /** The last record that the recovered machine announces; 0 while it does not answer. */
    private long lastRecordAtRecovery() {
        try {
            return NetworkNamespace.of(lab.containerId("recovery")).call(() -> {
                try (HttpClient client = HttpClient.newBuilder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .build()) {
                    HttpRequest question = HttpRequest.newBuilder(URI.create("http://10.30.0.12/last"))
                            .timeout(Duration.ofSeconds(2))
                            .build();
                    String answer = client.send(question, HttpResponse.BodyHandlers.ofString())
                            .body();
                    return Long.parseLong(answer.strip());
                }
            });
        } catch (Exception e) {
            return 0;
        }
    }

    private Program virsh(LabHost host, String... arguments) {
        return Program.of("virsh", "-c", "qemu+unix:///system?socket=" + lab.file(host, "run/libvirt-sock"))
                .with(arguments);
    }

    private String vaultCommand(String... arguments) throws InterruptedException {
        ProgramRun run = TestLab.lifeboat("vault").with(arguments).run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return run.output();
    }

    private String scratch(String file) {
        return lab.scratch(file).toString();
    }
}
