package dev.lifeboat.host;

import java.util.Set;

/** Whether this is root. A plain user may look around, so it is a note and no fault. */
final class RootCheck implements HostCheck {

    private final HostUser user;

    RootCheck(HostUser user) {
        this.user = user;
    }

    @Override
    public String name() {
        return "root";
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.LAB);
    }

    @Override
    public HostFinding look() {
        return user.isRoot()
                ? HostFinding.ok(name(), "root")
                : HostFinding.note(name(), "user " + user.name(), "Run the lab, the demo and `doctor --fix` as root.");
    }
}
