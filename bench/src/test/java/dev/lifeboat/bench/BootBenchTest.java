package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.bench.BootWay.Kind;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.model.ByteCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench of machines that come up, with ways that only say how long it took. */
class BootBenchTest {

    private static final ByteCount SMALL = ByteCount.ofGibibytes(4);
    private static final ByteCount LARGE = ByteCount.ofGibibytes(100);

    private final List<String> diary = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void eachRoundBeginsWithAnotherWay() throws Exception {
        BootResult result = measure(3, way(Kind.LOCAL, SMALL, 10), way(Kind.VAULT, SMALL, 12));

        assertThat(diary)
                .containsExactly(
                        "local, 4.0 GiB",
                        "vault, 4.0 GiB",
                        "vault, 4.0 GiB",
                        "local, 4.0 GiB",
                        "local, 4.0 GiB",
                        "vault, 4.0 GiB");
        assertThat(result.measurements()).extracting(BootMeasurement::round).containsExactly(1, 1, 2, 2, 3, 3);
        assertThat(result.rows()).extracting(BootRow::way).containsExactly("local", "vault");
        assertThat(result.rows()).extracting(BootRow::httpS).containsExactly(11.0, 13.0);
    }

    @Test
    void aVaultIsJudgedBesideTheLocalDiskAndALargeDiskBesideTheSmallOne() throws Exception {
        BootResult result = measure(
                1,
                way(Kind.LOCAL, SMALL, 10),
                way(Kind.VAULT, SMALL, 12),
                way(Kind.VAULT_TRACED, SMALL, 11),
                way(Kind.DISTANT, SMALL, 40),
                way(Kind.DISTANT_TRACED, SMALL, 21),
                way(Kind.LOCAL, LARGE, 10),
                way(Kind.VAULT, LARGE, 13.5));

        assertThat(result.gates())
                .containsExactly(
                        new Verdict("boot from the vault", "local, 4.0 GiB", 1.2, 1.3, false, true),
                        new Verdict("boot over a slow link, with a trace", "local, 4.0 GiB", 2.1, 2.0, false, false),
                        new Verdict("boot from the vault", "local, 100.0 GiB", 1.35, 1.3, false, false),
                        new Verdict("boot: large disk against small", "vault, 4.0 GiB", 1.125, 1.15, false, true));
        assertThat(result.ratios())
                .containsEntry("slow vault, 4.0 GiB", Map.of("local", 4.0))
                .containsEntry("vault, 100.0 GiB", Map.of("local", 1.35, "small", 1.125))
                .containsEntry("local, 100.0 GiB", Map.of("small", 1.0))
                .doesNotContainKey("local, 4.0 GiB");
        assertThat(result.text())
                .contains("MISS", "boot over a slow link, with a trace", "1.0 MiB", "qemu 7.2", "Emulated.");
        assertThat(Document.of(result, OutputFormat.json))
                .contains("\"http_s\" : 13.5", "\"running_s\" : 1.0", "\"fetched_bytes\" : 1048576");
    }

    private BootResult measure(int rounds, BootWay... ways) throws InterruptedException {
        SequencedMap<String, String> tools = new LinkedHashMap<>(Map.of("qemu", "7.2"));
        BenchRun run = new BenchRun(folder, rounds, new PageCache(folder.resolve("switch")), line -> {});
        return new BootBench(run, List.of(ways)).measure(tools, List.of("Emulated."));
    }

    /** Takes a second more each time. */
    private BootWay way(Kind kind, ByteCount disk, double httpS) {
        return new BootWay() {
            private double next = httpS;

            @Override
            public Kind kind() {
                return kind;
            }

            @Override
            public ByteCount disk() {
                return disk;
            }

            @Override
            public BootFigures boot() {
                diary.add(text());
                return new BootFigures(next++, 1, 1 << 20, 2 << 20, 0.5, kind == Kind.LOCAL ? 0 : 200);
            }
        };
    }
}
