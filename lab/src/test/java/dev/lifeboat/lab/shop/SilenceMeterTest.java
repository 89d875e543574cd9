package dev.lifeboat.lab.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SilenceMeterTest {

    private final SteppedTime time = new SteppedTime();
    private final SilenceMeter meter = new SilenceMeter(time);

    @Test
    void theLongestSilenceLiesBetweenTwoSigns() {
        signAfter(1);
        signAfter(5);
        signAfter(2);

        assertThat(meter.longest()).isEqualTo(silence(1, 6));
    }

    @Test
    void theFirstOfTwoEqualOnesCounts() {
        signAfter(3);
        signAfter(3);

        assertThat(meter.longest()).isEqualTo(silence(0, 3));
    }

    @Test
    void aSilenceThatHasNotEndedCountsUpToNow() {
        signAfter(1);
        time.pause(Duration.ofSeconds(7));

        assertThat(meter.longest()).isEqualTo(silence(1, 8));
    }

    private void signAfter(int seconds) {
        time.pause(Duration.ofSeconds(seconds));
        meter.sign();
    }

    private static Silence silence(int from, int to) {
        Instant start = SteppedTime.START;
        return new Silence(start.plusSeconds(from), start.plusSeconds(to), Duration.ofSeconds(to - from));
    }
}
