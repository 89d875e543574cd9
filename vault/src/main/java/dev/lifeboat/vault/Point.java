package dev.lifeboat.vault;

import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Octets;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointHead;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import java.util.List;
import java.util.Optional;

/**
 * A recovery point that is in the vault, signed by a writer with the right to.
 *
 * @param manifest what it says
 * @param digest SHA-256 of its object
 */
public record Point(PointManifest manifest, Octets digest) implements Slot {

    @Override
    public PointId id() {
        return manifest.id();
    }

    /** What to remember of it outside of the vault. */
    public PointHead head() {
        return PointHead.of(id(), digest.bytes());
    }

    /**
     * A disk of it.
     *
     * @param disk its name, or {@code MACHINE/DISK} when several machines have one of that name
     * @throws LifeboatException with {@link ErrorCode#VAULT_DISK_UNKNOWN}
     */
    public DiskRecord disk(String disk) {
        int slash = disk.indexOf('/');
        List<DiskRecord> found = manifest.machines().stream()
                .filter(machine -> slash < 0 || machine.name().equals(disk.substring(0, slash)))
                .map(machine -> machine.disk(disk.substring(slash + 1)))
                .flatMap(Optional::stream)
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new LifeboatException(
                ErrorCode.VAULT_DISK_UNKNOWN,
                found.isEmpty()
                        ? "Point %s has no disk %s.".formatted(id(), disk)
                        : "Point %s has several disks %s: write MACHINE/%s.".formatted(id(), disk, disk));
    }

    /** All machines of it. */
    public List<MachineRecord> machines() {
        return manifest.machines();
    }
}
