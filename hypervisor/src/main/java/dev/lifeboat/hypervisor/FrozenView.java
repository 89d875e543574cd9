package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The disks of a machine as they were at one moment, shown over NBD until the capture is ended, while the machine goes
 * on. What it overwrites meanwhile is set aside in scratch files of a bounded size.
 *
 * @param machine whose disks these are
 * @param socket the Unix socket of the NBD server
 * @param disks in the order of the order
 */
public record FrozenView(MachineId machine, Path socket, List<FrozenDisk> disks) {

    public FrozenView {
        disks = List.copyOf(disks);
    }

    /**
     * A disk in the view.
     *
     * @param disk its name
     * @param export the NBD export that shows it; it has {@code base:allocation}
     * @param changes the metadata context (NBD specification, "Metadata querying") that tells what changed since the
     *     checkpoint, such as {@code qemu:dirty-bitmap:NAME}; null when none was asked for, or when the disk's changes
     *     are not remembered ({@link DiskDescription.TrackingKind#NONE})
     */
    public record FrozenDisk(
            String disk, String export, @Nullable String changes) {}
}
