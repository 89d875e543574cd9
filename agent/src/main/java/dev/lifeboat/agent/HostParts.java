package dev.lifeboat.agent;

import dev.lifeboat.agent.configuration.AgentConfiguration;
import dev.lifeboat.agent.configuration.BandwidthLimit;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.libvirt.LibvirtHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.KeyedRecoveries;
import dev.lifeboat.recovery.LocalRecoveryHost;
import dev.lifeboat.recovery.export.ExportStarter;
import dev.lifeboat.recovery.home.Homecomings;
import dev.lifeboat.recovery.home.HostHomecomings;
import dev.lifeboat.replication.BandwidthSchedule;
import dev.lifeboat.replication.Guard;
import dev.lifeboat.replication.HoldBack;
import dev.lifeboat.replication.HostReplication;
import dev.lifeboat.replication.Replication;
import dev.lifeboat.replication.ReplicationContext;
import dev.lifeboat.replication.ReplicationListener;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.AwaitedStore;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.BlobStores;
import dev.lifeboat.vault.store.RetryPolicy;
import dev.lifeboat.vault.store.RetryingStore;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The parts of an agent on a real host: libvirt and the vault.
 *
 * @param processors of this host
 * @param mainClass whose main runs a command line, for the processes that serve recovered machines
 * @param classPath for it
 */
public record HostParts(Timekeeper time, RandomGenerator random, int processors, String mainClass, String classPath)
        implements AgentContext.Parts {

    /** Below the state folder: sockets and scratch files of captures, where QEMU writes too. */
    private static final String CAPTURES = "captures";

    /**
     * Whoever reads a frozen view waits for QEMU and then computes: one more thread than processors fills the waits.
     */
    private static final int WAITING_THREADS = 1;

    /** Below the recoveries' folder: the journals of groups that come home. */
    private static final String HOME = "home";

    /** Below the state folder: what replication keeps. */
    private static final String REPLICATION = "replication";

    @Override
    public Hypervisor hypervisor(String uri, Path state) {
        try {
            return LibvirtHypervisor.open(uri, state.resolve(CAPTURES), UnaryOperator.identity(), time);
        } catch (HypervisorException e) {
            throw unreachable(uri, e);
        }
    }

    private static LifeboatException unreachable(String uri, HypervisorException failure) {
        return new LifeboatException(
                ErrorCode.AGENT_HYPERVISOR_UNREACHABLE,
                "The hypervisor %s cannot be reached: %s".formatted(uri, failure.getMessage()),
                failure);
    }

    @Override
    public KeyedRecoveries recoveries(String uri, Path folder) {
        try {
            return LocalRecoveryHost.open(uri, folder, new ExportStarter(mainClass, classPath, time), time, random);
        } catch (HypervisorException e) {
            throw unreachable(uri, e);
        }
    }

    @Override
    public Homecomings homecomings(String uri, Path folder, Optional<Credentials> credentials) {
        try {
            return new HostHomecomings(new HostHomecomings.Parts(
                    LibvirtHypervisor.open(uri, folder.resolve(CAPTURES), UnaryOperator.identity(), time),
                    url -> new RetryingStore(BlobStores.open(url, time, random), RetryPolicy.STANDARD, time, random),
                    credentials,
                    folder.resolve(HOME),
                    processors + WAITING_THREADS,
                    time,
                    random));
        } catch (HypervisorException e) {
            throw unreachable(uri, e);
        }
    }

    @Override
    public Replication replication(
            AgentConfiguration configuration,
            Hypervisor hypervisor,
            Guard guard,
            Credentials credentials,
            ReplicationListener listener,
            HoldBack holdBack) {
        return new HostReplication(new ReplicationContext(
                hypervisor,
                new RetryingStore(store(configuration.ownVault().url()), RetryPolicy.STANDARD, time, random),
                credentials,
                guard,
                configuration.state().resolve(REPLICATION),
                configuration.spool().folder(),
                configuration.spool().size(),
                schedule(configuration.bandwidth()),
                schedule(configuration.seedReadLimit()),
                processors + WAITING_THREADS,
                listener,
                random,
                time,
                holdBack));
    }

    /** Whether it has to be there by now was asked before. */
    private BlobStore store(String url) {
        return new AwaitedStore(url, () -> BlobStores.open(url, time, random));
    }

    private static BandwidthSchedule schedule(List<BandwidthLimit> limits) {
        return new BandwidthSchedule(
                ZoneId.systemDefault(),
                Optional.empty(),
                limits.stream()
                        .map(limit ->
                                new BandwidthSchedule.Window(limit.from(), limit.to(), Optional.of(limit.perSecond())))
                        .toList());
    }
}
