package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.Guard.Hold;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may be held, until when, and the freeing of it. What is held is in the file before {@link #arm} returns, and
 * leaves it only when it was disarmed in time or everything of it was seen to be free. Safe for use by several threads;
 * each thing that is freed has a thread of its own, so that a guest that does not answer holds up no other.
 */
final class Duty {

    /** Between two tries, at first: a suspended guest shall not wait. */
    private static final Duration FIRST_INTERVAL = Duration.ofMillis(100);

    /** Between two looks at what is free and not disarmed: an agent that was stopped may hold it once more. */
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /** Between two tries, in the end: who cannot be freed now is tried for as long as it takes. */
    private static final Duration LAST_INTERVAL = Duration.ofSeconds(5);

    /**
     * What an agent asked the hypervisor for just before it died may be done a moment after it: a machine is free only
     * when it was seen free for so long.
     */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    /** A disk that fails again and again without a capture of ours is not ours to judge. */
    private static final int MOST_RESUMES_AFTER_DISK_ERRORS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Duty.class);

    private final Freedom freedom;
    private final HoldFile file;
    private final Timekeeper time;
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private final Set<Task> tasks = new HashSet<>();
    private long lastId;

    /** What was seen after a try. */
    private enum Look {
        /** Nothing of ours holds it. */
        FREE,
        /** Something of ours holds it still. */
        HELD,
        /** The hypervisor or the guest did not answer. */
        UNKNOWN
    }

    /** What is to be done for a machine. */
    private record Task(MachineId machine, boolean thaw) {}

    /** A hold and how it stands; guarded by the duty. */
    private static final class Entry {
        private final Held held;
        private final Duration deadline;
        private boolean fired;
        /** The agent holds nothing any more by its own word. */
        private boolean disarmed;
        /** The agent is gone. */
        private boolean orphaned;

        private Entry(Held held, Duration deadline) {
            this.held = held;
            this.deadline = deadline;
        }

        private boolean concerns(Task task) {
            return fired && held.machines().contains(task.machine()) && (!task.thaw() || held.hold() == Hold.FREEZE);
        }
    }

    Duty(Freedom freedom, HoldFile file, Timekeeper time) {
        this.freedom = freedom;
        this.file = file;
        this.time = time;
    }

    /** Frees what a guard before this one left behind. */
    synchronized void takeOver() throws IOException {
        for (Held held : file.read()) {
            Entry entry = new Entry(held, time.elapsed());
            entry.orphaned = true;
            entries.put(++lastId, entry);
        }
        fireAll(entry -> true, "the guard before this one was killed");
    }

    /**
     * Takes a hold on.
     *
     * @param running machines that run at this moment
     * @return by which the hold is disarmed
     * @throws IOException when one of the machines is still being freed, or the hold cannot be remembered
     */
    synchronized long arm(Hold hold, Set<MachineId> machines, Set<MachineId> running, Duration deadline)
            throws IOException {
        Set<MachineId> ours = new HashSet<>(machines);
        ours.removeIf(machine -> !running.contains(machine) && !suspendedByUs(machine));
        Held held = new Held(hold, machines, ours);
        for (MachineId machine : machines) {
            if (tasks.contains(new Task(machine, false))
                    || (hold == Hold.FREEZE && tasks.contains(new Task(machine, true)))) {
                throw new IOException("machine %s is still being freed".formatted(machine));
            }
        }
        long id = ++lastId;
        entries.put(id, new Entry(held, time.elapsed().plus(deadline)));
        try {
            remember();
        } catch (IOException e) {
            entries.remove(id);
            throw e;
        }
        return id;
    }

    /**
     * The agent holds nothing of it any more.
     *
     * @return whether the guard had to act
     */
    synchronized boolean disarm(long id) throws IOException {
        Entry entry = entries.get(id);
        if (entry == null) {
            return true;
        }
        entry.disarmed = true;
        if (!entry.fired) {
            entries.remove(id);
            remember();
        }
        return entry.fired;
    }

    synchronized boolean fired(long id) {
        Entry entry = entries.get(id);
        return entry == null || entry.fired;
    }

    /** Frees what is held for longer than it may. */
    synchronized void freeOverdue() {
        Duration now = time.elapsed();
        fireAll(entry -> entry.deadline.compareTo(now) <= 0, "its time is over");
    }

    /** Frees a machine whose disk or scratch file failed, and with it all that is held together with it. */
    synchronized void freeAfterDiskError(MachineId machine) {
        fireAll(entry -> entry.held.machines().contains(machine), "of an error of a disk of " + machine);
    }

    /** Frees everything, for nothing was heard of the agent. It may come back. */
    synchronized void freeForSilence() {
        fireAll(entry -> true, "the agent is silent");
    }

    /** Frees everything, for the agent is gone. */
    synchronized void freeForGone() {
        entries.values().forEach(entry -> entry.orphaned = true);
        fireAll(entry -> true, "the agent is gone");
    }

    synchronized boolean isIdle() {
        return entries.isEmpty();
    }

    private boolean suspendedByUs(MachineId machine) {
        return entries.values().stream()
                .anyMatch(entry -> !entry.fired
                        && entry.held.hold() == Hold.SUSPENSION
                        && entry.held.running().contains(machine));
    }

    /** Fires these, and whatever is held of their machines beside. */
    private void fireAll(Predicate<Entry> which, String reason) {
        List<Entry> now = entries.values().stream()
                .filter(entry -> !entry.fired && which.test(entry))
                .toList();
        for (Entry entry : now) {
            LOG.warn("Freeing {} from {}, for {}", entry.held.machines(), entry.held.hold(), reason);
            entry.fired = true;
        }
        for (Entry entry : now) {
            for (MachineId machine : entry.held.machines()) {
                begin(new Task(machine, false));
                if (entry.held.hold() == Hold.FREEZE) {
                    begin(new Task(machine, true));
                }
                fireAll(other -> other.held.machines().contains(machine), "it is held in another way too");
            }
        }
    }

    private void begin(Task task) {
        if (tasks.add(task)) {
            Thread.ofPlatform()
                    .name((task.thaw() ? "thaw-" : "free-") + task.machine())
                    .daemon()
                    .start(() -> work(task));
        }
    }

    private void work(Task task) {
        Duration interval = FIRST_INTERVAL;
        Duration freeSince = null;
        int heldAfterAll = 0;
        while (true) {
            Look look = freeSince != null && allDisarmed(task) ? Look.FREE : tried(task, heldAfterAll);
            heldAfterAll += look == Look.HELD ? 1 : 0;
            Duration now = time.elapsed();
            freeSince = look != Look.FREE ? null : freeSince == null ? now : freeSince;
            Duration free = freeSince == null ? Duration.ZERO : now.minus(freeSince);
            if (look == Look.FREE && end(task, free)) {
                LOG.info("{} is free", task.machine());
                return;
            }
            try {
                time.pause(interval);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            interval = next(interval, look, free);
        }
    }

    private static Duration next(Duration interval, Look look, Duration free) {
        if (look == Look.FREE) {
            return free.compareTo(SETTLING) < 0 ? FIRST_INTERVAL : WATCH_INTERVAL;
        }
        return interval.compareTo(LAST_INTERVAL) < 0 ? interval.multipliedBy(2) : interval;
    }

    private Look tried(Task task, int heldAfterAll) {
        boolean suspended;
        boolean ran;
        synchronized (this) {
            List<Entry> concerned = entries.values().stream()
                    .filter(entry -> entry.concerns(task))
                    .toList();
            suspended = concerned.stream()
                    .anyMatch(entry -> entry.held.hold() == Hold.SUSPENSION
                            && entry.held.running().contains(task.machine()));
            ran = heldAfterAll < MOST_RESUMES_AFTER_DISK_ERRORS
                    && concerned.stream().anyMatch(entry -> entry.held.running().contains(task.machine()));
        }
        try {
            boolean free = task.thaw() ? freedom.thaw(task.machine()) : freedom.letGo(task.machine(), suspended, ran);
            return free ? Look.FREE : Look.HELD;
        } catch (HypervisorException e) {
            LOG.warn("{} is not free yet: {}", task.machine(), e.getMessage());
            return Look.UNKNOWN;
        }
    }

    /** What was seen free and is disarmed may be held by anybody else again, such as its owner. */
    private synchronized boolean allDisarmed(Task task) {
        return entries.values().stream().filter(entry -> entry.concerns(task)).allMatch(entry -> entry.disarmed);
    }

    /** Ends the task when nobody can hold the machine again: the agent said so, or has been gone for a while. */
    private synchronized boolean end(Task task, Duration free) {
        boolean settled = entries.values().stream()
                .filter(entry -> entry.concerns(task))
                .allMatch(entry -> entry.disarmed || (entry.orphaned && free.compareTo(SETTLING) >= 0));
        if (!settled) {
            return false;
        }
        tasks.remove(task);
        entries.values().removeIf(entry -> entry.fired && !stillWorkedOn(entry));
        try {
            remember();
        } catch (IOException e) {
            // The next guard frees once more what is free already.
            LOG.error("What is held could not be written down: {}", e.toString());
        }
        return true;
    }

    private boolean stillWorkedOn(Entry entry) {
        return tasks.stream().anyMatch(entry::concerns);
    }

    private void remember() throws IOException {
        List<Held> held = new ArrayList<>();
        entries.values().forEach(entry -> held.add(entry.held));
        file.write(held);
    }
}
