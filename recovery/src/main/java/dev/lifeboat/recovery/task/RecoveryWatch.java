package dev.lifeboat.recovery.task;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.LocalRecoveryHost;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.task.Standing.Resumption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the recoveries of a host again and again, and lets guests go on that QEMU had paused while their disks did
 * not answer. So who asks how they stand need not wait for guests and hypervisor. Safe for use by several threads.
 */
final class RecoveryWatch implements AutoCloseable {

    /** A guest whose disks are back stands still for at most that long. */
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** Where nothing was recovered there is nothing to look after; somebody may recover it beside this process. */
    private static final Duration IDLE_INTERVAL = Duration.ofSeconds(30);

    private static final int MOST_RESUMED = 20;

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryWatch.class);

    private final KeyedRecoveries host;
    private final Timekeeper time;
    private final Thread thread;
    private volatile Standing standing = Standing.UNKNOWN;

    /** Begins to look. */
    RecoveryWatch(KeyedRecoveries host, Timekeeper time) {
        this.host = host;
        this.time = time;
        this.thread = Thread.ofPlatform().name("recoveries").daemon().start(this::watch);
    }

    Standing standing() {
        return standing;
    }

    private void watch() {
        try {
            while (true) {
                look();
                Duration idle = Duration.ZERO;
                do {
                    time.pause(INTERVAL);
                    idle = idle.plus(INTERVAL);
                } while (standing.recoveries().isEmpty() && idle.compareTo(IDLE_INTERVAL) < 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks now. */
    synchronized void look() throws InterruptedException {
        try {
            Recoveries recoveries = host.withoutKeys();
            List<Resumption> resumed = new ArrayList<>(standing.resumed());
            for (String machine : recoveries.resumePaused()) {
                LOG.warn("{} had been paused because its disks did not answer; it goes on", machine);
                resumed.add(new Resumption(time.instant(), machine));
            }
            List<RecoveryReport> seen = recoveries.observe();
            standing = new Standing(
                    Optional.of(time.instant()),
                    seen,
                    resumed.subList(Math.max(0, resumed.size() - MOST_RESUMED), resumed.size()),
                    Optional.empty());
        } catch (HypervisorException e) {
            fault(String.valueOf(LocalRecoveryHost.failure(e).getMessage()));
        } catch (LifeboatException e) {
            fault(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("The recoveries could not be looked at, in a way that nobody thought of", e);
            fault("Unforeseen: " + e);
        }
    }

    private void fault(String why) {
        if (!standing.fault().equals(Optional.of(why))) {
            LOG.warn("The recoveries of this host cannot be looked at: {}", why);
        }
        standing = standing.withFault(why);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
