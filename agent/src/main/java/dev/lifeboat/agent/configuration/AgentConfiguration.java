package dev.lifeboat.agent.configuration;

import dev.lifeboat.model.ByteCount;
import dev.lifeboat.recovery.LocalRecoveryHost;
import dev.lifeboat.replication.Protection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an agent is told.
 *
 * @param host the name of this host, for people
 * @param hypervisor its address, such as {@code qemu:///system}
 * @param vault where points go; empty when nothing is protected
 * @param state the folder for what the agent keeps; can be made again
 * @param socket the Unix socket on which it answers
 * @param spool where sealed packs wait for the store
 * @param scratch the most that a frozen view may set aside for one disk
 * @param groups what is protected; none is protected twice. None at all on a host of the recovery site
 * @param recovery empty when this host recovers no machines
 * @param bandwidth limits of what goes to the store; the first that fits the time holds
 * @param seedReadLimit limits of what is read of disks for first copies and resyncs; the first that fits the time holds
 * @param metricsPort the port of 127.0.0.1 that answers too, if any
 * @param logLevel what is worth a line
 */
public record AgentConfiguration(
        String host,
        String hypervisor,
        Optional<VaultAccess> vault,
        Path state,
        Path socket,
        Spool spool,
        ByteCount scratch,
        List<Group> groups,
        Optional<Recovery> recovery,
        List<BandwidthLimit> bandwidth,
        List<BandwidthLimit> seedReadLimit,
        OptionalInt metricsPort,
        LogLevel logLevel) {

    /** The most groups of one agent: a host carries fewer machines than that. */
    public static final int MOST_GROUPS = 256;

    static final String DEFAULT_HYPERVISOR = "qemu:///system";
    static final Path DEFAULT_STATE = Path.of("/var/lib/lifeboat/agent");

    /** Where {@code agent status} looks when it is told nothing else. */
    public static final Path DEFAULT_SOCKET = Path.of("/run/lifeboat/agent.sock");

    static final ByteCount DEFAULT_SPOOL = ByteCount.ofGibibytes(1);

    /** Room for the packs that are being filled, and as much again for those that are on their way. */
    static final ByteCount SMALLEST_SPOOL = ByteCount.ofMebibytes(128);

    static final ByteCount DEFAULT_SCRATCH = ByteCount.ofGibibytes(1);

    /** Less would be full before a capture has begun to be read. */
    static final ByteCount SMALLEST_SCRATCH = ByteCount.ofMebibytes(16);

    /** A slower one would never end a cycle of anything. */
    static final ByteCount SLOWEST = new ByteCount(16 << 10);

    /** A slower one would hold frozen views open for hardly anything. */
    static final ByteCount SLOWEST_READING = ByteCount.ofMebibytes(1);

    /** The same folder as {@code lifeboat rescue} has: both see the same recoveries. */
    static final Path DEFAULT_RECOVERY = LocalRecoveryHost.FOLDER;

    static final Duration DEFAULT_PERIOD = Duration.ofMinutes(5);
    static final Duration LONGEST_PERIOD = Duration.ofDays(1);
    static final Duration DEFAULT_APPLICATION_EVERY = Duration.ofHours(1);

    public AgentConfiguration {
        groups = List.copyOf(groups);
        bandwidth = List.copyOf(bandwidth);
        seedReadLimit = List.copyOf(seedReadLimit);
    }

    /**
     * Access to the vault.
     *
     * @param url its address
     * @param credentials the file with which points are added
     */
    public record VaultAccess(String url, Path credentials) {}

    /**
     * Room for sealed packs.
     *
     * @param folder that is made when it is missing
     * @param size the most that may lie there, for each group
     */
    public record Spool(Path folder, ByteCount size) {}

    /**
     * That machines may be brought back on this host.
     *
     * @param folder for the files of recoveries; what recovered machines write goes there
     */
    public record Recovery(Path folder) {}

    /**
     * A protection group.
     *
     * @param name in the vault
     * @param machines names of its machines
     * @param period from the start of one cycle to that of the next
     * @param applicationEvery how often a point shall be application-consistent; empty for never
     * @param excludedDisks as {@code MACHINE/DISK}
     * @param seedFolder on a disk that is carried to the vault with the first copy; empty when that goes over the link
     */
    public record Group(
            String name,
            List<String> machines,
            Duration period,
            Optional<Duration> applicationEvery,
            Set<String> excludedDisks,
            Optional<Path> seedFolder) {

        public Group {
            machines = List.copyOf(machines);
            excludedDisks = Set.copyOf(excludedDisks);
        }
    }

    /** What lines of the log are written; each level has those of the ones before it. */
    public enum LogLevel {
        /** What failed. */
        ERROR,
        /** What is not as wanted. */
        WARN,
        /** What was done. */
        INFO,
        /** What helps to find a fault. */
        DEBUG
    }

    /** Whether this host has machines to be protected. */
    public boolean protects() {
        return !groups.isEmpty();
    }

    /**
     * Where points go, on a host that protects machines.
     *
     * @throws IllegalStateException when it does not
     */
    public VaultAccess ownVault() {
        return vault.orElseThrow(() -> new IllegalStateException("there is no vault where nothing is protected"));
    }

    /** Whether the first copies of all groups are carried: then the vault may be out of reach until they are. */
    public boolean needsNoVaultYet() {
        return groups.stream().allMatch(group -> group.seedFolder().isPresent());
    }

    /** The groups as replication takes them. */
    public List<Protection> protections() {
        return groups.stream()
                .map(group -> new Protection(
                        group.name(),
                        group.machines(),
                        group.period(),
                        group.applicationEvery(),
                        group.excludedDisks(),
                        scratch.bytes(),
                        true,
                        group.seedFolder()))
                .toList();
    }
}
