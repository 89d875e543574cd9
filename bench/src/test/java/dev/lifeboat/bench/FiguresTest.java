package dev.lifeboat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.model.LifeboatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

    private static final long DISK = 64L << 20;

    @TempDir
    private Path folder;

    @Test
    void theMedianIsTheMiddleOne() {
        assertThat(Row.median(walls(9, 1, 2), Measurement::wallS)).isEqualTo(2);
        assertThat(Row.median(walls(4, 1, 2, 100), Measurement::wallS)).isEqualTo(3);
        assertThat(Row.median(walls(5), Measurement::wallS)).isEqualTo(5);
    }

    @Test
    void everyColumnHasItsOwnMedian() {
        Row row = Row.medianOf(List.of(
                new Measurement("t", DISK, 1, 1, 30, 5, 100, 7, 0),
                new Measurement("t", DISK, 2, 2, 20, 6, 300, 8, 0),
                new Measurement("t", DISK, 3, 3, 10, 4, 200, 9, 0)));

        assertThat(row).isEqualTo(new Row("t", 2, 20, 5, 200, 8, DISK, 0));
    }

    @Test
    void everybodyIsFirstOnce() {
        List<String> three = List.of("a", "b", "c");

        assertThat(Rotation.of(three, 1)).containsExactly("a", "b", "c");
        assertThat(Rotation.of(three, 2)).containsExactly("b", "c", "a");
        assertThat(Rotation.of(three, 3)).containsExactly("c", "a", "b");
        assertThat(Rotation.of(three, 4)).isEqualTo(three);
    }

    @Test
    void oursComesFirstWhoeverWasMeasuredFirst() {
        Comparison comparison = new Comparison(
                "ours",
                List.of(
                        new Measurement("peer", DISK, 1, 9, 6, 1, 50, 1, 0),
                        new Measurement("ours", DISK, 1, 3, 3, 1, 60, 1, 0)));

        assertThat(comparison.rows()).extracting(Row::tool).containsExactly("ours", "peer");
        assertThat(comparison.ratios().get("peer"))
                .containsEntry("wall", 3.0)
                .containsEntry("cpu", 2.0)
                .containsEntry("stored", 1.2);
    }

    @Test
    void aTimeTooShortToMeasureLeavesTheRatioFinite() {
        assertThat(Comparison.seconds(1, 0)).isEqualTo(1000);
    }

    @Test
    void aGateIsHeldAtItsLimit() {
        assertThat(Gate.SEED_WALL.judge("restic", 3.0).passed()).isTrue();
        assertThat(Gate.SEED_WALL.judge("restic", 2.99).passed()).isFalse();
        assertThat(Gate.SEED_STORED.judge("restic", 1.15).passed()).isTrue();
        assertThat(Gate.SEED_STORED.judge("restic", 1.16).passed()).isFalse();
    }

    @Test
    void changesAreScatteredAlignedAndRepeatable() {
        List<ByteRange> first = new ScatteredChanges(new Random(1), DISK).next();

        assertThat(first).hasSize(160).isSortedAccordingTo((a, b) -> Long.compare(a.offset(), b.offset()));
        assertThat(first).doesNotHaveDuplicates().allSatisfy(range -> {
            assertThat(range.length()).isEqualTo(65_536);
            assertThat(range.offset() % 65_536).isZero();
            assertThat(range.offset() + range.length()).isLessThanOrEqualTo(DISK);
        });
        assertThat(new ScatteredChanges(new Random(1), DISK).next()).isEqualTo(first);
        assertThat(new ScatteredChanges(new Random(2), DISK).next()).isNotEqualTo(first);
    }

    @Test
    void onlyTheNamedPlacesChange() throws IOException {
        Path image = Files.write(folder.resolve("image"), new byte[(int) DISK]);
        ScatteredChanges changes = new ScatteredChanges(new Random(1), DISK);
        List<ByteRange> places = changes.next();

        changes.write(image, places);

        byte[] bytes = Files.readAllBytes(image);
        assertThat(bytes).hasSize((int) DISK);
        byte[] zeros = new byte[ScatteredChanges.RANGE_BYTES];
        IntStream.range(0, (int) (DISK / zeros.length)).forEach(block -> {
            int from = block * zeros.length;
            boolean same = Arrays.equals(bytes, from, from + zeros.length, zeros, 0, zeros.length);
            assertThat(same).isEqualTo(!places.contains(new ByteRange(from, zeros.length)));
        });
    }

    @Test
    void aDiskThatWouldChangeAllOverIsRefused() {
        assertThatThrownBy(() -> new ScatteredChanges(new Random(1), 11L << 20))
                .isInstanceOf(LifeboatException.class)
                .hasMessageContaining("too small");
    }

    private static List<Measurement> walls(double... walls) {
        return Arrays.stream(walls)
                .mapToObj(wall -> new Measurement("t", DISK, 1, wall, 0, 0, 0, 0, 0))
                .toList();
    }
}
