package dev.lifeboat.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.replication.BandwidthSchedule.Window;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How much may be sent at what time of day. */
class BandwidthScheduleTest {

    private static final Optional<ByteCount> SLOW = Optional.of(new ByteCount(1000));
    private static final Optional<ByteCount> NIGHT = Optional.of(new ByteCount(9000));

    private final BandwidthSchedule schedule = new BandwidthSchedule(
            ZoneId.of("Europe/Berlin"),
            Optional.empty(),
            List.of(
                    new Window(LocalTime.of(8, 0), LocalTime.of(18, 0), SLOW),
                    new Window(LocalTime.of(22, 0), LocalTime.of(6, 0), NIGHT)));

    @Test
    void aWindowIsOpenFromItsFirstMomentToBeforeItsLast() {
        assertThat(schedule.at(Instant.parse("2026-07-01T05:59:59Z"))).isEmpty();
        assertThat(schedule.at(Instant.parse("2026-07-01T06:00:00Z"))).isEqualTo(SLOW);
        assertThat(schedule.at(Instant.parse("2026-07-01T15:59:59Z"))).isEqualTo(SLOW);
        assertThat(schedule.at(Instant.parse("2026-07-01T16:00:00Z"))).isEmpty();
    }

    @Test
    void aWindowMayGoOverMidnightInTheZonesOwnTime() {
        assertThat(schedule.at(Instant.parse("2026-07-01T20:00:00Z"))).isEqualTo(NIGHT);
        assertThat(schedule.at(Instant.parse("2026-07-02T03:59:59Z"))).isEqualTo(NIGHT);
        assertThat(schedule.at(Instant.parse("2026-07-02T04:00:00Z"))).isEmpty();
    }

    @Test
    void aLimitOfNothingIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(LocalTime.MIDNIGHT, LocalTime.NOON, Optional.of(new ByteCount(0))));
    }
}
