package dev.lifeboat.offline;

import dev.lifeboat.vault.key.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this computer, for lack of a better one. */
final class HostName {

    /** The kernel's own; asking the network for it could take long. */
    private static final Path KERNELS = Path.of("/proc/sys/kernel/hostname");

    private static final String UNKNOWN = "computer";

    private HostName() {}

    /** The name of this computer, without its domain. */
    static String asName() {
        try {
            return asName(Files.readString(KERNELS));
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** What is left of a computer's name when only what may be in a name stays. */
    static String asName(String hostName) {
        String first = hostName.strip().split("\\.", 2)[0];
        String allowed = first.replaceAll("[^A-Za-z0-9_-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String name = allowed.substring(0, Math.min(allowed.length(), Name.MAX_CHARACTERS));
        return name.isEmpty() ? UNKNOWN : name;
    }
}
