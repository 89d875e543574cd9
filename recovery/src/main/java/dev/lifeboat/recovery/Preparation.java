package dev.lifeboat.recovery;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.AdaptedMachine;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.HostRoom;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.network.Clash;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.Realm;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A recovery thought through before anything is started: which machines it makes, in which networks, and all that
 * stands against it, told at once.
 */
final class Preparation {

    /** What a machine writes in its first hours; with less the host would be full before anybody looks. */
    private static final ByteCount LEAST_FOLDER_SPACE = new ByteCount(1L << 30);

    private final Entry entry;
    private final Point point;
    private final RecoveryFolder folder;
    private final Map<String, MachineDescription> descriptions = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, List<String>> adaptations = new LinkedHashMap<>();
    private final NetworkPlan networks;

    Preparation(Entry entry, Point point, RecoveryFolder folder) {
        this.entry = entry;
        this.point = point;
        this.folder = folder;
        for (Wanted wanted : entry.order().machines()) {
            describe(wanted.machine());
        }
        this.networks = new NetworkPlan(entry.order(), descriptions);
    }

    private void describe(String machine) {
        Optional<MachineRecord> record = point.manifest().machine(machine);
        if (record.isEmpty()) {
            problems.add("Point %s has no machine %s.".formatted(point.id(), machine));
            return;
        }
        Optional<MachineDocument> document =
                MachineDocument.read(machine, record.get().description());
        if (document.isEmpty()) {
            problems.add(
                    ("Point %s does not say what machine %s is made of: it was imported, or made by a newer version. Its"
                                    + " disks can be written to files.")
                            .formatted(point.id(), machine));
            return;
        }
        descriptions.put(machine, document.get().description());
        if (!folder.hasRoomForSockets(machine)) {
            problems.add("The path %s is too long for a socket in it.".formatted(folder.machine(machine)));
        }
    }

    NetworkPlan networks() {
        return networks;
    }

    /** What is recovered. */
    Point point() {
        return point;
    }

    /** The disks of a machine that are in the point, with their sizes. */
    List<DiskRecord> disks(String machine) {
        return point.manifest().machine(machine).map(MachineRecord::disks).orElse(List.of());
    }

    /**
     * A machine as it will be here.
     *
     * @param made the networks, once they are
     * @throws HypervisorException when nothing here comes near to what it needs
     */
    AdaptedMachine machine(String machine, RecoveryHypervisor hypervisor, Optional<RealmState> made)
            throws HypervisorException {
        MachineDescription description = descriptions.get(machine);
        if (description == null) {
            throw new IllegalArgumentException("machine %s is not described".formatted(machine));
        }
        Map<String, Path> overlays = disks(machine).stream()
                .collect(Collectors.toMap(DiskRecord::name, disk -> folder.overlay(machine, disk.name())));
        RecoveryJournal.Identity identity = entry.identity(machine);
        return hypervisor.adapt(
                description,
                new Adaptation(
                        PlacedMachines.nameOnHost(entry.order(), machine),
                        entry.order().name(),
                        identity.id(),
                        identity.generation(),
                        overlays,
                        networks.bridges(machine, made),
                        folder.files(machine)));
    }

    /** All that stands against it on this host. Changes nothing. */
    List<String> problems(RecoveryHypervisor hypervisor, Networks host)
            throws HypervisorException, InterruptedException {
        List<String> all = new ArrayList<>(problems);
        all.addAll(networks.problems());
        Optional<Realm> realm = networks.realm();
        if (realm.isPresent() && networks.problems().isEmpty()) {
            host.check(realm.get(), networks.openings()).stream()
                    .map(Clash::text)
                    .forEach(all::add);
        }
        Map<MachineId, String> ours = hypervisor.recovered();
        List<Machine> there = hypervisor.machines();
        long memory = 0;
        int fresh = 0;
        for (String machine : descriptions.keySet()) {
            try {
                AdaptedMachine adapted = machine(machine, hypervisor, Optional.empty());
                adaptations.put(machine, adapted.adaptations());
                boolean isHere = entry.order().name().equals(ours.get(adapted.id()));
                memory += isHere ? 0 : adapted.memoryBytes();
                fresh += isHere ? 0 : 1;
                all.addAll(isHere ? List.of() : taken(adapted, there));
            } catch (HypervisorException e) {
                if (e.kind() != HypervisorException.Kind.UNSUPPORTED) {
                    throw e;
                }
                all.add("Machine %s cannot run on this host: %s".formatted(machine, e.getMessage()));
            }
        }
        all.addAll(room(hypervisor.room(folder.folder()), memory, fresh));
        return all;
    }

    private static List<String> taken(AdaptedMachine adapted, List<Machine> there) {
        return there.stream()
                .filter(one -> one.id().equals(adapted.id()) || one.name().equals(adapted.name()))
                .map(one -> "This host has a machine %s already (%s), and it is not of this recovery."
                        .formatted(one.name(), one.id()))
                .toList();
    }

    /**
     * For machines that are here already room was found once: that they have filled it is no reason to leave them off.
     */
    private List<String> room(HostRoom room, long memory, int fresh) {
        List<String> wanting = new ArrayList<>();
        if (memory > room.freeMemoryBytes()) {
            wanting.add("The machines need %s of memory, and this host has %s left."
                    .formatted(new ByteCount(memory), new ByteCount(room.freeMemoryBytes())));
        }
        long space = LEAST_FOLDER_SPACE.bytes() * fresh;
        if (space > room.folderBytes()) {
            wanting.add("%s has %s left; what %d machines write needs %s to begin with."
                    .formatted(folder.folder(), new ByteCount(room.folderBytes()), fresh, new ByteCount(space)));
        }
        return wanting;
    }

    /**
     * What a person should know of the machines and networks, though nothing stands against it. What is different about
     * the machines is known once {@link #problems} were looked for.
     */
    List<String> notes() {
        List<String> notes = new ArrayList<>(networks.notes());
        adaptations.forEach(
                (machine, told) -> told.forEach(sentence -> notes.add("%s: %s".formatted(machine, sentence))));
        descriptions.forEach((machine, description) -> {
            for (DiskDescription disk : description.disks()) {
                disk.notCovered()
                        .ifPresent(
                                why -> notes.add("%s/%s is not in the point: %s".formatted(machine, disk.name(), why)));
            }
            description.notCovered().forEach(why -> notes.add("%s: %s".formatted(machine, why)));
        });
        return notes;
    }
}
