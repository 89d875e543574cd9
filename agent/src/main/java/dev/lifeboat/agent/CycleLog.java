package dev.lifeboat.agent;

import dev.lifeboat.agent.endpoint.AgentMetrics;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.ReplicationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What happens in cycles, as lines of the log that carry group and cycle, and in the metrics. Safe for use by several
 * threads.
 */
public final class CycleLog implements ReplicationListener {

    private static final Logger LOG = LoggerFactory.getLogger(CycleLog.class);

    private final AgentMetrics metrics;

    CycleLog(AgentMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void published(String group, long number, GroupReport.Cycle cycle) {
        metrics.cycle(group, cycle);
        inCycle(
                group,
                number,
                () -> LOG.info(
                        "{} in {} s: {} read, {} stored{}{}",
                        cycle.point(),
                        cycle.took().toMillis() / 1000.0,
                        new ByteCount(cycle.readBytes()),
                        new ByteCount(cycle.storedBytes()),
                        cycle.pause()
                                .map(pause -> ", machines stood still for %d ms".formatted(pause.toMillis()))
                                .orElse(""),
                        cycle.applicationConsistent() ? ", application-consistent" : ""));
    }

    @Override
    public void noted(String group, long number, String what) {
        inCycle(group, number, () -> LOG.warn("{}", what));
    }

    private static void inCycle(String group, long number, Runnable saying) {
        try (MDC.MDCCloseable _ = MDC.putCloseable("group", group);
                MDC.MDCCloseable _ = MDC.putCloseable("cycle", Long.toString(number))) {
            saying.run();
        }
    }
}
