package dev.lifeboat.hypervisor;

/**
 * Something that happened at the host. An event is a hint to look: some may be lost, as while there is no connection,
 * and some may come twice.
 */
public sealed interface HypervisorEvent {

    /** A machine has begun to run. */
    record Started(MachineId machine) implements HypervisorEvent {}

    /** A machine has no process any more; {@code failed} when it did not go of its own will. */
    record Stopped(MachineId machine, boolean failed) implements HypervisorEvent {}

    /** The guest has crashed. */
    record Crashed(MachineId machine) implements HypervisorEvent {}

    /** A machine stands still or goes on. */
    record SuspensionChanged(MachineId machine, boolean suspended) implements HypervisorEvent {}

    /** A disk, or the scratch file of a capture, could not be written or read: the guest may stand still. */
    record DiskError(MachineId machine, String disk) implements HypervisorEvent {}

    /** A disk's scratch has reached {@link CaptureOrder#scratchBytes}: the capture has to be ended at once. */
    record ScratchFull(MachineId machine, String disk) implements HypervisorEvent {}

    /** A machine has come from another host or has gone there. */
    record Migrated(MachineId machine) implements HypervisorEvent {}

    /** A machine was defined, redefined, renamed or undefined, or a device was added, removed or resized. */
    record Changed(MachineId machine) implements HypervisorEvent {}

    /** The connection was lost and is there again: anything may have happened meanwhile. */
    record Reconnected() implements HypervisorEvent {}
}
