package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches of running machines, with machines and tools that only write down what happens to them. */
class LiveBenchesTest {

    private static final int MEBIBYTE = 1 << 20;

    private final List<String> diary = new ArrayList<>();
    private final Machines machines = new Machines();
    private final LiveStandIn ours = new LiveStandIn("lifeboat", 0.5, diary);
    private final LiveStandIn peer = new LiveStandIn("peer", 1, diary);

    @TempDir
    private Path folder;

    private Path work = Path.of("");
    private Path imageFile = Path.of("");

    @BeforeEach
    void anImage() throws IOException {
        work = Files.createDirectory(folder.resolve("work"));
        imageFile = Files.write(folder.resolve("image.raw"), new byte[20 * MEBIBYTE]);
    }

    @Test
    void allToolsTakeTurnsWithTheSameMachineWhichEachFindsAsTheFirstDid() throws Exception {
        BenchResult result =
                new LiveSeedBench(run(2), BenchImage.own(imageFile), machines, ours, List.of(peer)).measure();

        assertThat(diary)
                .containsExactly(
                        "start bench",
                        "lifeboat prepare",
                        "lifeboat seed bench",
                        "forget bench",
                        "peer prepare",
                        "peer seed bench",
                        "forget bench",
                        "peer prepare",
                        "peer seed bench",
                        "forget bench",
                        "lifeboat prepare",
                        "lifeboat seed bench",
                        "forget bench");
        assertThat(result.bench()).isEqualTo("seed");
        assertThat(result.ratios().get("peer")).containsEntry("wall", 2.0);
        assertThat(result.gates())
                .containsExactly(
                        new Verdict("live seed: times as fast", "peer", 2.0, 1.5, true, true),
                        new Verdict("memory in MiB", "", 100, 384, false, true));
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aSeedThatIsNotFasterEnoughIsSaidPlainly() throws Exception {
        LiveStandIn quick = new LiveStandIn("quick", 0.7, diary);

        BenchResult result =
                new LiveSeedBench(run(1), BenchImage.own(imageFile), machines, ours, List.of(quick)).measure();

        assertThat(result.text()).contains("live seed: times as fast  quick    1.40      >= 1.50    MISS");
    }

    @Test
    void inACycleEachToolHasAMachineOfItsOwnAndTheSameChangesOnIt() throws Exception {
        BenchResult result =
                new LiveCycleBench(run(2), BenchImage.own(imageFile), machines, ours, List.of(peer)).measure();

        assertThat(diary)
                .containsExactly(
                        "start bench-lifeboat",
                        "lifeboat prepare",
                        "lifeboat protect bench-lifeboat",
                        "start bench-peer",
                        "peer prepare",
                        "peer protect bench-peer",
                        "peer settle",
                        "write bench-lifeboat 0",
                        "lifeboat next 0",
                        "write bench-lifeboat 160",
                        "lifeboat next 10485760",
                        "lifeboat settle",
                        "write bench-peer 0",
                        "peer next 0",
                        "write bench-peer 160",
                        "peer next 10485760",
                        "lifeboat settle",
                        "write bench-peer 0",
                        "peer next 0",
                        "write bench-peer 160",
                        "peer next 10485760",
                        "peer settle",
                        "write bench-lifeboat 0",
                        "lifeboat next 0",
                        "write bench-lifeboat 160",
                        "lifeboat next 10485760",
                        "peer close",
                        "lifeboat close");
        assertThat(machines.written.get("bench-lifeboat"))
                .isEqualTo(machines.written.get("bench-peer"))
                .hasSizeGreaterThan(160);
        assertThat(result.rows())
                .extracting(Row::tool, Row::changedBytes, Row::objects)
                .containsExactly(
                        tuple("lifeboat", 10L * MEBIBYTE, 2L),
                        tuple("peer", 10L * MEBIBYTE, 2L),
                        tuple("lifeboat", 0L, 1L),
                        tuple("peer", 0L, 1L));
        assertThat(result.ratios().getOrDefault("peer", Map.of()))
                .containsEntry("wall", 2.0)
                .containsEntry("empty_wall", 2.0)
                .containsEntry("empty_stored", 1.0);
        assertThat(result.gates())
                .containsExactly(
                        new Verdict("cycle: objects added", "", 2, 3, false, true),
                        new Verdict("live cycle, nothing changed: cpu s", "", 0.05, 0.5, false, true),
                        new Verdict("live cycle, nothing changed: objects added", "", 1, 2, false, true));
        assertThat(Document.of(result, OutputFormat.json))
                .contains("\"changed_bytes\" : 10485760", "\"empty_wall\" : 2.0");
    }

    @Test
    void whatWasBegunIsEndedWhenAToolBreaksDown() {
        peer.failing();

        assertThatThrownBy(() ->
                        new LiveCycleBench(run(1), BenchImage.own(imageFile), machines, ours, List.of(peer)).measure())
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("peer broke down");

        assertThat(diary).endsWith("peer close", "lifeboat close");
    }

    private BenchRun run(int rounds) {
        return new BenchRun(work, rounds, new PageCache(folder.resolve("switch")), line -> {});
    }

    /** Remembers what was written, byte by byte in a digest of its own. */
    private final class Machines implements LiveMachines {
        private final Map<String, Map<ByteRange, Integer>> written = new HashMap<>();

        @Override
        public LiveMachine start(String name, BenchImage image) {
            diary.add("start " + name);
            return new LiveMachine() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public void write(SequencedMap<ByteRange, byte[]> contents) {
                    diary.add("write %s %d".formatted(name, contents.size()));
                    contents.forEach((place, bytes) -> written.computeIfAbsent(name, key -> new HashMap<>())
                            .put(place, Arrays.hashCode(bytes)));
                }

                @Override
                public void forget() {
                    diary.add("forget " + name);
                }
            };
        }

        @Override
        public void close() {
            diary.add("close machines");
        }
    }
}
