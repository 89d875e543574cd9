package dev.lifeboat.agent.configuration;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of each kind of section: what the schema says too, see {@code SchemaTest}.
 *
 * @param all that are allowed
 * @param required that have to be there
 */
record SectionKeys(List<String> all, Set<String> required) {

    static final SectionKeys AGENT = new SectionKeys(
            List.of(
                    "host",
                    "hypervisor",
                    "vault",
                    "state",
                    "socket",
                    "spool",
                    "scratch",
                    "groups",
                    "seed_folder",
                    "recovery",
                    "bandwidth",
                    "seed_read_limit",
                    "metrics_port",
                    "log_level"),
            Set.of("host"));

    static final SectionKeys VAULT = new SectionKeys(List.of("url", "credentials"), Set.of("url", "credentials"));

    static final SectionKeys SPOOL = new SectionKeys(List.of("folder", "size"), Set.of());

    static final SectionKeys GROUP = new SectionKeys(
            List.of("name", "machines", "period", "application_consistent_every", "excluded_disks", "seed_folder"),
            Set.of("name", "machines"));

    static final SectionKeys RECOVERY = new SectionKeys(List.of("enabled", "folder"), Set.of());

    static final SectionKeys BANDWIDTH = new SectionKeys(List.of("per_second", "from", "to"), Set.of("per_second"));

    SectionKeys {
        all = List.copyOf(all);
        required = Set.copyOf(required);
    }

    /** All of them, for people. */
    String text() {
        return String.join(", ", new TreeSet<>(all));
    }
}
