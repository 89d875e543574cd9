package dev.lifeboat.replication;

import dev.lifeboat.model.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps a group protected: a thread that runs one cycle after the other until it is told to stop. Safe for use by
 * several threads.
 */
final class GroupKeeper {

    /** How soon somebody who wakes it is heard. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Protection protection;
    private final GroupCycles cycles;
    private final GroupStanding standing;
    private final CaptureStop stop;
    private final List<SpoolStore> spools;
    private final Timekeeper time;
    private final ReentrantLock turn = new ReentrantLock();
    private final Thread thread;
    private volatile boolean woken;

    GroupKeeper(
            Protection protection,
            GroupCycles cycles,
            GroupStanding standing,
            CaptureStop stop,
            List<SpoolStore> spools,
            Timekeeper time) {
        this.protection = protection;
        this.cycles = cycles;
        this.standing = standing;
        this.stop = stop;
        this.spools = List.copyOf(spools);
        this.time = time;
        this.thread =
                Thread.ofPlatform().daemon().name("group-" + protection.group()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Protection protection() {
        return protection;
    }

    GroupReport report() {
        return standing.report();
    }

    private void run() {
        try {
            while (!stop.isForGood()) {
                Duration pause = attempt();
                boolean _ = time.await(pause, LOOK, () -> woken || stop.isForGood());
                woken = false;
            }
        } catch (InterruptedException e) {
            // Asked to stop.
        } finally {
            cycles.end();
        }
    }

    private Duration attempt() throws InterruptedException {
        turn.lockInterruptibly();
        try {
            return cycles.attempt();
        } catch (RuntimeException | Error e) {
            // A bug ends the protection of this group and of no other, and says so.
            standing.is(Health.BLOCKED, "replication of the group broke off: " + e);
            stop.forGood();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /** Does something while no cycle is under way: reading ends soon, and what was read is kept. */
    <E extends Exception> void between(Action<E> action) throws E, InterruptedException {
        stop.reading(true);
        try {
            turn.lockInterruptibly();
            try {
                action.run();
            } finally {
                turn.unlock();
            }
        } finally {
            stop.reading(false);
            wake();
        }
    }

    /** Something to be done between two cycles. */
    interface Action<E extends Exception> {

        /** Does it. */
        void run() throws E, InterruptedException;
    }

    /** The next cycle begins now. */
    void wake() {
        woken = true;
    }

    boolean has(String machine) {
        return cycles.has(machine);
    }

    /** Asks it to stop: reading ends, and no cycle begins any more. */
    void stop() {
        stop.forGood();
    }

    /** Waits for its end, and breaks off what is under way when the time is over. */
    void awaitEnd(Duration graceful, Duration most) throws InterruptedException {
        thread.join(graceful);
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(most);
        }
        spools.forEach(SpoolStore::abandon);
    }
}
