package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.model.ByteCount;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench of servers, with some that only say how fast they are. */
class ServedBenchTest {

    @TempDir
    private Path folder;

    @Test
    void oursIsJudgedBesideThePeerAndByItsSlowReads() throws Exception {
        BenchRun run = new BenchRun(folder, 2, new PageCache(folder.resolve("switch")), line -> {});

        ServedResult result = new ServedBench(
                        run,
                        new Server("peer", 400, 1),
                        new Server("ours", 180, 4.5),
                        List.of(new Server("relay", 160, 6)))
                .measure(ByteCount.ofGibibytes(2), new LinkedHashMap<>(Map.of("fio", "3.33")), List.of("Holes."));

        assertThat(result.rows()).extracting(ServedMeasurement::server).containsExactly("peer", "ours", "relay");
        assertThat(result.measurements())
                .extracting(ServedMeasurement::server)
                .containsExactly("peer", "ours", "relay", "ours", "relay", "peer");
        assertThat(result.ratios())
                .containsEntry("ours", Map.of("sequential", 0.45))
                .containsEntry("relay", Map.of("sequential", 0.4));
        assertThat(result.gates())
                .containsExactly(
                        new Verdict("export: sequential, times as fast", "peer", 0.45, 0.5, true, false),
                        new Verdict("export: random 4 KiB, 99 % in ms", "", 4.5, 5, false, true));
        assertThat(result.text()).contains("relay", "MISS", "pass", "fio 3.33", "Holes.");
        assertThat(Document.of(result, OutputFormat.json))
                .contains("\"sequential_mib_per_s\" : 180.0", "\"random_p99_ms\" : 4.5");
    }

    private record Server(String name, double mibPerS, double p99Ms) implements ServedWay {

        @Override
        public SequentialFigures sequential() {
            return new SequentialFigures(mibPerS, 100);
        }

        @Override
        public RandomFigures random() {
            return new RandomFigures(p99Ms / 10, p99Ms);
        }
    }
}
