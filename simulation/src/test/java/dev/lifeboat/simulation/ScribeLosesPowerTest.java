package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.NetworkNamespace;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.lab.LabHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tiny guest, which boots in seconds, through cut links, a loss of power, and its return. */
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ScribeLosesPowerTest {

    private TestLab lab;

    @BeforeAll
    void bringItUp() throws IOException, InterruptedException {
        lab = TestLab.named("scribe");
        lab.succeed("up", "--only", "scribe");
    }

    @AfterAll
    void takeItDown() throws InterruptedException {
        lab.takeDown();
    }

    @Test
    @Order(1)
    void statusShowsSitesHostsLinkAndTheMachineWithItsAddress() throws InterruptedException {
        JsonNode status = lab.status();

        assertThat(status.path("sites").findValuesAsString("name"))
                .containsExactly("primary", "primary-1", "recovery", "recovery-1", "recovery-2");
        assertThat(status.path("sites").findValuesAsString("libvirt")).containsOnly("true");
        assertThat(status.path("link").asString()).isEqualTo("up");
        assertThat(status.path("machines").path(0).path("state").asString()).isEqualTo("running");
        assertThat(status.path("machines").path(0).path("address").asString()).isEqualTo("10.20.0.12");
        assertThat(status.path("shop").isNull()).isTrue();
        assertThat(status.path("scribe").path("last").asLong()).isPositive();
    }

    @Test
    @Order(2)
    void upIsRepeatable() throws InterruptedException {
        long init = lab.containerId("primary-1");

        assertThat(lab.succeed("up", "--only", "scribe")).contains("up already");
        assertThat(lab.containerId("primary-1")).isEqualTo(init);
    }

    @Test
    @Order(3)
    void aCutLinkSeparatesTheSitesButNeitherFromTheWorld() throws Exception {
        assertThat(reaches("primary", "10.30.0.1")).isTrue();

        lab.succeed("cut-link");
        assertThat(lab.status().path("link").asString()).isEqualTo("cut");
        assertThat(reaches("primary", "10.30.0.1")).isFalse();
        assertThat(reaches("recovery", "10.20.0.1")).isFalse();
        assertThat(reaches("primary", "198.51.100.53")).isTrue();
        assertThat(reaches("recovery", "198.51.100.53")).isTrue();

        // Neither an up nor the return of power joins what a person has cut.
        lab.succeed("up", "--only", "scribe");
        assertThat(reaches("primary", "10.30.0.1")).isFalse();

        lab.succeed("join-link");
        assertThat(lab.status().path("link").asString()).isEqualTo("up");
        assertThat(reaches("primary", "10.30.0.1")).isTrue();
    }

    @Test
    @Order(4)
    void powerOffKillsEverythingOfTheSiteAndLeavesTheDiskAsItFell() throws IOException, InterruptedException {
        long announced = lab.status().path("scribe").path("last").asLong();
        assertThat(holdersOf(disk())).isNotEmpty();

        lab.succeed("power-off", "primary");

        String fallen = Program.of("sha256sum", disk().toString()).ask();
        assertThat(ProcessTable.withArgumentPrefix("lifeboat-lab:" + lab.folder() + ":primary"))
                .as("processes of the site")
                .isEmpty();
        assertThat(holdersOf(disk())).isEmpty();
        JsonNode status = lab.status();
        assertThat(status.path("link").asString()).isEqualTo("none");
        assertThat(status.path("machines").path(0).path("state").asString()).isEqualTo("host off");
        assertThat(status.path("sites").path(1).path("powered").asBoolean()).isTrue();

        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", disk().toString())
                .with("--announced", Long.toString(announced))
                .run();
        assertThat(check.exitCode()).as(check.output() + check.errors()).isZero();
        assertThat(Program.of("sha256sum", disk().toString()).ask()).isEqualTo(fallen);
    }

    @Test
    @Order(5)
    void aRecordThatWasAnnouncedAndIsNotOnTheDiskIsFound() throws InterruptedException {
        ProgramRun check = TestLab.lifeboat("lab", "check-records", "--disk", disk().toString())
                .with("--announced", "999999")
                .run();

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.errors()).contains("LB-LAB-014");
    }

    @Test
    @Order(6)
    void whatNeedsPowerIsRefusedWithoutIt() throws InterruptedException {
        ProgramRun cut = lab.command("lab", "cut-link").run();

        assertThat(cut.exitCode()).isEqualTo(3);
        assertThat(cut.errors()).contains("LB-LAB-007", "primary");
    }

    @Test
    @Order(7)
    void powerOnGoesOnAfterTheLastRecord() throws InterruptedException {
        ProgramRun before = TestLab.lifeboat("lab", "check-records", "--disk", disk().toString(), "--output", "json")
                .run();
        assertThat(before.exitCode()).isZero();

        lab.succeed("power-on", "primary");

        long lastOnDisk = JsonMapper.shared()
                .readTree(before.output())
                .path("last")
                .path("number")
                .asLong();
        long last = JsonMapper.shared()
                .readTree(lab.succeed("watch-records", "--for", "2s", "--output", "json"))
                .path("highest")
                .asLong();
        assertThat(lastOnDisk).isPositive();
        assertThat(last).isGreaterThan(lastOnDisk);
        lab.succeed("power-off", "primary");
        ProgramRun after = TestLab.lifeboat("lab", "check-records", "--disk", disk().toString())
                .with("--announced", Long.toString(last))
                .run();
        assertThat(after.exitCode()).as(after.output() + after.errors()).isZero();
    }

    private Path disk() {
        return lab.file(LabHost.PRIMARY_1, "lib/images/scribe-vdb.qcow2");
    }

    /** The processes of this computer, inside of containers or not, that have the file open. */
    static List<Long> holdersOf(Path file) throws IOException {
        Object key = keyOf(file);
        List<Long> holders = new ArrayList<>();
        for (ProcessTable.Entry process : ProcessTable.all()) {
            try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process.id()), "fd"))) {
                if (descriptors.map(ScribeLosesPowerTest::keyOf).anyMatch(key::equals)) {
                    holders.add(process.id());
                }
            } catch (NoSuchFileException e) {
                // The process has ended since it was listed.
            }
        }
        return holders;
    }

    /** Device and inode, which are the same under whatever name; something else when the file is gone. */
    private static Object keyOf(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return e;
        }
    }

    /** Whether a name server answers at this address, seen from a place of the lab. */
    private boolean reaches(String place, String address) throws Exception {
        return NetworkNamespace.of(lab.containerId(place)).call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, 53), 2000);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }
}
