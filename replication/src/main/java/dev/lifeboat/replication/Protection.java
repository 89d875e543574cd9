package dev.lifeboat.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A protection group and how it is to be protected. All its machines are on this host.
 *
 * @param group the group's name in the vault
 * @param machines names of its machines, at least one
 * @param period from the start of one cycle to the start of the next; at least {@link #SHORTEST_PERIOD}
 * @param applicationEvery how often a point shall be application-consistent; empty for never
 * @param excludedDisks disks that are left out, as {@code MACHINE/DISK}
 * @param scratchBytes the most that a frozen view may set aside for one disk while the guest overwrites it
 * @param barrier whether machines are held together for the begin; only for showing what happens without
 * @param seedFolder a folder on a disk that is carried to the vault with the first copy; empty when that goes over the
 *     link
 */
public record Protection(
        String group,
        List<String> machines,
        Duration period,
        Optional<Duration> applicationEvery,
        Set<String> excludedDisks,
        long scratchBytes,
        boolean barrier,
        Optional<Path> seedFolder) {

    /** A shorter one would leave the guest no time between captures. */
    public static final Duration SHORTEST_PERIOD = Duration.ofSeconds(5);

    /** A group whose first copy goes over the link like everything else. */
    public Protection(
            String group,
            List<String> machines,
            Duration period,
            Optional<Duration> applicationEvery,
            Set<String> excludedDisks,
            long scratchBytes,
            boolean barrier) {
        this(group, machines, period, applicationEvery, excludedDisks, scratchBytes, barrier, Optional.empty());
    }

    public Protection {
        machines = List.copyOf(machines);
        excludedDisks = Set.copyOf(excludedDisks);
        if (machines.isEmpty()) {
            throw new IllegalArgumentException("group %s without a machine".formatted(group));
        }
        if (period.compareTo(SHORTEST_PERIOD) < 0) {
            throw new IllegalArgumentException("a period of %s".formatted(period));
        }
    }
}
