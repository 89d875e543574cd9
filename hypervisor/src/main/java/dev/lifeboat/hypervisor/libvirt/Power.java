package dev.lifeboat.hypervisor.libvirt;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.PowerState;
import java.util.List;

/** Starting and stopping one machine. Each method gives the state that was wanted, also when it was there before. */
final class Power {

    private static final int START_PAUSED = 1;

    private static final int SHUT_DOWN_BY_BUTTON = 1;

    private static final int UNDEFINE_SAVED_MEMORY = 1;
    private static final int UNDEFINE_SNAPSHOT_NAMES = 2;
    private static final int UNDEFINE_NVRAM = 4;
    private static final int UNDEFINE_TPM = 32;
    private static final int UNDEFINE_KEEP_NVRAM = 8;
    private static final int UNDEFINE_KEEP_TPM = 64;

    private final Domain domain;

    private Power(Domain domain) {
        this.domain = domain;
    }

    static Power of(Domain domain) {
        return new Power(domain);
    }

    PowerState suspend() throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        return reach(LibvirtCall.DOMAIN_SUSPEND, PowerState.SUSPENDED, PowerState.SUSPENDED_BY_DISK_ERROR);
    }

    PowerState resume() throws LibvirtFailure, HypervisorException {
        domain.mustHaveProcess();
        return reach(LibvirtCall.DOMAIN_RESUME, PowerState.RUNNING);
    }

    PowerState start(boolean suspended) throws LibvirtFailure, HypervisorException {
        PowerState wanted = suspended ? PowerState.SUSPENDED : PowerState.RUNNING;
        PowerState now = domain.state();
        if (now == PowerState.OFF) {
            domain.ask(LibvirtCall.DOMAIN_CREATE_WITH_FLAGS, suspended ? START_PAUSED : 0);
            return wanted;
        }
        if (now != wanted) {
            throw new HypervisorException(Kind.WRONG_STATE, "the machine has been started and is %s".formatted(now));
        }
        return wanted;
    }

    /** Presses the power button (ACPI), which a guest without an agent hears, too. */
    PowerState pressButton() throws LibvirtFailure {
        if (domain.state() == PowerState.OFF) {
            return PowerState.OFF;
        }
        domain.ask(LibvirtCall.DOMAIN_SHUTDOWN_FLAGS, SHUT_DOWN_BY_BUTTON);
        return PowerState.STOPPING;
    }

    PowerState powerOff() throws LibvirtFailure {
        if (domain.state() == PowerState.OFF) {
            return PowerState.OFF;
        }
        try {
            domain.ask(LibvirtCall.DOMAIN_DESTROY_FLAGS, 0);
        } catch (LibvirtFailure e) {
            // It may have stopped by itself meanwhile.
            if (domain.state() != PowerState.OFF) {
                throw e;
            }
        }
        return PowerState.OFF;
    }

    /** Disks, firmware variables and the state of a TPM stay. */
    PowerState undefine() throws LibvirtFailure, HypervisorException {
        return undefine(UNDEFINE_KEEP_NVRAM | UNDEFINE_KEEP_TPM);
    }

    /** Disks stay, and nothing else. */
    PowerState undefineWithFiles() throws LibvirtFailure, HypervisorException {
        return undefine(UNDEFINE_SAVED_MEMORY | UNDEFINE_SNAPSHOT_NAMES | UNDEFINE_NVRAM | UNDEFINE_TPM);
    }

    private PowerState undefine(int flags) throws LibvirtFailure, HypervisorException {
        if (domain.state() != PowerState.OFF) {
            throw new HypervisorException(Kind.WRONG_STATE, "the machine is not off");
        }
        List<String> names =
                domain.checkpoints().stream().map(BackupXml::nameOf).toList();
        if (names.stream().anyMatch(name -> !name.startsWith(CheckpointName.PREFIX))) {
            throw new HypervisorException(
                    Kind.WRONG_STATE, "the machine has checkpoints that are not ours: %s".formatted(names));
        }
        for (String name : names) {
            domain.deleteCheckpoint(name, Domain.CHECKPOINT_DELETE_METADATA_ONLY);
        }
        domain.ask(LibvirtCall.DOMAIN_UNDEFINE_FLAGS, flags);
        return PowerState.OFF;
    }

    /** Makes the call unless a wanted state is there; that it came about meanwhile is no failure. */
    private PowerState reach(LibvirtCall call, PowerState... wanted) throws LibvirtFailure {
        List<PowerState> all = List.of(wanted);
        if (!all.contains(domain.state())) {
            try {
                domain.ask(call);
            } catch (LibvirtFailure e) {
                if (!all.contains(domain.state())) {
                    throw e;
                }
            }
        }
        return all.getFirst();
    }
}
