package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the machines of a point on the host that is their home, with the files of their disks. For one thread. */
final class HomeMachines {

    private final RecoveryHypervisor hypervisor;
    private final Consumer<String> progress;
    private final List<String> problems = new ArrayList<>();

    HomeMachines(RecoveryHypervisor hypervisor, Consumer<String> progress) {
        this.hypervisor = hypervisor;
        this.progress = progress;
    }

    /**
     * Finds them, by identity, or by name where the point does not tell that.
     *
     * @throws LifeboatException with {@link ErrorCode#RECOVERY_HOME_REFUSED} and all that stands against it
     */
    List<HomeMachine> of(Point point) throws HypervisorException {
        List<Machine> here = hypervisor.machines();
        Map<MachineId, String> recovered = hypervisor.recovered();
        List<HomeMachine> found = new ArrayList<>();
        for (MachineRecord record : point.machines()) {
            Optional<Machine> machine = find(record, here);
            if (machine.isEmpty()) {
                progress.accept(
                        "%s is not a machine of this host: it is not brought home here.".formatted(record.name()));
            } else if (recovered.containsKey(machine.get().id())) {
                problems.add(
                        "Machine %s was brought back here out of the vault, for %s: its disks are not its old ones."
                                .formatted(
                                        record.name(),
                                        recovered.get(machine.get().id())));
            } else {
                requireOff(record.name(), machine.get().state());
                found.add(new HomeMachine(
                        record.name(),
                        machine.get().id(),
                        machine.get().name(),
                        disks(record, machine.get().id())));
            }
        }
        if (found.isEmpty() && problems.isEmpty()) {
            problems.add("No machine of %s is known on this host.".formatted(point.id()));
        }
        if (!problems.isEmpty()) {
            throw new LifeboatException(ErrorCode.RECOVERY_HOME_REFUSED, String.join(" ", problems));
        }
        return found;
    }

    private static Optional<Machine> find(MachineRecord record, List<Machine> here) {
        Optional<MachineId> id =
                MachineDocument.read(record.name(), record.description()).map(MachineDocument::id);
        return here.stream()
                .filter(machine -> id.isEmpty()
                        ? machine.name().equals(record.name())
                        : machine.id().equals(id.get()))
                .findFirst();
    }

    private void requireOff(String machine, PowerState state) {
        if (state != PowerState.OFF) {
            problems.add("Machine %s is not off here (%s); its disks are followed while it is."
                    .formatted(
                            machine,
                            state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')));
        }
    }

    private Map<String, HomeDisk> disks(MachineRecord record, MachineId id) throws HypervisorException {
        List<DiskDescription> described = hypervisor.describe(id).disks();
        Map<String, HomeDisk> disks = new LinkedHashMap<>();
        for (DiskRecord disk : record.disks()) {
            String name = record.name() + "/" + disk.name();
            Optional<DiskDescription> here = described.stream()
                    .filter(one -> one.name().equals(disk.name()))
                    .findFirst();
            if (here.isEmpty()) {
                problems.add("Disk %s of the point is none of the machine's here.".formatted(name));
            } else {
                disk(name, here.get()).ifPresent(home -> disks.put(disk.name(), home));
            }
        }
        for (DiskDescription one : described) {
            if (record.disk(one.name()).isEmpty() && one.covered()) {
                progress.accept("%s/%s is not in the point and stays as it is.".formatted(record.name(), one.name()));
            }
        }
        return disks;
    }

    /** Empty when it cannot come home, which is noted. */
    private Optional<HomeDisk> disk(String name, DiskDescription here) {
        Optional<ImageFormat> format = format(here.format());
        if (here.notCovered().isPresent()) {
            problems.add(here.notCovered().get());
            return Optional.empty();
        }
        if (format.isEmpty()) {
            problems.add(
                    "Disk %s is kept as %s here; raw and qcow2 can be brought home.".formatted(name, here.format()));
            return Optional.empty();
        }
        Path image = here.source().startsWith("/") ? Path.of(here.source()) : Path.of("/");
        if (!here.source().startsWith("/") || (Files.exists(image) && !Files.isRegularFile(image))) {
            problems.add("Disk %s is kept in %s here, which is no file; files can be brought home."
                    .formatted(name, here.source()));
            return Optional.empty();
        }
        if (Files.exists(image.resolveSibling("follow.json"))) {
            problems.add(
                    "Disk %s is on the overlay %s of a way home whose journal is gone; point its definition at the old"
                                    .formatted(name, image)
                            + " disk.");
            return Optional.empty();
        }
        return Optional.of(HomeDisk.beside(name, image, format.get()));
    }

    private static Optional<ImageFormat> format(String format) {
        for (ImageFormat one : ImageFormat.values()) {
            if (one.name().equals(format)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
