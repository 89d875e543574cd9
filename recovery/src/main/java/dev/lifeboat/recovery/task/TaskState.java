package dev.lifeboat.recovery.task;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.recovery.RecoveryReport;
import dev.lifeboat.recovery.home.HomeReport;
import java.util.Optional;

/** How far a task is. Running becomes one of the two others, once. */
public sealed interface TaskState {

    /** It is worked on. */
    record Running() implements TaskState {}

    /**
     * What was ordered was seen to be so.
     *
     * @param report of what was started
     * @param home how far a group has come home
     */
    record Done(Optional<RecoveryReport> report, Optional<HomeReport> home) implements TaskState {

        static Done nothing() {
            return new Done(Optional.empty(), Optional.empty());
        }

        static Done of(RecoveryReport report) {
            return new Done(Optional.of(report), Optional.empty());
        }

        static Done of(HomeReport home) {
            return new Done(Optional.empty(), Optional.of(home));
        }
    }

    /**
     * It has ended without that. What it did stays; the same task again goes on from there.
     *
     * @param code of the failure
     * @param message of it, for people
     */
    record Failed(ErrorCode code, String message) implements TaskState {}
}
