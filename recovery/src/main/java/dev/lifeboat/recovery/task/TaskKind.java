package dev.lifeboat.recovery.task;

/** What a task does. */
public enum TaskKind {
    /** Starts machines, or goes on with that, or starts again what has stopped. */
    START,
    /** Removes machines, with what they wrote. */
    END,
    /** Brings overlays over the old disks of machines that come home to a point. */
    FOLLOW,
    /** The same for the last time; the machines run at home then. */
    BRING_HOME;

    /** What a task with this key works on, for people. */
    public String on(String key) {
        return switch (this) {
            case START, END -> "recovery " + key;
            case FOLLOW, BRING_HOME -> "group " + key;
        };
    }
}
