package dev.lifeboat.bench.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.host.Program;
import dev.lifeboat.host.SearchPath;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMeterTest {

    @TempDir
    private Path folder;

    @Test
    void figuresAreSecondsAndMebibytes() {
        ProcessCost cost = ProcessMeter.parse("1.25 0.50 0.25 2048\n");

        assertThat(cost.wallS()).isEqualTo(1.25);
        assertThat(cost.cpuS()).isEqualTo(0.75, within(1e-9));
        assertThat(cost.rssMib()).isEqualTo(2.0);
    }

    @Test
    void onlyTheLastLineCounts() {
        assertThat(ProcessMeter.parse("Command exited with non-zero status 1\n0.01 0.00 0.00 1024\n")
                        .rssMib())
                .isEqualTo(1.0);
    }

    @Test
    void whatIsNoMeasurementIsABug() {
        assertThatThrownBy(() -> ProcessMeter.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProcessMeter.parse("1.0 2.0")).hasMessageContaining("1.0 2.0");
    }

    @Test
    void aProcessIsMeteredWithItsChildrenAndItsOutputIsKept() throws InterruptedException {
        assumeTime();

        MeteredRun run = new ProcessMeter(folder).run(Program.of("sh", "-c", "echo done; sleep 0.2"));

        assertThat(run.output()).isEqualTo("done\n");
        assertThat(run.cost().wallS()).isGreaterThanOrEqualTo(0.19);
        assertThat(run.cost().cpuS()).isLessThanOrEqualTo(run.cost().wallS());
        // The memory of this Java is not taken for the shell's.
        assertThat(run.cost().rssMib()).isBetween(0.5, 20.0);
    }

    @Test
    void outputGoesIntoAFileByteByByte() throws IOException, InterruptedException {
        assumeTime();
        Path into = folder.resolve("a file");

        MeteredRun run = new ProcessMeter(folder).runInto(into, Program.of("printf", "\\377\\000\\n"));

        assertThat(Files.readAllBytes(into)).containsExactly(0xFF, 0, '\n');
        assertThat(run.output()).isEmpty();
    }

    @Test
    void aToolThatFailsIsNoMeasurement() {
        assumeTime();

        assertThatThrownBy(() -> new ProcessMeter(folder).run(Program.of("sh", "-c", "echo no >&2; exit 3")))
                .isInstanceOfSatisfying(
                        LifeboatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_PROGRAM_FAILED))
                .hasMessageContaining("ended with 3: no");
    }

    @Test
    void thePeakOfOurOwnMemoryIsReadFromTheStatus() {
        assertThat(OwnMeter.peakMib(List.of("Name:\tjava", "VmHWM:\t  204800 kB", "VmRSS:\t 100 kB")))
                .isEqualTo(200.0);
        assertThat(OwnMeter.peakMib(List.of())).isZero();
    }

    @Test
    void cachesThatCannotBeDroppedAreRemembered() throws InterruptedException {
        PageCache droppable = new PageCache(folder.resolve("switch"));
        PageCache stuck = new PageCache(folder.resolve("no/such/folder"));

        droppable.drop();
        stuck.drop();

        assertThat(folder.resolve("switch")).hasContent("3");
        assertThat(droppable.wasDropped()).isTrue();
        assertThat(stuck.wasDropped()).isFalse();
    }

    private static void assumeTime() {
        assumeTrue(
                SearchPath.of(System.getenv().getOrDefault("PATH", ""))
                        .folderOf("time")
                        .isPresent(),
                "GNU time is not installed");
    }
}
