package dev.lifeboat.recovery.task;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.RecoveryReport;
import java.util.Optional;

/** How far a task is. Running becomes one of the two others, once. */
public sealed interface TaskState {

    /** It is worked on. */
    record Running() implements TaskState {}

    /**
     * What was ordered was seen to be so.
     *
     * @param report of what was started
     */
    record Done(Optional<RecoveryReport> report) implements TaskState {}

    /**
     * It has ended without that. What it did stays; the same task again goes on from there.
     *
     * @param code of the failure
     * @param message of it, for people
     */
    record Failed(ErrorCode code, String message) implements TaskState {}
}
