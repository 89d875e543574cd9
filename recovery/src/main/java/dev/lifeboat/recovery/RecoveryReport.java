package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.util.List;
import java.util.Optional;

/**
 * How a recovery stands, as it was seen just now.
 *
 * @param name of it
 * @param purpose why it was started; empty when its journal is gone
 * @param point which
 * @param ending whether it was told to end and has not ended yet
 * @param machines in the order of their start
 * @param openings by which it is reached from outside, each in words
 * @param faults what is not as it should be, each in a sentence
 */
public record RecoveryReport(
        String name,
        Optional<Purpose> purpose,
        Optional<String> point,
        boolean ending,
        List<RecoveredMachine> machines,
        List<String> openings,
        List<String> faults) {

    public RecoveryReport {
        machines = List.copyOf(machines);
        openings = List.copyOf(openings);
        faults = List.copyOf(faults);
    }

    /**
     * A recovered machine.
     *
     * @param machine its name in the point
     * @param id by which this host knows it; empty while it does not
     * @param state of it
     * @param served whether its disks are: a running machine without that stands still soon
     * @param addresses of the guest, with prefix lengths
     * @param ready whether the sign that was asked for was seen, now
     */
    public record RecoveredMachine(
            String machine,
            Optional<MachineId> id,
            PowerState state,
            boolean served,
            List<String> addresses,
            boolean ready) {

        public RecoveredMachine {
            addresses = List.copyOf(addresses);
        }
    }

    /** Whether all that was asked for was seen. */
    public boolean isReady() {
        return !ending && faults.isEmpty() && machines.stream().allMatch(RecoveredMachine::ready);
    }
}
