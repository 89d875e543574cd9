package dev.lifeboat.recovery.task;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.LocalRecoveryHost;
import dev.lifeboat.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A task and the thread that works on it. The thread is a platform thread, for the hypervisor's calls would hold the
 * carrier of a virtual one. Safe for use by several threads.
 */
final class TaskThread {

    /** As many as a person reads; a start says a few for each machine. */
    static final int MOST_LINES = 200;

    /** Longer ones have been copied from a program that failed. */
    static final int LONGEST_LINE = 1000;

    /** Who is interrupted and does nothing about it hangs in a call of the kernel or the hypervisor. */
    private static final Duration INTERRUPT_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(TaskThread.class);

    private final long number;
    private final TaskKind kind;
    private final String recovery;
    private final Optional<Record> order;
    private final Timekeeper time;
    private final Instant begun;
    private final Deque<String> lines = new ArrayDeque<>();
    private long firstLine;
    private TaskState state = new TaskState.Running();
    private Optional<Instant> ended = Optional.empty();
    private @Nullable String stopped;
    private @Nullable Thread thread;

    /** What a task does. */
    @FunctionalInterface
    interface Work {
        TaskState.Done run(Consumer<String> progress) throws HypervisorException, InterruptedException;
    }

    /**
     * A task that has not begun.
     *
     * @param order what is started or brought home; empty for an end
     */
    TaskThread(long number, TaskKind kind, String recovery, Optional<Record> order, Timekeeper time) {
        this.number = number;
        this.kind = kind;
        this.recovery = recovery;
        this.order = order;
        this.time = time;
        this.begun = time.instant();
    }

    TaskKind kind() {
        return kind;
    }

    boolean carriesOut(Record other) {
        return order.equals(Optional.of(other));
    }

    synchronized boolean isRunning() {
        return state instanceof TaskState.Running;
    }

    /** Whether its thread is there still; it may be after the task has failed, when it hangs. */
    synchronized boolean isAlive() {
        Thread own = thread;
        return own != null && own.isAlive();
    }

    synchronized RecoveryTask report() {
        return new RecoveryTask(number, kind, recovery, begun, ended, state, firstLine, List.copyOf(lines));
    }

    /**
     * Begins.
     *
     * @param limit after which it is broken off
     * @param after run when all is over, by the same thread
     */
    synchronized void begin(Work work, Duration limit, Runnable after) {
        Thread own = Thread.ofPlatform().name("recovery-" + recovery).daemon().start(() -> {
            work(work);
            after.run();
        });
        thread = own;
        Thread.ofVirtual().name("limit-" + recovery).start(() -> watch(own, limit));
    }

    private void work(Work work) {
        try (MDC.MDCCloseable _ = MDC.putCloseable("recovery", recovery)) {
            LOG.info("{} begins", kind);
            TaskState end = new TaskState.Failed(ErrorCode.CLI_BUG, "Its thread has died; the agent's log has more.");
            try {
                end = outcome(work);
            } finally {
                end(end);
            }
        }
    }

    private TaskState outcome(Work work) {
        try {
            return work.run(this::say);
        } catch (InterruptedException e) {
            return brokenOff();
        } catch (HypervisorException e) {
            return failed(LocalRecoveryHost.failure(e));
        } catch (StoreException e) {
            return failed(e.toLifeboat());
        } catch (LifeboatException e) {
            return failed(e);
        } catch (RuntimeException e) {
            LOG.error("A task failed in a way that nobody thought of", e);
            return failed(new LifeboatException(ErrorCode.CLI_BUG, "Unforeseen: " + e, e));
        }
    }

    /** Who is broken off may say so in many ways. */
    private TaskState failed(LifeboatException failure) {
        return reason().isPresent()
                ? brokenOff()
                : new TaskState.Failed(failure.code(), String.valueOf(failure.getMessage()));
    }

    private TaskState brokenOff() {
        return new TaskState.Failed(
                ErrorCode.AGENT_TASK_STOPPED,
                "What was done for %s was broken off: %s."
                        .formatted(kind.on(recovery), reason().orElse("its thread was interrupted")));
    }

    private synchronized Optional<String> reason() {
        return Optional.ofNullable(stopped);
    }

    /** The first end counts. */
    private synchronized void end(TaskState how) {
        if (!isRunning()) {
            return;
        }
        state = how;
        ended = Optional.of(time.instant());
        switch (how) {
            case TaskState.Failed(ErrorCode code, String message) -> LOG.error("{} {}", code.code(), message);
            case TaskState.Done _ -> LOG.info("{} is done", kind);
            case TaskState.Running _ -> throw new IllegalArgumentException("a task that ends runs");
        }
    }

    private void say(String line) {
        LOG.info("{}", line);
        keep(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
    }

    private synchronized void keep(String line) {
        lines.addLast(line);
        if (lines.size() > MOST_LINES) {
            lines.removeFirst();
            firstLine++;
        }
    }

    private void watch(Thread own, Duration limit) {
        try {
            if (!own.join(limit)) {
                stop("it was not done within %d s".formatted(limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Breaks it off, and waits some seconds until it has ended; then it has failed, whatever its thread does. */
    void stop(String why) throws InterruptedException {
        Thread own = interrupt(why);
        if (own != null && !own.join(INTERRUPT_LIMIT)) {
            end(brokenOff());
        }
    }

    /** Breaks it off. */
    synchronized @Nullable Thread interrupt(String why) {
        Thread own = thread;
        if (own != null && isRunning()) {
            stopped = why;
            own.interrupt();
        }
        return own;
    }
}
