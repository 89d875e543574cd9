package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.configuration.AgentConfiguration.Group;
import dev.lifeboat.agent.endpoint.AgentEndpoint;
import dev.lifeboat.agent.endpoint.AgentMetrics;
import dev.lifeboat.agent.endpoint.Answers;
import dev.lifeboat.agent.guard.GuardLink;
import dev.lifeboat.agent.guard.GuardStarter;
import dev.lifeboat.agent.systemd.ServiceNotice;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.recovery.task.HostRecoveryTasks;
import dev.lifeboat.recovery.task.RecoveryTasks;
import dev.lifeboat.replication.HoldBack;
import dev.lifeboat.replication.Replication;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object graph of an agent: everything is opened in order here, and closed in reverse.
 *
 * <pre>
 * state folder ─ credentials ─ homecomings ─ guard ─ vault ─ hypervisor ─ replication ─ recoveries ─ endpoint
 * </pre>
 *
 * The endpoint goes first and the guard late: while anything may be held there is a guard. Where nothing is protected
 * there is nothing between state folder and recoveries.
 */
final class RunningAgent implements AutoCloseable {

    /** How often the reports are looked at: no cycle is shorter than several of it. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    /** All that a clean stop may take, see {@link Replication#close}. What is then still held the guard frees. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RunningAgent.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Timekeeper time;
    private final ServiceNotice notice;
    private final Replication replication;
    private final ReportLog log;

    RunningAgent(AgentConfiguration configuration, AgentContext context) throws InterruptedException {
        time = context.time();
        notice = new ServiceNotice(context.environment());
        boolean whole = false;
        try {
            opened.push(InstanceLock.take(configuration.state()));
            AgentMetrics metrics = opened(new AgentMetrics());
            Optional<Credentials> credentials = configuration.protects()
                    ? Optional.of(opened(new ConfigurationCheck(configuration, time, context.random()).credentials()))
                    : Optional.empty();
            Optional<Homecomings> home = configuration
                    .recovery()
                    .map(recovery -> opened(
                            context.parts().homecomings(configuration.hypervisor(), recovery.folder(), credentials)));
            Protecting protecting = credentials.isPresent()
                    ? protecting(configuration, context, metrics, credentials.get(), home)
                    : new Protecting(new NoReplication(), () -> true);
            replication = protecting.replication();
            log = new ReportLog(metrics);
            RecoveryTasks recoveries =
                    home.isPresent() ? recoveries(configuration, context, home.get()) : RecoveryTasks.none();
            opened(AgentEndpoint.open(
                    configuration.socket(),
                    configuration.metricsPort(),
                    new Answers(
                            configuration.host(),
                            context.version(),
                            replication,
                            protecting.guard(),
                            recoveries,
                            metrics,
                            time)));
            replication.protect(configuration.protections());
            whole = true;
        } finally {
            if (!whole) {
                closeAll();
            }
        }
    }

    /** What protects machines, and whether there is a guard where one is needed. */
    private record Protecting(Replication replication, BooleanSupplier guard) {}

    private Protecting protecting(
            AgentConfiguration configuration,
            AgentContext context,
            AgentMetrics metrics,
            Credentials credentials,
            Optional<Homecomings> home)
            throws InterruptedException {
        makeFolder(configuration.spool().folder());
        ConfigurationCheck check = new ConfigurationCheck(configuration, time, context.random());
        // A process that takes a second to start: meanwhile vault and hypervisor are asked.
        GuardLink guard = opened(guard(configuration, context));
        Optional<Vault> vault = check.vaultIfThere(credentials, LOG::warn);
        check.seedFolders(credentials, LOG::warn);
        Hypervisor hypervisor = opened(context.parts().hypervisor(configuration.hypervisor(), configuration.state()));
        requireMachines(configuration, hypervisor, vault);
        await(guard);
        HoldBack holdBack = home.<HoldBack>map(
                        there -> protection -> there.heldBack(protection.group(), protection.machines()))
                .orElse(HoldBack.NOBODY);
        Replication made = opened(context.parts()
                .replication(configuration, hypervisor, guard, credentials, new CycleLog(metrics), holdBack));
        return new Protecting(made, guard::isThere);
    }

    private RecoveryTasks recoveries(AgentConfiguration configuration, AgentContext context, Homecomings home) {
        KeyedRecoveries host = opened(context.parts()
                .recoveries(
                        configuration.hypervisor(),
                        configuration.recovery().orElseThrow().folder()));
        return opened(new HostRecoveryTasks(host, home, HostRecoveryTasks.Limits.STANDARD, time));
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.AGENT_FOLDER_UNUSABLE, "The spool %s cannot be made: %s".formatted(folder, e), e);
        }
    }

    private GuardLink guard(AgentConfiguration configuration, AgentContext context) {
        return GuardLink.begin(
                new GuardStarter(
                        context.mainClass(), context.classPath(), configuration.hypervisor(), configuration.state()),
                time);
    }

    private static void await(GuardLink guard) throws InterruptedException {
        try {
            guard.await();
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.AGENT_GUARD_UNAVAILABLE, "There is no guard: %s.".formatted(e.getMessage()), e);
        }
    }

    /**
     * A machine that vanished shall not keep the others from being protected, and neither shall a hypervisor that
     * starts later than the agent. A machine of a group that never had a point is a mistake in the configuration.
     */
    private static void requireMachines(
            AgentConfiguration configuration, Hypervisor hypervisor, Optional<Vault> vault) {
        try {
            List<Machine> machines = hypervisor.machines();
            for (Group group : configuration.groups()) {
                Optional<LifeboatException> fault = ConfigurationCheck.fault(group, machines);
                if (fault.isPresent()) {
                    if (vault.filter(one -> one.groups().contains(group.name())).isEmpty()) {
                        throw fault.get();
                    }
                    LOG.error("{}", fault.get().getMessage());
                }
            }
        } catch (HypervisorException e) {
            LOG.warn("The hypervisor does not answer yet: {}", e.getMessage());
        }
    }

    /** Watches over it until the thread is interrupted. */
    void work() throws InterruptedException {
        notice.ready();
        LOG.info("The agent is ready");
        Duration interval = notice.interval()
                .filter(wanted -> wanted.compareTo(LOOK_INTERVAL) < 0)
                .orElse(LOOK_INTERVAL);
        while (true) {
            log.look(replication.reports());
            notice.alive();
            time.pause(interval);
        }
    }

    /** Ends in a bounded time, whatever hangs. */
    @Override
    public void close() {
        notice.stopping();
        LOG.info("The agent stops");
        Thread closing = Thread.ofPlatform().name("stop").daemon().start(this::closeAll);
        try {
            if (!closing.join(STOP_LIMIT)) {
                LOG.error("Not everything ended in {} s; what is held the guard frees", STOP_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.error("A part did not end in order", e);
            }
        }
    }
}
