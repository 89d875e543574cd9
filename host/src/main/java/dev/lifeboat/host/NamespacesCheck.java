package dev.lifeboat.host;

import dev.lifeboat.model.LifeboatException;
import java.time.Duration;
import java.util.Set;

/**
 * Whether the kernel gives us namespaces. Containers and hardened kernels refuse them to root too, and nothing but
 * trying tells.
 */
final class NamespacesCheck implements HostCheck {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HostUser user;
    private final Program trial;

    /** @param trial a command that makes namespaces of every kind we use and ends at once */
    NamespacesCheck(HostUser user, Program trial) {
        this.user = user;
        this.trial = trial.within(LIMIT);
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.LAB);
    }

    @Override
    public HostFinding look() throws InterruptedException {
        if (!user.isRoot()) {
            return HostFinding.note(name(), "not tried", "Only root can try: run `lifeboat doctor` as root.");
        }
        try {
            ProgramRun run = trial.run();
            return run.succeeded() ? HostFinding.ok(name(), "mount, pid, net, uts") : refused(run.errors());
        } catch (LifeboatException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private HostFinding refused(String said) {
        return HostFinding.missing(
                name(),
                "refused: " + said.strip().lines().findFirst().orElse("no reason given"),
                "Run on a host, or in a virtual machine, where root may create namespaces.");
    }
}
