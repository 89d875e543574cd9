package dev.lifeboat.lab.scribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random lives of a scribe, with crashes in the middle of batches: every disk that it leaves is clean; one that is put
 * together from two moments is not, nor is one with a planted fault. The seed is the name of the test.
 */
class ScribeAuditPropertyTest {

    private static final int RUNS = 150;
    private static final int RING = 700;
    private static final int SLOTS = 40;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, RUNS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatScribeLeavesIsCleanAndWhatItCannotHaveLeftIsNot(long seed) throws IOException {
        RandomGenerator chance = new SplittableRandom(seed);
        LittleScribe scribe = new LittleScribe(RING, SLOTS);
        live(scribe, chance);
        assertClean(scribe);
        boolean crashed = chance.nextBoolean();
        if (crashed) {
            scribe.batchCutShort(size(chance), deeds(chance), chance);
            assertClean(scribe);
            scribe.restart();
            assertClean(scribe);
        }
        byte[] early = scribe.disk.clone();
        long then = scribe.last();
        scribe.write(new SlotDeed(SlotDeed.Kind.WRITE, 0, SLOTS - 1)).write(1);
        assertClean(scribe);

        byte[] late = scribe.disk.clone();
        int log = RING * ScribeRecord.BYTES;
        System.arraycopy(early, 0, scribe.disk, 0, log);
        assertThat(scribe.judge(then).future().count())
                .as("slots from after the log")
                .isEqualTo(SLOTS);
        System.arraycopy(late, 0, scribe.disk, 0, log);
        System.arraycopy(early, log, scribe.disk, log, early.length - log);
        assertThat(scribe.judge(then).stale().count())
                .as("slots from before the log")
                .isEqualTo(SLOTS);

        System.arraycopy(late, 0, scribe.disk, 0, late.length);
        plant(scribe, chance);
    }

    private static void live(LittleScribe scribe, RandomGenerator chance) throws IOException {
        int batches = chance.nextInt(1, 60);
        for (int i = 0; i < batches; i++) {
            if (chance.nextInt(6) == 0) {
                scribe.batchCutShort(size(chance), deeds(chance), chance);
                scribe.restart();
            } else {
                scribe.batch(size(chance), deeds(chance));
            }
        }
    }

    /** Something at one of the newest records: a whole round less one batch is proven, so at least this many. */
    private static void plant(LittleScribe scribe, RandomGenerator chance) throws IOException {
        long oldest = Math.max(1, scribe.last() - (RING - ScribeRecord.LARGEST_BATCH) + 1);
        long number = chance.nextLong(oldest, scribe.last());
        int place = (int) ((number - 1) % RING);
        switch (chance.nextInt(4)) {
            case 0 -> {
                scribe.clear(place);
                assertThat(scribe.judge(0).missing().first()).containsExactly(new Places(number, number));
            }
            case 1 -> {
                scribe.tear(place);
                assertThat(scribe.judge(0).torn().first()).containsExactly(number);
            }
            case 2 -> {
                scribe.put(place, scribe.sector((place + 1) % RING));
                assertThat(scribe.judge(0).misplaced().count()).isEqualTo(1);
            }
            default -> {
                long settled = Math.max(0, number - RING - 1);
                if (number > RING) {
                    scribe.put(scribe.record(number - RING, settled, SlotDeed.NONE));
                } else {
                    scribe.clear(place);
                }
                assertThat(scribe.judge(0).missing().first()).containsExactly(new Places(number, number));
            }
        }
    }

    private static int size(RandomGenerator chance) {
        return chance.nextInt(3) == 0 ? chance.nextInt(1, ScribeRecord.LARGEST_BATCH + 1) : chance.nextInt(1, 8);
    }

    private static List<SlotDeed> deeds(RandomGenerator chance) {
        List<SlotDeed> deeds = new ArrayList<>();
        SlotDeed.Kind[] kinds = SlotDeed.Kind.values();
        for (int i = chance.nextInt(6); i > 0; i--) {
            SlotDeed.Kind kind = kinds[chance.nextInt(kinds.length)];
            int from = chance.nextInt(SLOTS);
            int to = chance.nextBoolean() ? from : chance.nextInt(from, SLOTS);
            deeds.add(kind == SlotDeed.Kind.NONE ? SlotDeed.NONE : new SlotDeed(kind, from, to));
        }
        return deeds;
    }

    private static void assertClean(LittleScribe scribe) throws IOException {
        ScribeReport report = scribe.judge(scribe.last());
        assertThat(report.clean()).as(report.text()).isTrue();
    }
}
