package dev.lifeboat.recovery.task;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.Recoveries;
import dev.lifeboat.recovery.RecoveryOrder;
import dev.lifeboat.recovery.home.HomeOrder;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.vault.key.Name;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks of this process, each with a thread of its own. What must outlive it stands in the recoveries' journals.
 */
public final class HostRecoveryTasks implements RecoveryTasks {

    /**
     * Machines that start all read from the vault at once; whoever has more of them starts them one after the other.
     */
    public static final int MOST_AT_ONCE = 4;

    /** Of recoveries that were worked on, the last ones. */
    static final int MOST_KEPT = 64;

    /** The longest that can be waited for one machine. */
    static final Duration MOST_READY_WITHIN = Duration.ofHours(12);

    /** Resuming a machine asks the store, which has some seconds to answer. */
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(20);

    private static final Duration BUSY_INTERVAL = Duration.ofMillis(250);

    /** A clean stop of an agent has 10 s for everything. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final KeyedRecoveries host;
    private final Homecomings home;
    private final Limits limits;
    private final Timekeeper time;
    private final RecoveryWatch watch;
    private final Map<String, TaskThread> tasks = new LinkedHashMap<>();
    private long taken;

    /**
     * How long tasks may take.
     *
     * @param start what a start has beside the time that its machines have to be ready
     * @param end what an end has
     * @param home what a group has that comes home
     */
    public record Limits(Duration start, Duration end, Duration home) {

        /** Many times what they take on a busy host; a group that comes home may be fetched as a whole. */
        public static final Limits STANDARD =
                new Limits(Duration.ofMinutes(30), Duration.ofMinutes(15), Duration.ofHours(24));

        Duration of(RecoveryOrder order) {
            return start.plus(order.readyWithin().multipliedBy(order.machines().size()));
        }
    }

    /**
     * Begins to look after the host's recoveries.
     *
     * @param host the caller's to close, after this
     * @param home likewise
     */
    public HostRecoveryTasks(KeyedRecoveries host, Homecomings home, Limits limits, Timekeeper time) {
        this.host = host;
        this.home = home;
        this.limits = limits;
        this.time = time;
        this.watch = new RecoveryWatch(host, time);
    }

    @Override
    public RecoveryTask start(RecoveryOrder order, PointAccess access) {
        boolean begun = false;
        try {
            if (order.readyWithin().compareTo(MOST_READY_WITHIN) > 0) {
                throw new LifeboatException(
                        ErrorCode.RECOVERY_REFUSED,
                        "Nothing was started. A machine can be waited for for %d h, and not for %s."
                                .formatted(MOST_READY_WITHIN.toHours(), order.readyWithin()));
            }
            synchronized (this) {
                TaskThread known = tasks.get(order.name());
                if (known != null && known.isRunning()) {
                    return requireSame(known, order.name(), order).report();
                }
                TaskThread task = enter(TaskKind.START, order.name(), Optional.of(order));
                task.begin(
                        progress -> {
                            try (access) {
                                Recoveries recoveries = host.with(access);
                                return TaskState.Done.of(whenFree(() -> recoveries.start(order, progress)));
                            }
                        },
                        limits.of(order),
                        this::look);
                begun = true;
                return task.report();
            }
        } finally {
            if (!begun) {
                access.close();
            }
        }
    }

    @Override
    public RecoveryTask bringHome(HomeOrder order, PointAccess access) {
        boolean begun = false;
        try {
            synchronized (this) {
                TaskThread known = tasks.get(order.group());
                if (known != null && known.isRunning()) {
                    return requireSame(known, order.group(), order).report();
                }
                TaskKind kind = switch (order.deed()) {
                    case FOLLOW -> TaskKind.FOLLOW;
                    case BRING_HOME -> TaskKind.BRING_HOME;
                };
                TaskThread task = enter(kind, order.group(), Optional.of(order));
                task.begin(
                        progress -> {
                            try (access) {
                                return TaskState.Done.of(home.carryOut(order, access, progress));
                            }
                        },
                        limits.home(),
                        () -> {});
                begun = true;
                return task.report();
            }
        } finally {
            if (!begun) {
                access.close();
            }
        }
    }

