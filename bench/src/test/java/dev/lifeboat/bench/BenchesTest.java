package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.bench.image.BenchImage;
import dev.lifeboat.bench.tool.Contender;
import dev.lifeboat.bench.tool.PageCache;
import dev.lifeboat.cli.Document;
import dev.lifeboat.cli.OutputFormat;
import dev.lifeboat.host.SystemTimekeeper;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benches with tools that claim what they took. */
class BenchesTest {

    private static final int MEBIBYTE = 1 << 20;

    private final List<String> diary = new ArrayList<>();
    private final Timekeeper time = new SystemTimekeeper();
    private final Contender ours = new StandIn("lifeboat", 2, 100, diary);
    private final Contender restic = new StandIn("restic", 7, 100, diary);
    private final Contender borg = new StandIn("borg", 5, 80, diary);

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
    void aSeedIsMeasuredInRotatingOrderEachTimeIntoANewRepository() throws Exception {
        BenchResult result = new SeedBench(run(3), BenchImage.own(imageFile), ours, List.of(restic, borg)).measure();

        assertThat(diary.stream().filter(line -> line.endsWith("seed")))
                .containsExactly(
                        "lifeboat seed",
                        "restic seed",
                        "borg seed",
                        "restic seed",
                        "borg seed",
                        "lifeboat seed",
                        "borg seed",
                        "lifeboat seed",
                        "restic seed");
        assertThat(diary.stream().filter(line -> line.endsWith("prepare"))).hasSize(9);
        assertThat(result.measurements()).hasSize(9);
        assertThat(result.rows()).extracting(Row::tool).containsExactly("lifeboat", "restic", "borg");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aSeedIsJudgedByItsGatesAndAMissedOneIsSaidPlainly() throws Exception {
        BenchResult result = new SeedBench(run(1), BenchImage.own(imageFile), ours, List.of(restic, borg)).measure();

        assertThat(result.ratios().get("restic")).containsEntry("wall", 3.5).containsEntry("stored", 1.0);
        assertThat(result.ratios().get("borg")).containsEntry("wall", 2.5).containsEntry("stored", 1.25);
        assertThat(result.gates())
                .containsExactly(
                        new Verdict("seed: times as fast", "restic", 3.5, 3.0, true, true),
                        new Verdict("seed: stored size", "restic", 1.0, 1.15, false, true),
                        new Verdict("seed: times as fast", "borg", 2.5, 3.0, true, false),
                        new Verdict("memory in MiB", "", 100, 384, false, true));
        assertThat(result.text())
                .contains("seed: times as fast  restic   3.50      >= 3.00    pass")
                .contains("seed: times as fast  borg     2.50      >= 3.00    MISS")
                .contains("lifeboat  20.0 MiB           2.00", "restic 1.0", "  restic --fast");
    }

    @Test
    void aRestoreIsComparedWithTheImage() throws Exception {
        BenchResult result = new RestoreBench(run(2), BenchImage.own(imageFile), ours, List.of(restic)).measure();

        assertThat(diary)
                .containsExactly(
                        "lifeboat prepare",
                        "lifeboat seed",
                        "restic prepare",
                        "restic seed",
                        "lifeboat restore",
                        "restic restore",
                        "restic restore",
                        "lifeboat restore");
        assertThat(result.gates()).extracting(Verdict::passed).containsExactly(true, true);
        assertThat(work).isEmptyDirectory();

        Contender forgetful = new StandIn("restic", 1, 1, diary).forgetful();
        BenchRun second = new BenchRun(
                Files.createDirectory(folder.resolve("second")),
                1,
                new PageCache(folder.resolve("switch")),
                line -> {});
        assertThatThrownBy(
                        () -> new RestoreBench(second, BenchImage.own(imageFile), ours, List.of(forgetful)).measure())
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("What restic gave back is not what it was given");
    }

    @Test
    void aCycleTellsUsWhatChangedAndCountsWhatARoundAdded() throws Exception {
        Recording sessions = new Recording();
        String before = BenchImage.sha256(imageFile);

        BenchResult result =
                new CycleBench(run(2), BenchImage.own(imageFile), ours, List.of(restic), sessions, time).measure();

        assertThat(sessions.told).hasSize(2);
        assertThat(sessions.told.getFirst()).hasSize(160).isNotEqualTo(sessions.told.get(1));
        assertThat(sessions.closed).isEqualTo(1);
        assertThat(diary.stream().filter(line -> line.equals("restic seed"))).hasSize(3);
        assertThat(result.rows().getFirst())
                .satisfies(row -> assertThat(row.objects()).isEqualTo(2))
                .satisfies(row -> assertThat(row.storedBytes()).isEqualTo(5000));
        assertThat(result.rows().getLast().objects()).isEqualTo(1);
        assertThat(result.ratios().getOrDefault("restic", Map.of()))
                .hasEntrySatisfying("wall", wall -> assertThat(wall).isGreaterThan(25));
        assertThat(result.gates())
                .extracting(Verdict::gate)
                .containsExactly("cycle: times as fast", "cycle: objects added");
        // The image of the caller is as it was.
        assertThat(BenchImage.sha256(imageFile)).isEqualTo(before);
    }

    @Test
    void aLargeMappedDiskIsComparedWithASmallOne() throws Exception {
        Recording sessions = new Recording();
        ByteCount large = ByteCount.ofGibibytes(100);

        BenchResult result = new MappedBench(run(10), large, MappedBench.SMALL, ours, sessions, time).measure();

        assertThat(result.measurements()).hasSize(20);
        assertThat(sessions.told.getFirst().getLast().offset()).isGreaterThan(MappedBench.SMALL.bytes());
        assertThat(sessions.closed).isEqualTo(2);
        assertThat(result.ratios().get("lifeboat")).containsOnlyKeys("mapped");
        assertThat(result.rows()).extracting(Row::diskBytes).containsExactly(large.bytes(), MappedBench.SMALL.bytes());
        assertThat(Document.of(result, OutputFormat.json)).contains("\"image\" : null", "\"bench\" : \"cycle\"");
    }

    @Test
    void theDocumentHasTheKeysThatOthersScriptAgainst() throws Exception {
        BenchResult result = new SeedBench(run(1), BenchImage.own(imageFile), ours, List.of(restic)).measure();

        assertThat(Document.of(result, OutputFormat.json))
                .startsWith("""
                        {
                          "bench" : "seed",
                          "rows" : [ {
                            "tool" : "lifeboat",
                            "wall_s" : 2.0,
                            "cpu_s" : 1.0,
                            "rss_mib" : 100.0,
                            "stored_bytes" : 100,
                            "objects" : 1,
                            "disk_bytes" : 20971520,
                            "changed_bytes" : 0
                          }, {
                            "tool" : "restic",
                        """)
                .contains("""
                          "ratios" : {
                            "restic" : {
                              "wall" : 3.5,
                              "cpu" : 3.5,
                              "stored" : 1.0
                            }
                          },
                          "gates" : [ {
                            "gate" : "seed: times as fast",
                            "against" : "restic",
                            "measured" : 3.5,
                            "limit" : 3.0,
                            "at_least" : true,
                            "passed" : true
                        """)
                .contains(
                        "\"rounds\" : 1", "\"image\" : {", "\"versions\" : {", "\"flags\" : {", "\"measurements\" : [");
    }

    @Test
    void cachesThatWereNotDroppedAreSaidPlainly() throws Exception {
        BenchRun stuck = new BenchRun(work, 1, new PageCache(folder.resolve("no/such")), line -> {});

        BenchResult result = new SeedBench(stuck, BenchImage.own(imageFile), ours, List.of(restic)).measure();

        assertThat(result.text()).contains("could NOT be dropped");
    }

    private BenchRun run(int rounds) {
        return new BenchRun(work, rounds, new PageCache(folder.resolve("switch")), line -> {});
    }

    /** Remembers what it was told. */
    private static final class Recording implements IncrementalSessions {
        private final List<List<ByteRange>> told = new ArrayList<>();
        private int closed;

        @Override
        public IncrementalSession ofImage(Path vault, Path image) {
            assertThat(vault).isEmptyDirectory();
            assertThat(image).isRegularFile();
            return session();
        }

        @Override
        public IncrementalSession ofMappedDisk(Path vault, ByteCount disk) {
            assertThat(vault).isEmptyDirectory();
            return session();
        }

        private IncrementalSession session() {
            return new IncrementalSession() {
                @Override
                public PointResult nextPoint(List<ByteRange> changed) {
                    told.add(changed);
                    return new PointResult(2, 5000);
                }

                @Override
                public void close() {
                    closed++;
                }
            };
        }
    }
}
