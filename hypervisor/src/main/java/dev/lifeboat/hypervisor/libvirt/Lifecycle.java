package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.util.Optional;

/** libvirt's numbers for what a machine does and what happens to it (libvirt-domain.h), in the port's words. */
final class Lifecycle {

    private static final int DEFINED = 0;
    private static final int UNDEFINED = 1;
    private static final int STARTED = 2;
    private static final int SUSPENDED = 3;
    private static final int RESUMED = 4;
    private static final int STOPPED = 5;
    private static final int CRASHED = 8;

    /** The detail of starting, suspending and resuming that says "by a migration". */
    private static final int BY_MIGRATION = 1;

    private static final int STOPPED_BY_CRASH = 2;
    private static final int STOPPED_BY_MIGRATION = 3;
    private static final int STOPPED_BY_FAILURE = 5;

    private Lifecycle() {}

    static Optional<HypervisorEvent> of(MachineId machine, int event, int detail) {
        return switch (event) {
            case DEFINED, UNDEFINED -> Optional.of(new HypervisorEvent.Changed(machine));
            case STARTED ->
                Optional.of(
                        detail == BY_MIGRATION
                                ? new HypervisorEvent.Migrated(machine)
                                : new HypervisorEvent.Started(machine));
            case SUSPENDED -> Optional.of(new HypervisorEvent.SuspensionChanged(machine, true));
            case RESUMED -> Optional.of(new HypervisorEvent.SuspensionChanged(machine, false));
            case STOPPED -> Optional.of(stopped(machine, detail));
            case CRASHED -> Optional.of(new HypervisorEvent.Crashed(machine));
            default -> Optional.empty();
        };
    }

    private static HypervisorEvent stopped(MachineId machine, int detail) {
        return switch (detail) {
            case STOPPED_BY_MIGRATION -> new HypervisorEvent.Migrated(machine);
            case STOPPED_BY_CRASH, STOPPED_BY_FAILURE -> new HypervisorEvent.Stopped(machine, true);
            default -> new HypervisorEvent.Stopped(machine, false);
        };
    }

    /** What virDomainState and its reason mean. */
    static PowerState state(int state, int reason) {
        final int pausedByDiskError = 5;
        return switch (state) {
            case 1, 2 -> PowerState.RUNNING;
            case 3 -> reason == pausedByDiskError ? PowerState.SUSPENDED_BY_DISK_ERROR : PowerState.SUSPENDED;
            case 4 -> PowerState.STOPPING;
            case 6 -> PowerState.CRASHED;
            case 7 -> PowerState.SUSPENDED;
            default -> PowerState.OFF;
        };
    }
}