    private static TaskThread requireSame(TaskThread known, String name, Record order) {
        switch (known.kind()) {
            case START, FOLLOW, BRING_HOME -> {
                if (!known.carriesOut(order)) {
                    throw new LifeboatException(
                            ErrorCode.RECOVERY_NAME_TAKEN,
                            "%s %s, and that was ordered differently.".formatted(name, underWay(known.kind())));
                }
            }
            case END -> throw busy(name, known.kind());
        }
        return known;
    }

    private static String underWay(TaskKind kind) {
        return switch (kind) {
            case START -> "is being started";
            case END -> "is being ended";
            case FOLLOW -> "follows a point";
            case BRING_HOME -> "is being brought home";
        };
    }

    private static LifeboatException busy(String name, TaskKind kind) {
        return new LifeboatException(ErrorCode.RECOVERY_BUSY, "%s %s.".formatted(name, underWay(kind)));
    }

    @Override
    public synchronized RecoveryTask end(String name) {
        Optional<TaskThread> known =
                Optional.ofNullable(tasks.get(Name.require("recovery", name))).filter(TaskThread::isRunning);
        if (known.isPresent() && known.get().kind() == TaskKind.END) {
            return known.get().report();
        }
        if (known.isPresent() && known.get().kind() != TaskKind.START) {
            throw busy(name, known.get().kind());
        }
        TaskThread task = enter(TaskKind.END, name, Optional.empty());
        task.begin(
                progress -> {
                    if (known.isPresent()) {
                        progress.accept("It is being started; that is broken off.");
                        known.get().stop("it was told to end");
                    }
                    Recoveries recoveries = host.withoutKeys();
                    requireGone(name, whenFree(() -> recoveries.end(name)));
                    return TaskState.Done.nothing();
                },
                limits.end(),
                this::look);
        return task.report();
    }

    /** Something that is done with a recovery. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws HypervisorException, InterruptedException;
    }

    /** The watch takes a recovery for a moment when it resumes machines of it, and so may another process. */
    private <T> T whenFree(Step<T> step) throws HypervisorException, InterruptedException {
        Duration end = time.elapsed().plus(BUSY_LIMIT);
        while (true) {
            try {
                return step.run();
            } catch (LifeboatException e) {
                if (e.code() != ErrorCode.RECOVERY_BUSY || time.elapsed().compareTo(end) >= 0) {
                    throw e;
                }
            }
            time.pause(BUSY_INTERVAL);
        }
    }

    private static void requireGone(String name, List<String> left) {
        if (!left.isEmpty()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_INCOMPLETE,
                    "Of recovery %s there is left: %s".formatted(name, String.join(" ", left)));
        }
    }

    /** Puts a new task in the place of the recovery's last one. */
    private TaskThread enter(TaskKind kind, String recovery, Optional<Record> order) {
        long atWork = tasks.entrySet().stream()
                .filter(entry ->
                        !entry.getKey().equals(recovery) && entry.getValue().isAlive())
                .count();
        if (atWork >= MOST_AT_ONCE) {
            throw new LifeboatException(
                    ErrorCode.AGENT_TASKS_FULL, "%d recoveries are worked on already.".formatted(atWork));
        }
        TaskThread task = new TaskThread(taken++, kind, recovery, order, time);
        tasks.remove(recovery);
        tasks.put(recovery, task);
        Iterator<TaskThread> oldest = tasks.values().iterator();
        while (tasks.size() > MOST_KEPT && oldest.hasNext()) {
            if (!oldest.next().isAlive()) {
                oldest.remove();
            }
        }
        return task;
    }

    private void look() {
        try {
            watch.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized Optional<RecoveryTask> task(String name) {
        return Optional.ofNullable(tasks.get(name)).map(TaskThread::report);
    }

    @Override
    public synchronized List<RecoveryTask> tasks() {
        return tasks.values().stream().map(TaskThread::report).toList();
    }

    @Override
    public Optional<Standing> standing() {
        return Optional.of(watch.standing());
    }

    @Override
    public void close() {
        watch.close();
        List<TaskThread> all;
        synchronized (this) {
            all = List.copyOf(tasks.values());
        }
        all.forEach(task -> {
            Thread _ = task.interrupt("the agent stops");
        });
        try {
            time.await(CLOSE_LIMIT, Duration.ofMillis(20), () -> all.stream().noneMatch(TaskThread::isAlive));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
