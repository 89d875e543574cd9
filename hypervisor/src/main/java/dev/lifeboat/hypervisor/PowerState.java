package dev.lifeboat.hypervisor;

/** What a machine is doing. */
public enum PowerState {
    /** It has no process. */
    OFF,
    /** Its processors run. */
    RUNNING,
    /** Its processors stand still and its memory is kept; somebody has suspended it, or it has not begun yet. */
    SUSPENDED,
    /** Its processors stand still because a disk could not be written; it goes on where it was when resumed. */
    SUSPENDED_BY_DISK_ERROR,
    /** It is going down. */
    STOPPING,
    /** The guest has crashed and waits for somebody to look at it. */
    CRASHED
}
