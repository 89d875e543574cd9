package dev.lifeboat.host;

import dev.lifeboat.model.ByteCount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Whether a folder, which need not exist yet, has the room that it will take. */
final class SpaceCheck implements HostCheck {

    private final String name;
    private final Path folder;
    private final ByteCount wanted;

    SpaceCheck(String name, Path folder, ByteCount wanted) {
        this.name = name;
        this.folder = folder;
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.LAB);
    }

    @Override
    public HostFinding look() {
        ByteCount free;
        try {
            free = Folders.freeSpace(folder);
        } catch (IOException e) {
            return HostFinding.missing(name, "unknown: " + e.getMessage(), "Mend the file system of " + folder + ".");
        }
        String found = "%s free for %s".formatted(free, folder);
        return free.compareTo(wanted) >= 0
                ? HostFinding.ok(name, found)
                : HostFinding.missing(
                        name, found, "Free some space there, or mount a larger disk: %s are needed.".formatted(wanted));
    }
}
