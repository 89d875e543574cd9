package dev.lifeboat.lab.shop;

import java.time.Instant;
import java.util.function.Function;

/**
 * An audit's report in sentences: first what everybody wants to know, then the faults, then what only looks like one.
 */
final class AuditText {

    private final StringBuilder text = new StringBuilder();

    AuditText(AuditReport report) {
        summary(report);
        faults(report);
        harmless(report);
        if (report.clean()) {
            line("Nothing is lost, torn or doubled, and the two machines agree.");
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private void summary(AuditReport report) {
        String when = report.asOf() == null ? "" : " before " + report.asOf();
        line("Confirmed to the customer%s: %d. Of these db has %d; %d are lost, %d are torn."
                .formatted(
                        when,
                        report.confirmed(),
                        report.present(),
                        report.lost().count(),
                        report.confirmedTorn()));
        if (report.confirmedLater() > 0) {
            line("Confirmed later, and not expected: %d.".formatted(report.confirmedLater()));
        }
        line("Sound orders in db's book: %d; in web's ledger: %d.".formatted(report.orders(), report.ledger()));
        Instant firstLost = report.firstLostAt();
        if (firstLost != null) {
            line("The first lost order was confirmed at %s.".formatted(firstLost));
        }
        Instant lastKept = report.lastKeptAt();
        if (lastKept != null) {
            line("The last order that is there was confirmed at %s.".formatted(lastKept));
        }
    }

    private void faults(AuditReport report) {
        list("Confirmed, but lost from db's book", report.lost(), AuditText::lost);
        list("Confirmed, but lost from web's ledger", report.lostFromLedger(), AuditText::lost);
        list(
                "Torn lines",
                report.torn(),
                torn -> "%s, line %d%s: %s"
                        .formatted(
                                torn.book().description(),
                                torn.line(),
                                torn.number() == 0 ? "" : ", seemingly order " + torn.number(),
                                torn.start()));
        list(
                "Doubled",
                report.doubled(),
                doubled -> "%s: %s repeats %s"
                        .formatted(doubled.book().description(), order(doubled.again()), order(doubled.first())));
        list("In web's ledger, but not the same in db", report.disagreements(), AuditText::disagreement);
        list("Numbers missing in db's book", report.gaps(), AuditText::gap);
    }

    private void harmless(AuditReport report) {
        if (!report.unconfirmed().none()) {
            line("In db, but the customer never got the answer: %d. This is harmless."
                    .formatted(report.unconfirmed().count()));
        }
        if (!report.unledgered().none()) {
            line("In db, not yet in web's ledger and not confirmed: %d. The crash came between; this is harmless."
                    .formatted(report.unledgered().count()));
        }
        report.unfinished()
                .forEach(tail -> line("The last line of %s, line %d, was cut off by the crash; this is harmless: %s"
                        .formatted(tail.book().description(), tail.line(), tail.start())));
    }

    private <T> void list(String title, Findings<T> findings, Function<T, String> sentence) {
        if (findings.none()) {
            return;
        }
        line("%s: %d".formatted(title, findings.count()));
        findings.first().forEach(finding -> line("  " + sentence.apply(finding)));
        long more = findings.count() - findings.first().size();
        if (more > 0) {
            line("  … and %d more".formatted(more));
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String lost(LostOrder lost) {
        String trace = switch (lost.trace()) {
            case MISSING -> "nothing has its number";
            case DIFFERENT -> "another order has its number";
        };
        return "%s, confirmed at %s: %s".formatted(order(lost.order()), lost.confirmedAt(), trace);
    }

    private static String disagreement(Disagreement disagreement) {
        Order inDb = disagreement.orders();
        return "web: %s; db: %s".formatted(order(disagreement.ledger()), inDb == null ? "nothing" : order(inDb));
    }

    private static String gap(NumberGap gap) {
        return gap.from() == gap.to() ? "%d".formatted(gap.from()) : "%d to %d".formatted(gap.from(), gap.to());
    }

    private static String order(Order order) {
        return "order %d (%d × %s, token %s)".formatted(order.number(), order.quantity(), order.item(), order.token());
    }
}
