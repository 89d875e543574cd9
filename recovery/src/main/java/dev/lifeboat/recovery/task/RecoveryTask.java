package dev.lifeboat.recovery.task;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A task as it was at the moment of asking.
 *
 * @param number by which it is told from others of the same recovery, within one process
 * @param kind what it does
 * @param recovery the name of the recovery, which is the task's key
 * @param begun when
 * @param ended when; empty while it runs
 * @param state how far it is
 * @param firstLine the number of the first of these lines, from 0: what was said before was let go
 * @param lines what was done, in sentences
 */
public record RecoveryTask(
        long number,
        TaskKind kind,
        String recovery,
        Instant begun,
        Optional<Instant> ended,
        TaskState state,
        long firstLine,
        List<String> lines) {

    public RecoveryTask {
        lines = List.copyOf(lines);
    }
}
