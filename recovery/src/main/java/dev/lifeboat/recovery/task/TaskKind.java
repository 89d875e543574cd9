package dev.lifeboat.recovery.task;

/** What a task does. */
public enum TaskKind {
    /** Starts machines, or goes on with that, or starts again what has stopped. */
    START,
    /** Removes machines, with what they wrote. */
    END
}
