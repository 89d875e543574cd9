package dev.lifeboat.agent.configuration;

import dev.lifeboat.agent.configuration.AgentConfiguration.Group;
import dev.lifeboat.agent.configuration.AgentConfiguration.LogLevel;
import dev.lifeboat.agent.configuration.AgentConfiguration.Recovery;
import dev.lifeboat.agent.configuration.AgentConfiguration.Spool;
import dev.lifeboat.agent.configuration.AgentConfiguration.VaultAccess;
import dev.lifeboat.agent.configuration.Located.Scalar;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.replication.Protection;
import dev.lifeboat.vault.key.Name;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the agent's configuration. All faults of a file are told at once, each with its line and what is allowed. */
public final class ConfigurationFile {

    /** Many times what {@link AgentConfiguration#MOST_GROUPS} groups take. */
    static final int MAX_BYTES = 1 << 20;

    private static final int HIGHEST_PORT = 65_535;

    /** unix(7): the name of a socket has room for 108 bytes, the last of which ends it. */
    private static final int LONGEST_SOCKET_BYTES = 107;

    /** What the longest of the sockets in the state folder is called, with the slash. */
    private static final int SOCKET_NAME_BYTES = "/guard.sock".length();

    private static final String NAME = "up to 64 letters, digits and . _ -, the first one a letter or digit";

    private final Complaints complaints;

    private ConfigurationFile(Complaints complaints) {
        this.complaints = complaints;
    }

    /**
     * Reads a file.
     *
     * @throws LifeboatException with {@link ErrorCode#AGENT_CONFIGURATION_INVALID}, or
     *     {@link ErrorCode#CLI_FILE_UNREADABLE}
     */
    public static AgentConfiguration read(Path file) {
        return parse(file, text(file));
    }

    static AgentConfiguration parse(Path file, String text) {
        Complaints complaints = new Complaints(file);
        try {
            Section agent = Section.of(YamlTree.parse(text), "", SectionKeys.AGENT, complaints);
            AgentConfiguration configuration = new ConfigurationFile(complaints).agent(agent);
            if (complaints.none()) {
                return configuration;
            }
        } catch (ConfigurationFault e) {
            complaints.add(e.line(), String.valueOf(e.getMessage()));
        }
        throw complaints.exception();
    }

