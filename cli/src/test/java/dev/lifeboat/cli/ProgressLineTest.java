package dev.lifeboat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.model.ByteCount;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private static final ByteCount ALL = ByteCount.ofMebibytes(4096);

    private final SteppedTime time = new SteppedTime();
    private final StringWriter written = new StringWriter();

    @Test
    void redrawsOneLineOnATerminal() {
        try (ProgressLine line = line(true)) {
            for (int second = 1; second <= 2; second++) {
                time.pause(Duration.ofSeconds(1));
                line.report(ByteCount.ofMebibytes(512L * second), ALL);
            }
        }

        assertThat(written)
                .hasToString("\r\u001b[Kseeding web  512.0 MiB of 4.0 GiB  12 %  512.0 MiB/s  7 s left"
                        + "\r\u001b[Kseeding web  1.0 GiB of 4.0 GiB  25 %  512.0 MiB/s  6 s left"
                        + "\r\u001b[Kseeding web  1.0 GiB in 2 s  512.0 MiB/s\n");
    }

    @Test
    void doesNotRedrawMoreOftenThanAnEyeSees() {
        ProgressLine line = line(true);
        for (int step = 0; step < 1000; step++) {
            time.pause(Duration.ofMillis(1));
            line.report(new ByteCount(step), ALL);
        }

        assertThat(written.toString().chars().filter(letter -> letter == '\r')).hasSize(5);
    }

    @Test
    void writesAPlainLineNowAndThenElsewhere() {
        try (ProgressLine line = line(false)) {
            for (int second = 1; second <= 11; second++) {
                time.pause(Duration.ofSeconds(1));
                line.report(ByteCount.ofMebibytes(second), null);
            }
        }

        assertThat(written).hasToString("""
                        seeding web  5.0 MiB  1.0 MiB/s
                        seeding web  10.0 MiB  1.0 MiB/s
                        seeding web  11.0 MiB in 11 s  1.0 MiB/s
                        """);
    }

    @Test
    void promisesNothingWhileNothingMoves() {
        ProgressLine line = line(false);
        time.pause(Duration.ofSeconds(6));
        line.report(new ByteCount(0), ALL);

        assertThat(written).hasToString("seeding web  0 B of 4.0 GiB  0 %  0 B/s\n");
    }

    @Test
    void rateIsThatOfTheLastSeconds() {
        ProgressLine line = line(false);
        long done = 0;
        for (int second = 1; second <= 60; second++) {
            done += second <= 30 ? 100 : 1;
            time.pause(Duration.ofSeconds(1));
            line.report(ByteCount.ofMebibytes(done), ALL);
        }

        assertThat(written.toString()).endsWith("3.0 GiB of 4.0 GiB  73 %  1.0 MiB/s  17 min 46 s left\n");
    }

    @Test
    void saysAboveTheLine() {
        ProgressLine line = line(true);
        line.say("host kvm1 answers");

        assertThat(written).hasToString("\r\u001b[Khost kvm1 answers\n");
    }

    @Test
    void isClosedOnce() {
        ProgressLine line = line(false);
        line.close();
        line.close();
        line.report(ALL, ALL);

        assertThat(written).hasToString("seeding web  0 B in 0 s\n");
    }

    private ProgressLine line(boolean terminal) {
        return new ProgressLine(new PrintWriter(written), terminal, time, "seeding web");
    }
}
