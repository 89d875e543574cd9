package dev.lifeboat.hypervisor;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a machine that was described elsewhere shall be on this host.
 *
 * @param name under which it is known here
 * @param owner whose it is, such as the run that recovers it: {@link RecoveryHypervisor#recovered} tells it again
 * @param identity what it is known by from now on: empty to be the machine that it was. With a new one, which is for
 *     tests alone, it may stand beside that machine on one host. Its hardware addresses stay the same, for guests tell
 *     their cards by them: the two must not be in one network
 * @param generation the new generation id: for every start from a point but that of a planned failover, so that a guest
 *     which keeps a copy of what others have, such as a domain controller, notices that it was taken back. Empty to
 *     keep the one it has
 * @param disks disk → file of this host with its content, a qcow2 image; other disks are not there
 * @param bridges hardware address as it was described, in lower case → bridge of this host that the interface is
 *     plugged into; other interfaces are left unplugged, and the guest sees that they are
 * @param folder of this host for what the machine keeps beside its disks; must be there when it is placed
 */
public record Adaptation(
        String name,
        String owner,
        Optional<MachineId> identity,
        Optional<UUID> generation,
        Map<String, Path> disks,
        Map<String, String> bridges,
        Path folder) {

    /** File systems allow 255 bytes for a file, and the name is part of some. */
    private static final int LONGEST_NAME = 200;

    public Adaptation {
        disks = Map.copyOf(disks);
        bridges = bridges.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
        if (name.isBlank() || name.length() > LONGEST_NAME || !isPlain(name) || name.contains("/")) {
            throw new IllegalArgumentException("a machine named '%s'".formatted(name));
        }
        if (owner.isBlank() || owner.length() > LONGEST_NAME || !isPlain(owner)) {
            throw new IllegalArgumentException("a machine owned by '%s'".formatted(owner));
        }
        if (!folder.isAbsolute() || disks.values().stream().anyMatch(file -> !file.isAbsolute())) {
            throw new IllegalArgumentException("relative paths in %s or %s".formatted(folder, disks));
        }
    }

    private static boolean isPlain(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }
}
