package dev.lifeboat.lab;

/** What a host's libvirt says of a machine. */
enum MachineState {
    /** Its processors run. */
    RUNNING,
    /** It is started and its processors are stopped. */
    PAUSED,
    /** It is defined and not started, or it has crashed. */
    OFF,
    /** The host does not know it. */
    UNDEFINED;

    /** The state behind one of the words of {@code virsh domstate}. */
    static MachineState of(String word) {
        return switch (word) {
            case "running", "idle", "in shutdown" -> RUNNING;
            case "paused", "pmsuspended" -> PAUSED;
            default -> OFF;
        };
    }
}
