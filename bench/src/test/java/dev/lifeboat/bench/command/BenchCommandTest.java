package dev.lifeboat.bench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.bench.IncrementalSession;
import dev.lifeboat.bench.IncrementalSessions;
import dev.lifeboat.cli.CommandRunner;
import dev.lifeboat.host.HostFolders;
import dev.lifeboat.host.HostRequirements;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ByteCount;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Command lines that are refused before anything is measured. */
class BenchCommandTest {

    @TempDir
    private Path folder;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"seed", "cycle", "restore"})
    void everyBenchExplainsItself(String bench) {
        assertThat(run(bench, "--help")).isZero();

        assertThat(output.toString()).contains("--against", "--rounds", "--image", "--size", "--folder", "--output");
    }

    @Test
    void anUnknownPeerIsNamedBesideTheKnownOnes() {
        assertThat(run("seed", "--against", "restic,tar")).isEqualTo(2);

        assertThat(errors.toString()).contains("LB-CLI-001", "'tar'", "restic, borg, qemu-img");
    }

    @Test
    void whoCannotAddToWhatItHasTakesNoPartInACycle() {
        assertThat(run("cycle", "--against", "qemu-img")).isEqualTo(2);

        assertThat(errors.toString()).contains("'qemu-img'", "restic, borg.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed", "cycle"})
    void whoReadsRunningMachinesIsMeasuredWithThemOnly(String bench) {
        assertThat(run(bench, "--help")).isZero();
        assertThat(output.toString()).contains("--live", "virtnbdbackup");

        assertThat(run(bench, "--live", "--against", "restic")).isEqualTo(2);
        assertThat(errors.toString()).contains("LB-CLI-001", "'restic'", "--against takes virtnbdbackup.");

        assertThat(run(bench, "--against", "virtnbdbackup")).isEqualTo(2);
        assertThat(errors.toString()).contains("'virtnbdbackup'", "restic, borg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed --rounds 0|from 1 to 100",
                "seed --size 1M|at least 16.0 MiB",
                "seed --size much|not a size",
                "restore --image /dev/null --size 4G|--image names another",
                "cycle --mapped 4G|more than 4.0 GiB",
                "cycle --mapped 100G --against restic|neither",
                "cycle --mapped 100G --live|does not go with --live",
                "seed --live --rounds 101|from 1 to 100",
                "boot --rounds 0|from 1 to 100",
                "export --size 8M|16.0 MiB to 4.0 GiB",
                "export --rounds 101|from 1 to 100",
                "boot --disks 4G,64M|of at least 128.0 MiB",
                "boot --disks 1G,2G,3G,4G,5G|up to 4 sizes",
                "seed --live --image /dev/null --size 4G|--image names another",
            })
    void whatMakesNoSenseIsRefused(String line, String said) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);

        assertThat(errors.toString()).contains("LB-CLI-001", said);
    }

    @Test
    void anImageThatIsNotThereIsNamed() {
        assertThat(run("restore", "--image", folder.resolve("none.raw").toString()))
                .isEqualTo(1);

        assertThat(errors.toString()).contains("LB-CLI-002", "none.raw");
    }

    @Test
    void sizesAreTypedWithTheirUnits() {
        ByteCountConverter sizes = new ByteCountConverter();

        assertThat(sizes.convert("512M")).isEqualTo(ByteCount.ofMebibytes(512));
        assertThat(sizes.convert("100g")).isEqualTo(ByteCount.ofGibibytes(100));
        assertThat(sizes.convert("1TiB")).isEqualTo(ByteCount.ofGibibytes(1024));
        assertThatThrownBy(() -> sizes.convert("4")).isInstanceOf(TypeConversionException.class);
    }

    private int run(String... arguments) {
        BenchContext context = new BenchContext(
                HostFolders.of(Map.of(HostFolders.CACHE_VARIABLE, folder.toString()), folder),
                new HostRequirements(List.of()),
                new SystemTimekeeper(),
                new Random(1),
                new NoSessions());
        return CommandRunner.run(
                BenchCommand.create(context), new PrintWriter(output), new PrintWriter(errors), arguments);
    }

    /** None of these command lines comes so far. */
    private static final class NoSessions implements IncrementalSessions {
        @Override
        public IncrementalSession ofImage(Path vault, Path image) {
            throw new AssertionError("a protection was begun");
        }

        @Override
        public IncrementalSession ofMappedDisk(Path vault, ByteCount disk) {
            throw new AssertionError("a protection was begun");
        }
    }
}
