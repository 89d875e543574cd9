package dev.lifeboat.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"PT5S, PT30S", "PT30S, PT30S", "PT1M, PT1M", "PT15M, PT5M"})
    void pausesGrowToThePeriodWithinBounds(Duration period, Duration longest) {
        Backoff backoff = new Backoff(new SplittableRandom(1), period);
        Duration expected = Duration.ofSeconds(2);
        for (int i = 0; i < 20; i++) {
            assertThat(backoff.failed()).isBetween(expected.dividedBy(2), expected);
            expected = expected.multipliedBy(2).compareTo(longest) < 0 ? expected.multipliedBy(2) : longest;
        }
        assertThat(expected).isEqualTo(longest);
        backoff.succeeded();
        assertThat(backoff.failed()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }
}
