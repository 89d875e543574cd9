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
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The benches of running machines with the real agent, the real peer and a real libvirt, on a small image. What they
 * measure is no matter here; that they measure the right thing, and leave nothing behind, is.
 */
@NeedsLab
class LiveBenchTest {

    private static final int IMAGE_BYTES = 64 << 20;
    private static final int CONTENT_BYTES = 24 << 20;
    private static final Duration LIMIT = Duration.ofMinutes(9);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Timekeeper time = new SystemTimekeeper();
    private Path folder = Path.of("");
    private Path work = Path.of("");
    private Path image = Path.of("");

    @BeforeEach
    void anImage() throws IOException {
        HostFolders folders = HostFolders.of(System.getenv(), Path.of(System.getProperty("user.home")));
        List<String> missing = HostRequirements.ofThisHost(time, folders)
                .missing(Need.LIVE_BENCH)
                .packages();
        assumeTrue(missing.isEmpty(), "not installed: " + missing);
        folder = Files.createTempDirectory(Path.of("/var/tmp"), "lbb");
        work = Files.createDirectory(folder.resolve("work"));
        image = folder.resolve("image.raw");
        byte[] content = new byte[CONTENT_BYTES];
        new Random(11).nextBytes(content);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content), 8L << 20);
            file.write(ByteBuffer.wrap(new byte[1]), IMAGE_BYTES - 1L);
        }
    }

    @AfterEach
    void removeIt() throws InterruptedException {
        Program.of("rm", "-rf", folder.toString()).ask();
    }

    @Test
    void aSeedOfARunningMachineIsAllOfItWithBothTools() throws Exception {
        JsonNode result = bench("seed");

        assertThat(result.path("bench").asString()).isEqualTo("seed");
        for (JsonNode row : rowsOf(result)) {
            assertThat(row.path("wall_s").asDouble()).as("%s", row).isPositive();
            assertThat(row.path("cpu_s").asDouble()).as("%s", row).isPositive();
            assertThat(row.path("rss_mib").asDouble()).as("%s", row).isGreaterThan(10);
            // The content is random: nobody stores less.
            assertThat(row.path("stored_bytes").asLong())
                    .as("%s", row)
                    .isBetween((long) CONTENT_BYTES, 2L * CONTENT_BYTES);
            assertThat(row.path("disk_bytes").asLong()).isEqualTo(IMAGE_BYTES);
        }
        assertThat(result.path("ratios").path("virtnbdbackup").path("wall").asDouble())
                .isPositive();
        assertThat(result.path("gates").path(0).path("gate").asString()).isEqualTo("live seed: times as fast");
        assertNothingIsLeft();
    }

    @Test
    @Tag("long")
    void aCycleOfARunningMachineIsWhatChangedWithBothTools() throws Exception {
        JsonNode result = bench("cycle");

        for (JsonNode row : rowsOf(result)) {
            // Half of what changes is random.
            long changed = row.path("changed_bytes").asLong();
            assertThat(row.path("stored_bytes").asLong()).as("%s", row).isBetween(changed / 2, changed + (1 << 20));
            assertThat(row.path("wall_s").asDouble()).as("%s", row).isPositive();
        }
        assertThat(result.path("rows").size()).isEqualTo(4);
        assertThat(result.path("ratios")
                        .path("virtnbdbackup")
                        .path("empty_wall")
                        .asDouble())
                .isPositive();
        assertNothingIsLeft();
    }

    @Test
    void whoIsInterruptedTakesEverythingAway() throws Exception {
        Process bench = begun();

        TestLab.signal("INT", bench.pid());

        assertThat(bench.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(bench.exitValue()).isEqualTo(130);
        assertNothingIsLeft();
    }

    @Test
    void whoIsKilledLeavesFilesOnly() throws Exception {
        Process bench = begun();

        bench.destroyForcibly();

        assertThat(bench.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(time.await(LIMIT, LOOK_AGAIN, () -> processes().isEmpty()))
                .as("%s", processes())
                .isTrue();
    }

    /** A bench whose agent runs. */
    private Process begun() throws InterruptedException {
        Process bench = TestLab.interruptible(TestLab.lifeboat("bench", "seed", "--live", "--rounds", "1"))
                .with("--image", image.toString(), "--folder", work.toString())
                .start();
        assertThat(time.await(
                        LIMIT,
                        LOOK_AGAIN,
                        () -> !bench.isAlive()
                                || processes().stream()
                                        .anyMatch(process -> process.arguments().contains("agent"))))
                .isTrue();
        assertThat(bench.isAlive()).isTrue();
        return bench;
    }

    private JsonNode bench(String name) throws InterruptedException {
        ProgramRun run = TestLab.lifeboat("bench", name, "--live", "--against", "virtnbdbackup", "--rounds", "1")
                .with("--image", image.toString(), "--folder", work.toString(), "--output", "json")
                .within(LIMIT)
                .run();
        assertThat(run.exitCode()).as(run.complaint()).isZero();
        return JsonMapper.shared().readTree(run.output());
    }

    private static Iterable<JsonNode> rowsOf(JsonNode result) {
        assertThat(result.path("rows").size()).as("%s", result).isGreaterThanOrEqualTo(2);
        assertThat(result.path("rows").path(0).path("tool").asString()).isEqualTo("lifeboat");
        assertThat(result.path("rows").path(1).path("tool").asString()).isEqualTo("virtnbdbackup");
        return result.path("rows");
    }

    private void assertNothingIsLeft() {
        assertThat(processes()).isEmpty();
        assertThat(work).isEmptyDirectory();
    }

    /** Whatever works in this test's folder: the host, and what was started inside with its files. */
    private List<ProcessTable.Entry> processes() {
        return ProcessTable.all().stream()
                .filter(process -> process.id() != ProcessHandle.current().pid())
                .filter(process -> process.arguments().stream().anyMatch(argument -> argument.contains(work.toString()))
                        && !process.arguments().contains("bench"))
                .toList();
    }
}
