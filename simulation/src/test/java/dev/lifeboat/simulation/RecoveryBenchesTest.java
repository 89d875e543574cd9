package dev.lifeboat.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.Need;
import dev.lifeboat.host.ProcessTable;
import dev.lifeboat.host.Program;
import dev.lifeboat.host.ProgramRun;
import dev.lifeboat.host.SystemTimekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The benches of recovered machines with a real guest, the real recovery and a real libvirt, one round with a small
 * disk. What they measure is no matter here; that they measure the right thing, and leave nothing behind, is.
 */
@NeedsLab
@Tag("long")
class RecoveryBenchesTest {

    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final long DISK_BYTES = 256L << 20;

    private Path work = Path.of("");

    @BeforeEach
    void aFolder() throws IOException {
        work = Files.createTempDirectory(Path.of("/var/tmp"), "lbb");
    }

    @AfterEach
    void removeIt() throws InterruptedException {
        Program.of("rm", "-rf", work.toString()).ask();
    }

    @Test
    void theMachineComesUpInEveryWay() throws Exception {
        JsonNode result = bench("boot", "--disks", "256M");

        List<String> ways = new ArrayList<>();
        for (JsonNode row : result.path("rows")) {
            ways.add(row.path("way").asString());
            assertThat(row.path("disk_bytes").asLong()).isEqualTo(DISK_BYTES);
            assertThat(row.path("running_s").asDouble()).as("%s", row).isPositive();
            assertThat(row.path("http_s").asDouble())
                    .as("%s", row)
                    .isGreaterThan(row.path("running_s").asDouble());
            if (!ways.getLast().equals("local")) {
                // Its kernel and its first programs are 20 MiB and more.
                assertThat(row.path("read_bytes").asLong()).as("%s", row).isGreaterThan(16L << 20);
                assertThat(row.path("fetched_bytes").asLong()).as("%s", row).isBetween(4L << 20, DISK_BYTES / 2);
                assertThat(row.path("rss_mib").asDouble()).as("%s", row).isGreaterThan(20);
            }
        }
        assertThat(ways).containsExactly("local", "vault", "vault, trace", "slow vault", "slow vault, trace");
        assertThat(result.path("gates").size()).isEqualTo(2);
        assertNothingIsLeft();
    }

    @Test
    void theDiskIsReadFromEveryServer() throws Exception {
        HostFolders folders = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")));
        List<String> missing = HostRequirements.ofThisHost(new SystemTimekeeper(), folders)
                .missing(Need.EXPORT_BENCH)
                .packages();
        assumeTrue(missing.isEmpty(), "not installed: " + missing);

        JsonNode result = bench("export", "--size", "64M");

        List<String> servers = new ArrayList<>();
        for (JsonNode row : result.path("rows")) {
            servers.add(row.path("server").asString());
            assertThat(row.path("sequential_mib_per_s").asDouble())
                    .as("%s", row)
                    .isPositive();
            assertThat(row.path("random_p99_ms").asDouble())
                    .as("%s", row)
                    .isGreaterThanOrEqualTo(row.path("random_median_ms").asDouble());
            assertThat(row.path("random_median_ms").asDouble()).as("%s", row).isPositive();
            assertThat(row.path("rss_mib").asDouble()).as("%s", row).isGreaterThan(5);
        }
        assertThat(servers).containsExactly("qemu-nbd", "export", "relay and export");
        assertNothingIsLeft();
    }

    private JsonNode bench(String name, String... options) throws InterruptedException {
        ProgramRun run = TestLab.lifeboat("bench", name, "--rounds", "1", "--folder", work.toString())
                .with("--output", "json")
                .with(options)
                .within(LIMIT)
                .run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return JsonMapper.shared().readTree(run.output());
    }

    private void assertNothingIsLeft() {
        assertThat(work).isEmptyDirectory();
        assertThat(ProcessTable.all().stream()
                        .filter(process ->
                                process.arguments().stream().anyMatch(argument -> argument.contains(work.toString()))))
                .isEmpty();
    }
}
