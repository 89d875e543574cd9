package dev.lifeboat.agent.endpoint;

import dev.lifeboat.offline.HomeText;
import dev.lifeboat.offline.RescueText;
import dev.lifeboat.recovery.task.RecoveryTask;
import dev.lifeboat.recovery.task.RecoveryTasks;
import dev.lifeboat.recovery.task.Standing;
import dev.lifeboat.recovery.task.TaskKind;
import dev.lifeboat.recovery.task.TaskState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recoveries of a host, as {@code /recoveries} answers; part of {@code /status}. What there is not, is null.
 *
 * @param seen when it was looked last
 * @param recoveries as they were then
 * @param tasks the last one of each recovery since the agent began
 * @param resumed guests that were let go on after their disks had been away
 * @param fault why it could not be looked
 */
public record RecoveryStatus(
        @Nullable Instant seen,
        List<RescueText.Recovery> recoveries,
        List<Task> tasks,
        List<Resumption> resumed,
        @Nullable String fault) {

    public RecoveryStatus {
        recoveries = List.copyOf(recoveries);
        tasks = List.copyOf(tasks);
        resumed = List.copyOf(resumed);
    }

    /** How far a task is, see {@link TaskState}. */
    public enum Progress {
        /** It is worked on. */
        RUNNING,
        /** What was ordered was seen to be so. */
        DONE,
        /** It has ended without that. */
        FAILED
    }

    /** A guest that was let go on. */
    public record Resumption(Instant at, String machine) {}

    /**
     * A task, see {@link RecoveryTask}.
     *
     * @param code of the failure
     * @param message of it
     * @param recovered how it stood when everything that was started was ready
     * @param home how far a group had come home at the end
     */
    public record Task(
            long number,
            String recovery,
            TaskKind kind,
            Progress progress,
            Instant begun,
            @Nullable Instant ended,
            @Nullable String code,
            @Nullable String message,
            long firstLine,
            List<String> lines,
            RescueText.@Nullable Recovery recovered,
            HomeText.@Nullable Home home) {

        public Task {
            lines = List.copyOf(lines);
        }

        static Task of(RecoveryTask task) {
            return switch (task.state()) {
                case TaskState.Running _ -> of(task, Progress.RUNNING, null, null, null, null);
                case TaskState.Done(var report, var home) ->
                    of(
                            task,
                            Progress.DONE,
                            null,
                            null,
                            report.map(one -> RescueText.json(List.of(one)).getFirst())
                                    .orElse(null),
                            home.map(HomeText::json).orElse(null));
                case TaskState.Failed(var code, var message) ->
                    of(task, Progress.FAILED, code.code(), message, null, null);
            };
        }

        private static Task of(
                RecoveryTask task,
                Progress progress,
                @Nullable String code,
                @Nullable String message,
                RescueText.@Nullable Recovery recovered,
                HomeText.@Nullable Home home) {
            return new Task(
                    task.number(),
                    task.recovery(),
                    task.kind(),
                    progress,
                    task.begun(),
                    task.ended().orElse(null),
                    code,
                    message,
                    task.firstLine(),
                    task.lines(),
                    recovered,
                    home);
        }

        /** Without all that was said before the last line. */
        private Task brief() {
            int before = Math.max(0, lines.size() - 1);
            return new Task(
                    number,
                    recovery,
                    kind,
                    progress,
                    begun,
                    ended,
                    code,
                    message,
                    firstLine + before,
                    lines.subList(before, lines.size()),
                    null,
                    null);
        }
    }

    /** Null when this agent recovers nothing. */
    static @Nullable RecoveryStatus of(RecoveryTasks tasks) {
        return tasks.standing().map(standing -> of(standing, tasks)).orElse(null);
    }

    private static RecoveryStatus of(Standing standing, RecoveryTasks tasks) {
        return new RecoveryStatus(
                standing.seen().orElse(null),
                RescueText.json(standing.recoveries()),
                tasks.tasks().stream().map(task -> Task.of(task).brief()).toList(),
                standing.resumed().stream()
                        .map(resumed -> new Resumption(resumed.at(), resumed.machine()))
                        .toList(),
                standing.fault().orElse(null));
    }
}
