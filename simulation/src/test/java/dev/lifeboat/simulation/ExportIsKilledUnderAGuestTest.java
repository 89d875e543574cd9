package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemRandomness;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.lab.LabHost;
import dev.lifeboat.lab.scribe.ScribeClient;
import dev.lifeboat.lab.shop.PlainHttp;
import dev.lifeboat.lab.shop.ShopAddress;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.recovery.export.BootTrace;
import dev.lifeboat.recovery.export.ExportFiles;
import dev.lifeboat.recovery.export.ExportOrder;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.export.RunningExport;
import dev.lifeboat.recovery.overlay.Overlay;
import dev.lifeboat.recovery.relay.RelayStarter;
import dev.lifeboat.recovery.relay.RunningRelay;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.RecoveryKit;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scribe runs at the recovery site from its point: overlay, relay, export. While it writes and reads, the export is
 * killed and started again, as its agent would.
 */
@NeedsLab
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportIsKilledUnderAGuestTest {

    private static final String IMAGES_INSIDE = "/var/lib/libvirt/images/";
    private static final String FOLDER = "recovered";
    private static final Account QEMU = new Account("libvirt-qemu", "kvm");
    private static final ByteCount CACHE = ByteCount.ofMebibytes(256);
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(4);
    private static final Duration GOES_ON_LIMIT = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(ExportIsKilledUnderAGuestTest.class);
    private static final int HTTP = 80;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Timekeeper time = new SystemTimekeeper();
    private final RandomGenerator random = SystemRandomness.secure();
    private final ExportStarter exports =
            new ExportStarter("dev.lifeboat.distribution.Lifeboat", TestLab.ASSEMBLED + "/*", time);
    private final RelayStarter relays = new RelayStarter(Optional.of(QEMU), time);
    private TestLab lab;
    private Path folder;
    private ExportFiles files;
    private String vault;
    private int resumed;

    @BeforeAll
    void bringItUp() throws IOException, InterruptedException {
        lab = TestLab.named("export");
        lab.succeed("up", "--only", "scribe");
        folder = Files.createDirectory(lab.file(LabHost.RECOVERY_1, "lib/images/" + FOLDER));
        files = ExportFiles.in(folder);
        // On a host QEMU's account may pass to where its images are; to those of a lab it comes from outside too.
        Path end = lab.state().getParent();
        for (Path above = folder; above != null && !above.equals(end); above = above.getParent()) {
            Set<PosixFilePermission> wider = EnumSet.copyOf(Files.getPosixFilePermissions(above));
            wider.add(PosixFilePermission.OTHERS_EXECUTE);
            Files.setPosixFilePermissions(above, wider);
        }
        vault = "file://" + lab.scratch("vault");
        Files.writeString(lab.scratch("passphrase"), "correct horse\n");
        vaultCommand("init", vault, "--passphrase-file", scratch("passphrase"), "--kit", scratch("kit"), "--yes");
        vaultCommand(
                "credentials", "--vault", vault, "--passphrase-file", scratch("passphrase"), "--out", scratch("agent"));
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        try {
            virsh("destroy", "scribe").run();
            Optional<RunningRelay> relay = relays.find("scribe", files.socket(), folder.resolve("relay"));
            if (relay.isPresent()) {
                relay.get().end();
            }
            Optional<RunningExport> export = exports.find(files, "scribe");
            if (export.isPresent()) {
                export.get().end();
            }
        } finally {
            lab.takeDown();
        }
    }

    @Test
    void theGuestGoesOnWithinFifteenSecondsAndSeesNoError() throws Exception {
        String definition =
                lab.virsh(LabHost.PRIMARY_1, "dumpxml", "--inactive", "scribe").ask();
        String point = imported();
        Process home = lab.virsh(LabHost.PRIMARY_1, "undefine", "scribe").start();
        assertThat(home.waitFor()).isZero();

        startExport(point);
        RunningRelay relay = relays.start("scribe", files.socket(), folder.resolve("relay"));
        startGuest(definition, point, relay);
        assertThat(time.await(BOOT_LIMIT, LOOK_AGAIN, () -> lastRecord() > 0))
                .as("the machine is up")
                .isTrue();
        assertThat(exports.find(files, "scribe").orElseThrow().trace().blocks()).isPositive();
        inRecovery(scribe -> {
            scribe.setScatter(16);
            scribe.setPace(new ByteCount(500_000));
            return 0L;
        });

        for (int i = 0; i < 2; i++) {
            long before = lastRecord();
            assertThat(time.await(BOOT_LIMIT, LOOK_AGAIN, () -> lastRecord() > before + 10))
                    .isTrue();
            long id = exports.find(files, "scribe").orElseThrow().processId().orElseThrow();
            ProcessHandle process = ProcessHandle.of(id).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            // Longer than the relay waits the second time: then the guest is paused.
            time.pause(Duration.ofSeconds(i == 0 ? 2 : 25));
            startExport(point);
            Duration back = time.elapsed();
            long then = lastRecord();
            assertThat(time.await(GOES_ON_LIMIT, LOOK_AGAIN, () -> resumedIfPaused() && lastRecord() > then + 2))
                    .as("it goes on, after %s", time.elapsed().minus(back))
                    .isTrue();
            LOG.info(
                    "It went on after {}, resumed {} times so far",
                    time.elapsed().minus(back),
                    resumed);
        }
        auditedAfter(relay);
    }

    /** What the machine announced is on its disk, and its kernel says nothing of errors. */
    private void auditedAfter(RunningRelay relay) throws Exception {
        long announced = lastRecord();
        virsh("destroy", "scribe").ask();
        Path raw = lab.scratch("vdb.raw");
        // The overlay names its backing as QEMU sees it, inside of the host.
        Program.of(
                        "qemu-img",
                        "rebase",
                        "-u",
                        "-f",
                        "qcow2",
                        "-F",
                        "raw",
                        "-b",
                        relay.uri("vdb"),
                        image("vdb").toString())
                .ask();
        Program.of(
                        "qemu-img",
                        "convert",
                        "-f",
                        "qcow2",
                        "-O",
                        "raw",
                        image("vdb").toString(),
                        raw.toString())
                .ask();
        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", raw.toString())
                .with("--announced", Long.toString(announced))
                .run();
        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
        String console = Files.readString(lab.file(LabHost.RECOVERY_1, "log/qemu/scribe-console.log"));
        assertThat(console).isNotEmpty();
        assertThat(console.lines())
                .noneMatch(line -> line.contains("I/O error"))
                .noneMatch(line -> line.contains("blk_update_request"))
                .noneMatch(line -> line.contains("EXT4-fs error"));
    }

    /** What the agent does to a machine that paused for an error of its disk. */
    private boolean resumedIfPaused() {
        try {
            if (virsh("domstate", "--reason", "scribe").ask().contains("paused")) {
                virsh("resume", "scribe").ask();
                resumed++;
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void startExport(String point) throws InterruptedException {
        BlobStore store = BlobStores.open(vault, time, random);
        VaultKeys keys = RecoveryKit.read(lab.scratch("kit")).keys();
        StoredSessions sessions = new StoredSessions(store, keys.anchor(), keys.recipientKey());
        Vault opened = Vault.open(store, keys.anchor(), sessions);
        try (ExportOrder order = ExportOrder.of(
                vault,
                opened,
                sessions,
                PointId.parse(point),
                "scribe",
                Optional.of(QEMU),
                folder,
                CACHE,
                BootTrace.NONE)) {
            exports.start(order, files);
        }
    }

    private void startGuest(String definition, String point, RunningRelay relay) throws Exception {
        BlobStore store = BlobStores.open(vault, time, random);
        VaultKeys keys = RecoveryKit.read(lab.scratch("kit")).keys();
        Vault opened = Vault.open(store, keys.anchor(), new StoredSessions(store, keys.anchor(), keys.recipientKey()));
        for (DiskRecord disk :
                opened.point(PointId.parse(point)).machines().getFirst().disks()) {
            String inside = relay.uri(disk.name()).replace(folder.toString(), IMAGES_INSIDE + FOLDER);
            new Overlay(image(disk.name()), inside, disk.size()).make(Optional.of(QEMU));
        }
        String stopping = definition.replaceAll(
                "<driver name='qemu' type='qcow2'", "$0 error_policy='stop' rerror_policy='stop'");
        assertThat(stopping).contains("rerror_policy='stop'");
        virsh("define", "/dev/stdin").reading(stopping).ask();
        virsh("start", "scribe").ask();
    }

    private Path image(String disk) {
        return lab.file(LabHost.RECOVERY_1, "lib/images/scribe-%s.qcow2".formatted(disk));
    }

    /** A point of the machine's disks after it was shut off. */
    private String imported() throws InterruptedException {
        lab.virsh(LabHost.PRIMARY_1, "destroy", "scribe").ask();
        String imported = vaultCommand(
                "import",
                "--vault",
                vault,
                "--credentials",
                scratch("agent"),
                "--machine",
                "scribe",
                "--disk",
                "vda=" + home("vda"),
                "--disk",
                "vdb=" + home("vdb"),
                "--output",
                "json");
        return JsonMapper.shared().readTree(imported).path("point").asString();
    }

    private Path home(String disk) {
        return lab.file(LabHost.PRIMARY_1, "lib/images/scribe-%s.qcow2".formatted(disk));
    }

    /** The last record that the recovered machine announces; 0 while it does not answer. */
    private long lastRecord() {
        try {
            return inRecovery(ScribeClient::last);
        } catch (Exception e) {
            return 0;
        }
    }

    private long inRecovery(TestLab.ScribeQuestion<Long> question) throws Exception {
        return NetworkNamespace.of(lab.containerId("recovery"))
                .call(() -> question.ask(new ScribeClient(
                        ShopAddress.fixed(InetAddress.ofLiteral("10.30.0.12"), HTTP), new PlainHttp(time, PATIENCE))));
    }

    private Program virsh(String... arguments) {
        return lab.virsh(LabHost.RECOVERY_1, arguments);
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
