package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.MachineRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The machines of a group as the hypervisor has them now, beside what the newest point says of each.
 *
 * @param members in the order of the protection
 * @param departed names under which the point has machines that the group does not have any more
 */
record GroupMembers(List<Member> members, List<String> departed) {

    GroupMembers {
        members = List.copyOf(members);
        departed = List.copyOf(departed);
    }

    /**
     * A machine.
     *
     * @param record of it in the newest point, maybe under another name
     */
    record Member(Machine machine, Optional<MachineRecord> record) {

        /** Whether it is off and the newest point has it as it was when it stopped. */
        boolean rests(Set<MachineId> ran) {
            return machine.state() == PowerState.OFF
                    && !ran.contains(machine.id())
                    && record.filter(Recorded::off).isPresent();
        }

        /** The name that the point has it under, if that is another. */
        Optional<String> formerName() {
            return record.map(MachineRecord::name).filter(name -> !name.equals(machine.name()));
        }
    }

    /**
     * Finds them, by name, and by what they were known by when they have been renamed.
     *
     * @throws NotNow when one is missing, or in a state in which it cannot be captured
     */
    static GroupMembers find(Protection protection, Hypervisor hypervisor, HostNotes notes, Optional<Point> newest)
            throws HypervisorException, NotNow {
        List<Machine> all = hypervisor.machines();
        List<MachineRecord> records = newest.map(Point::machines).orElse(List.of());
        List<Member> members = new ArrayList<>();
        for (String name : protection.machines()) {
            Machine machine = machine(name, all, notes);
            requireCapturable(machine);
            members.add(new Member(machine, record(machine, records)));
        }
        List<String> departed = new ArrayList<>();
        for (MachineRecord record : records) {
            if (members.stream()
                    .noneMatch(member -> member.record().filter(record::equals).isPresent())) {
                departed.add(record.name());
            }
        }
        return new GroupMembers(members, departed);
    }

    private static Machine machine(String name, List<Machine> all, HostNotes notes) throws NotNow {
        Optional<Machine> found = all.stream()
                .filter(machine -> machine.name().equals(name))
                .findFirst()
                .or(() -> notes.idOf(name)
                        .flatMap(id -> all.stream()
                                .filter(machine -> machine.id().equals(id))
                                .findFirst()));
        Machine machine = found.orElseThrow(() -> new NotNow("machine %s is not on this host".formatted(name)));
        notes.saw(name, machine.id());
        return machine;
    }

    private static void requireCapturable(Machine machine) throws NotNow {
        switch (machine.state()) {
            case OFF, RUNNING, SUSPENDED, CRASHED -> {
                // Its disks can be captured, one way or another.
            }
            case STOPPING -> throw new NotNow("machine %s is shutting down".formatted(machine.name()));
            case SUSPENDED_BY_DISK_ERROR ->
                throw new NotNow(
                        "machine %s stands still because a disk of it could not be written".formatted(machine.name()));
        }
    }

    private static Optional<MachineRecord> record(Machine machine, List<MachineRecord> records) {
        return records.stream()
                .filter(record -> Recorded.id(record).equals(Optional.of(machine.id())))
                .findFirst()
                .or(() -> records.stream()
                        .filter(record -> record.name().equals(machine.name())
                                && Recorded.id(record).isEmpty())
                        .findFirst());
    }

    /** Those of which there is something to capture. */
    List<Member> toCapture(Set<MachineId> ran) {
        return members.stream().filter(member -> !member.rests(ran)).toList();
    }
}
