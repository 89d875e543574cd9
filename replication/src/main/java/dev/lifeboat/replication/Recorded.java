package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.vault.point.MachineRecord;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a point says of its machines, as the next cycle goes by it. */
final class Recorded {

    private Recorded() {}

    /** What the point's maker said; nothing when that was not replication. */
    private static Optional<MachineDocument> document(MachineRecord record) {
        return MachineDocument.read(record.name(), record.description());
    }

    static Optional<MachineId> id(MachineRecord record) {
        return document(record).map(MachineDocument::id);
    }

    /** Since which changes are to be asked for on top of the point. */
    static Optional<CheckpointName> checkpoint(MachineRecord record) {
        return document(record).map(MachineDocument::checkpoint);
    }

    /** The beginning of a machine whose disks lay over those of a point. */
    static Optional<CheckpointName> over(MachineRecord record) {
        return document(record).flatMap(MachineDocument::over);
    }

    /** Where a disk was kept that was captured. */
    static Optional<String> source(MachineRecord record, String disk) {
        return document(record)
                .flatMap(one -> one.description().disks().stream()
                        .filter(each -> each.name().equals(disk))
                        .map(DiskDescription::source)
                        .findFirst());
    }

    /** Whether it was off, so that nothing of it changes until it runs. */
    static boolean off(MachineRecord record) {
        return document(record).filter(MachineDocument::off).isPresent();
    }

    /**
     * The description for a point.
     *
     * @param plan how the machine was before anything was held: whether it ran, and the addresses of its guest, which
     *     nobody can ask for while it is held
     * @param held the machine at the moment of the point
     * @param checkpoint that was made at that moment
     */
    static ObjectNode write(MachinePlan plan, MachineDescription held, CheckpointName checkpoint) {
        PowerState power = plan.off() ? PowerState.OFF : plan.machine().state();
        return new MachineDocument(
                        new MachineDescription(
                                held.machine().in(power),
                                held.host(),
                                held.kind(),
                                held.definition(),
                                held.disks(),
                                plan.description().interfaces(),
                                held.files(),
                                held.notCovered()),
                        checkpoint,
                        plan.over())
                .toJson();
    }
}
