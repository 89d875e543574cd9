package dev.lifeboat.host;

import java.util.List;

/**
 * What a {@link HostCheck} saw.
 *
 * @param check the name of the check
 * @param found what is there, a version where there is one
 * @param remedy what to do about it; empty when there is nothing to do; several lines when it takes them
 * @param packages the Debian packages that would mend it; empty when none would
 */
public record HostFinding(String check, CheckState state, String found, String remedy, List<String> packages) {

    public HostFinding {
        packages = List.copyOf(packages);
    }

    static HostFinding ok(String check, String found) {
        return new HostFinding(check, CheckState.OK, found, "", List.of());
    }

    static HostFinding note(String check, String found, String remedy) {
        return new HostFinding(check, CheckState.NOTE, found, remedy, List.of());
    }

    static HostFinding missing(String check, String found, String remedy) {
        return new HostFinding(check, CheckState.MISSING, found, remedy, List.of());
    }
}
