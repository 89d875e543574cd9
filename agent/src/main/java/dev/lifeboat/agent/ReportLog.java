package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentMetrics;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** How the groups stand, as lines of the log: each resync and each change of health once. Used by one thread. */
final class ReportLog {

    private static final Logger LOG = LoggerFactory.getLogger(ReportLog.class);

    private final AgentMetrics metrics;
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(@Nullable Health health, @Nullable String reason, Instant resync) {}

    ReportLog(AgentMetrics metrics) {
        this.metrics = metrics;
    }

    /** Looks at what is reported now. */
    void look(List<GroupReport> reports) {
        for (GroupReport report : reports) {
            try (MDC.MDCCloseable _ = MDC.putCloseable("group", report.group())) {
                Seen before = seen.getOrDefault(report.group(), new Seen(null, null, Instant.MIN));
                Instant resync = resyncs(report, before);
                health(report, before);
                seen.put(
                        report.group(),
                        new Seen(report.health(), report.reason().orElse(null), resync));
            }
        }
    }

    private Instant resyncs(GroupReport report, Seen before) {
        Instant last = before.resync();
        for (GroupReport.Resync resync : report.resyncs()) {
            if (resync.at().isAfter(before.resync())) {
                metrics.resync(report.group());
                LOG.warn("Everything is compared with the last point: {}", resync.reason());
                last = resync.at();
            }
        }
        return last;
    }

    private static void health(GroupReport report, Seen before) {
        String reason = report.reason().orElse(null);
        if (report.health() == before.health() && java.util.Objects.equals(reason, before.reason())) {
            return;
        }
        String health = report.health().name().toLowerCase(Locale.ROOT);
        String said = reason == null ? "" : ": " + reason;
        switch (report.health()) {
            case OK, SEEDING -> LOG.info("The group is {}{}", health, said);
            case RESYNCING, WARNING -> LOG.warn("The group is {}{}", health, said);
            case STALLED, BLOCKED -> LOG.error("The group is {}{}", health, said);
        }
    }
}
