package dev.lifeboat.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Whether an installation of ours that was killed still keeps the services of this host from starting. Nothing that
 * Lifeboat needs is broken by it, so it is a note; but it is our doing, and nobody else would find it.
 */
final class ServiceStartCheck implements HostCheck {

    private final Path policyFile;
    private final Path presetFile;

    ServiceStartCheck(Path policyFile, Path presetFile) {
        this.policyFile = policyFile;
        this.presetFile = presetFile;
    }

    @Override
    public String name() {
        return "service starts";
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.LAB);
    }

    @Override
    public HostFinding look() {
        List<Path> left = ServiceStartBan.left(policyFile, presetFile);
        return left.isEmpty()
                ? HostFinding.ok(name(), "not held back by Lifeboat")
                : HostFinding.note(
                        name(),
                        "held back: %s is there"
                                .formatted(String.join(
                                        " and ",
                                        left.stream().map(Path::toString).toList())),
                        "If no installation is at work, run `lifeboat doctor --fix` as root: it removes that.");
    }
}
