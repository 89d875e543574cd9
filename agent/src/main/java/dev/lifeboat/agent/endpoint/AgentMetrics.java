package dev.lifeboat.agent.endpoint;

import dev.lifeboat.replication.GroupReport;
import dev.lifeboat.replication.Health;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a monitor can draw: how the groups stand, at the moment of asking, and what cycles cost, added up since the
 * agent began. Safe for use by several threads.
 */
public final class AgentMetrics implements AutoCloseable {

    private static final String GROUP = "group";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MultiGauge lag = gauge("lifeboat.group.lag.seconds", "Age of the newest point's content");
    private final MultiGauge period = gauge("lifeboat.group.period.seconds", "Wanted from cycle to cycle");
    private final MultiGauge newest =
            gauge("lifeboat.group.newest.timestamp.seconds", "Start of the cycle that made the newest point");
    private final MultiGauge health = gauge("lifeboat.group.health", "1 for the health that the group has");
    private final MultiGauge seeding =
            gauge("lifeboat.group.seed.ratio", "How far a first copy or a resync has come, from 0 to 1");
    private volatile boolean guarded;

    public AgentMetrics() {
        Gauge.builder("lifeboat.guard.up", () -> guarded ? 1 : 0)
                .description("Whether there is a guard")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    /** Adds a cycle that ended in a point. */
    public void cycle(String group, GroupReport.Cycle cycle) {
        timer("lifeboat.cycle.duration", "From the frozen moment to the point", group)
                .record(cycle.took());
        cycle.pause()
                .ifPresent(pause -> timer("lifeboat.cycle.pause", "For which machines stood still", group)
                        .record(pause));
        registry.counter("lifeboat.cycle.read.bytes", GROUP, group).increment((double) cycle.readBytes());
        registry.counter("lifeboat.cycle.stored.bytes", GROUP, group).increment((double) cycle.storedBytes());
    }

    /** Adds a resync. */
    public void resync(String group) {
        registry.counter("lifeboat.resyncs", GROUP, group).increment();
    }

    private Timer timer(String name, String description, String group) {
        return Timer.builder(name).description(description).tag(GROUP, group).register(registry);
    }

    /** All of it in the text format of Prometheus. */
    synchronized String scrape(List<GroupReport> reports, boolean guard) {
        guarded = guard;
        rows(
                lag,
                reports.stream().filter(one -> one.lag().isPresent()).toList(),
                one -> one.lag().orElseThrow().toMillis() / 1000.0);
        rows(period, reports, one -> one.period().toMillis() / 1000.0);
        rows(
                newest,
                reports.stream().filter(one -> one.newestStarted().isPresent()).toList(),
                one -> one.newestStarted().orElseThrow().toEpochMilli() / 1000.0);
        rows(
                seeding,
                reports.stream().filter(one -> one.seed().isPresent()).toList(),
                one -> ratio(one.seed().orElseThrow()));
        healthRows(reports);
        return registry.scrape();
    }

    private static double ratio(GroupReport.Seed seed) {
        return seed.totalBytes() == 0 ? 1 : (double) seed.doneBytes() / seed.totalBytes();
    }

    private static void rows(MultiGauge gauge, List<GroupReport> reports, ToDoubleFunction<GroupReport> value) {
        List<Row<?>> rows = new ArrayList<>();
        reports.forEach(report -> rows.add(Row.of(Tags.of(GROUP, report.group()), value.applyAsDouble(report))));
        gauge.register(rows, true);
    }

    private void healthRows(List<GroupReport> reports) {
        List<Row<?>> rows = new ArrayList<>();
        for (GroupReport report : reports) {
            for (Health one : Health.values()) {
                rows.add(Row.of(
                        Tags.of(GROUP, report.group(), "health", one.name().toLowerCase(Locale.ROOT)),
                        one == report.health() ? 1 : 0));
            }
        }
        health.register(rows, true);
    }

    @Override
    public void close() {
        registry.close();
    }
}
