package dev.lifeboat.lab.shop;

import dev.lifeboat.model.Timekeeper;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts what a customer goes through. Thread-safe, so that progress can be shown while it shops. */
final class CustomerTally {

    private final Timekeeper time;
    private final Instant startedAt;
    private final SilenceMeter silence;
    private final Findings.Collector<FalseConfirmation> falseConfirmations = new Findings.Collector<>();
    private long placed;
    private long confirmed;
    private long retried;
    private long refused;
    private long unanswered;
    private @Nullable String lastTrouble;
    private @Nullable String lastRefusal;
    private @Nullable CustomerReport ended;

    CustomerTally(Timekeeper time) {
        this.time = time;
        startedAt = time.instant();
        silence = new SilenceMeter(time);
    }

    synchronized void placed() {
        placed++;
    }

    synchronized void retried() {
        retried++;
    }

    synchronized void confirmed() {
        confirmed++;
        silence.sign();
    }

    synchronized void refused(String reason) {
        refused++;
        lastRefusal = reason;
    }

    synchronized void falselyConfirmed(FalseConfirmation wrong) {
        falseConfirmations.add(wrong);
    }

    /** An attempt brought no answer. */
    synchronized void trouble(String reason) {
        lastTrouble = reason;
    }

    /** An order is given up without an answer. */
    synchronized void givenUp() {
        unanswered++;
    }

    /** Fixes the report as it is now. */
    synchronized void end() {
        ended = report();
    }

    synchronized CustomerReport report() {
        if (ended != null) {
            return ended;
        }
        return new CustomerReport(
                startedAt,
                time.instant(),
                placed,
                confirmed,
                retried,
                refused,
                unanswered,
                falseConfirmations.findings(),
                silence.longest(),
                lastTrouble,
                lastRefusal);
    }
}