    private static String text(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new LifeboatException(
                        ErrorCode.CLI_FILE_UNREADABLE, "%s has more than %d bytes.".formatted(file, MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LifeboatException(ErrorCode.CLI_FILE_UNREADABLE, "%s cannot be read: %s".formatted(file, e), e);
        }
    }

    private AgentConfiguration agent(Section agent) {
        Path state = path(agent, "state", AgentConfiguration.DEFAULT_STATE, LONGEST_SOCKET_BYTES - SOCKET_NAME_BYTES);
        Optional<Recovery> recovery = recovery(agent);
        requireWork(agent, recovery);
        Section spool = agent.section("spool", SectionKeys.SPOOL);
        return new AgentConfiguration(
                name(agent, "host"),
                agent.value(
                        "hypervisor",
                        AgentConfiguration.DEFAULT_HYPERVISOR,
                        "the address of a hypervisor, such as qemu:///system",
                        ConfigurationFile::notEmpty),
                agent.has("vault") ? Optional.of(vault(agent.section("vault", SectionKeys.VAULT))) : Optional.empty(),
                state,
                path(agent, "socket", AgentConfiguration.DEFAULT_SOCKET, LONGEST_SOCKET_BYTES),
                new Spool(
                        spool.value("folder", state.resolve("spool"), Values.PATH, Values::path),
                        atLeast(spool, "size", AgentConfiguration.DEFAULT_SPOOL, AgentConfiguration.SMALLEST_SPOOL)),
                atLeast(agent, "scratch", AgentConfiguration.DEFAULT_SCRATCH, AgentConfiguration.SMALLEST_SCRATCH),
                groups(agent),
                recovery,
                limits(agent, "bandwidth", AgentConfiguration.SLOWEST),
                limits(agent, "seed_read_limit", AgentConfiguration.SLOWEST_READING),
                port(agent),
                agent.value(
                        "log_level", LogLevel.INFO, "one of error, warn, info, debug", ConfigurationFile::logLevel));
    }

    private static VaultAccess vault(Section vault) {
        return new VaultAccess(
                vault.value(
                        "url",
                        "",
                        "the address of a vault, such as file:///srv/vault",
                        text -> notEmpty(text).filter(url -> url.contains("://"))),
                vault.value("credentials", Path.of("/"), Values.PATH, Values::path));
    }

    private static Optional<Recovery> recovery(Section agent) {
        Section recovery = agent.section("recovery", SectionKeys.RECOVERY);
        boolean enabled = recovery.value("enabled", true, "true or false", ConfigurationFile::truth);
        Path folder = recovery.value("folder", AgentConfiguration.DEFAULT_RECOVERY, Values.PATH, Values::path);
        return agent.has("recovery") && enabled ? Optional.of(new Recovery(folder)) : Optional.empty();
    }

    private static Optional<Boolean> truth(String text) {
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Groups need a vault and a vault groups; who has neither is there to recover machines. */
    private void requireWork(Section agent, Optional<Recovery> recovery) {
        boolean protects = agent.has("vault") || agent.has("groups");
        for (String needed : List.of("vault", "groups")) {
            if (protects && !agent.has(needed)) {
                complaints.add(agent.line(), "the key %s is missing".formatted(needed));
            }
        }
        if (!protects && recovery.isEmpty()) {
            complaints.add(
                    agent.line("recovery"),
                    agent.has("recovery")
                            ? "recovery is switched off, and there are no vault and groups: there is nothing to do"
                            : "the keys vault and groups are missing, or the key recovery");
        }
    }

    private static Optional<String> notEmpty(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text);
    }

    private static String name(Section section, String key) {
        return section.value(key, "", NAME, text -> Optional.of(text).filter(Name::isName));
    }

    private static Path path(Section section, String key, Path fallback, int longest) {
        return section.value(
                key,
                fallback,
                "%s and has at most %d bytes".formatted(Values.PATH, longest),
                text -> Values.path(text)
                        .filter(path -> path.toString().getBytes(StandardCharsets.UTF_8).length <= longest));
    }

    private static ByteCount atLeast(Section section, String key, ByteCount fallback, ByteCount least) {
        return section.value(
                key,
                fallback,
                "%s, at least %s".formatted(Values.SIZE, least),
                text -> Values.size(text).filter(size -> size.compareTo(least) >= 0));
    }

    private static List<BandwidthLimit> limits(Section agent, String key, ByteCount slowest) {
        return agent.sections(key, SectionKeys.BANDWIDTH).stream()
                .map(section -> limit(section, slowest))
                .toList();
    }

    private static BandwidthLimit limit(Section section, ByteCount slowest) {
        return new BandwidthLimit(
                atLeast(section, "per_second", slowest, slowest),
                section.value("from", LocalTime.MIDNIGHT, Values.TIME, Values::time),
                section.value("to", LocalTime.MIDNIGHT, Values.TIME, Values::time));
    }

    private static OptionalInt port(Section agent) {
        int port = agent.value(
                "metrics_port",
                0,
                "a port from 1 to " + HIGHEST_PORT,
                text -> text.matches("\\d{1,5}")
                        ? Optional.of(Integer.parseInt(text)).filter(number -> number >= 1 && number <= HIGHEST_PORT)
                        : Optional.empty());
        return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
    }

    private static Optional<LogLevel> logLevel(String text) {
        return Arrays.stream(LogLevel.values())
                .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst();
    }

    private List<Group> groups(Section agent) {
        List<Section> sections = agent.sections("groups", SectionKeys.GROUP);
        if (agent.has("groups") && (sections.isEmpty() || sections.size() > AgentConfiguration.MOST_GROUPS)) {
            complaints.add(
                    agent.line("groups"),
                    "there are %d groups; allowed are 1 to %d"
                            .formatted(sections.size(), AgentConfiguration.MOST_GROUPS));
        }
        Set<String> names = new HashSet<>();
        Map<String, String> groupOfMachine = new HashMap<>();
        Optional<Path> seedFolder = seedFolder(agent, Optional.empty());
        return sections.stream()
                .map(section -> group(section, names, groupOfMachine, seedFolder))
                .toList();
    }

    private static Optional<Path> seedFolder(Section section, Optional<Path> fallback) {
        Path none = Path.of("");
        Path folder = section.value(
                "seed_folder",
                fallback.orElse(none),
                "%s, or none".formatted(Values.PATH),
                text -> text.equals("none") ? Optional.of(none) : Values.path(text));
        return folder.equals(none) ? Optional.empty() : Optional.of(folder);
    }

    private Group group(
            Section section, Set<String> names, Map<String, String> groupOfMachine, Optional<Path> seedFolder) {
        String name = name(section, "name");
        if (!name.isEmpty() && !names.add(name)) {
            complaints.add(section.line("name"), "there is a group %s already".formatted(name));
        }
        List<Scalar> machines = section.scalars("machines");
        if (section.has("machines") && machines.isEmpty()) {
            complaints.add(section.line("machines"), "group %s has no machine".formatted(name));
        }
        for (Scalar machine : machines) {
            machine(machine, name, groupOfMachine);
        }
        return new Group(
                name,
                machines.stream().map(Scalar::text).toList(),
                period(section),
                applicationEvery(section),
                excluded(section, machines),
                seedFolder(section, seedFolder));
    }

    private void machine(Scalar machine, String group, Map<String, String> groupOfMachine) {
        if (!Name.isName(machine.text())) {
            complaints.add(
                    machine.line(), "the machine is called \"%s\"; allowed is %s".formatted(machine.text(), NAME));
        }
        String other = groupOfMachine.putIfAbsent(machine.text(), group);
        if (other != null) {
            complaints.add(
                    machine.line(),
                    other.equals(group)
                            ? "machine %s is in group %s twice".formatted(machine.text(), group)
                            : "machine %s is in group %s and in group %s; it can be in one"
                                    .formatted(machine.text(), other, group));
        }
    }

    private static Duration period(Section section) {
        return section.value(
                "period",
                AgentConfiguration.DEFAULT_PERIOD,
                "%s, from %s to %s"
                        .formatted(
                                Values.DURATION,
                                Values.text(Protection.SHORTEST_PERIOD),
                                Values.text(AgentConfiguration.LONGEST_PERIOD)),
                text -> Values.duration(text)
                        .filter(period -> period.compareTo(Protection.SHORTEST_PERIOD) >= 0
                                && period.compareTo(AgentConfiguration.LONGEST_PERIOD) <= 0));
    }

    private static Optional<Duration> applicationEvery(Section section) {
        Duration never = Duration.ZERO;
        Duration every = section.value(
                "application_consistent_every",
                AgentConfiguration.DEFAULT_APPLICATION_EVERY,
                "never, or %s, at least %s".formatted(Values.DURATION, Values.text(Protection.SHORTEST_PERIOD)),
                text -> text.equals("never")
                        ? Optional.of(never)
                        : Values.duration(text)
                                .filter(duration -> duration.compareTo(Protection.SHORTEST_PERIOD) >= 0));
        return every.equals(never) ? Optional.empty() : Optional.of(every);
    }

    private Set<String> excluded(Section section, List<Scalar> machines) {
        Set<String> names = machines.stream().map(Scalar::text).collect(Collectors.toSet());
        Set<String> excluded = new HashSet<>();
        for (Scalar disk : section.scalars("excluded_disks")) {
            String[] parts = disk.text().split("/", -1);
            if (parts.length != 2 || !names.contains(parts[0]) || !Name.isName(parts[1])) {
                complaints.add(
                        disk.line(),
                        "\"%s\" is no disk of the group; allowed is MACHINE/DISK, such as web/vdb"
                                .formatted(disk.text()));
            }
            excluded.add(disk.text());
        }
        return excluded;
    }
}
