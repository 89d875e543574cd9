package dev.lifeboat.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.hypervisor.HypervisorFault;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.model.ByteCount;
import dev.lifeboat.vault.Fence;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Transfer;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.VaultDescription;
import dev.lifeboat.vault.disk.DiskReader;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.key.RootSecret;
import dev.lifeboat.vault.key.TrustAnchor;
import dev.lifeboat.vault.key.VaultKeys;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.seed.CarryIn;
import dev.lifeboat.vault.seed.CarryInReport;
import dev.lifeboat.vault.seed.SeedFolder;
import dev.lifeboat.vault.store.BlobStore;
import dev.lifeboat.vault.store.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A host with machines in memory, a vault in memory, and processes that protect the ones into the other. */
final class ProtectedHost implements AutoCloseable {

    static final String GROUP = "shop";
    static final int MIB = 1 << 20;

    final Random random = new Random(20_261_121);
    final SteppedTime time = new SteppedTime();
    final MemoryStore store = new MemoryStore("vault");
    final HostInMemory host;
    final GuardInMemory guard;
    final List<String> notes = new ArrayList<>();

    /** For processes that begin from now on. */
    BandwidthSchedule catchUpReading = BandwidthSchedule.unlimited();

    /** Somebody else at the machines. */
    volatile HoldBack holdBack = HoldBack.NOBODY;

    private final Path folder;
    private final RootSecret root = RootSecret.generate(random);
    private final VaultKeys keys = root.keys();
    private Credentials credentials;
    private final List<Agent> processes = new ArrayList<>();

    ProtectedHost(Path folder) {
        this.folder = folder;
        this.host = new HostInMemory(folder);
        this.guard = new GuardInMemory(host);
        host.watchFor(guard::heard);
        new VaultDescription(root.vaultId(), time.instant()).write(store);
        credentials = Credentials.issue(keys, "agent-1", List.of(GROUP), time.millis(), random);
    }

    MachineInMemory running(String name, int diskBytes) {
        MachineInMemory machine = host.running(name, diskBytes);
        guard.watches(machine);
        return machine;
    }

    /** A process that protects machines as one group, driven by hand. */
    final class Agent {

        final InMemoryHypervisor hypervisor;
        final GroupStanding standing;
        final CaptureStop stop = new CaptureStop();
        final PassLimit limit = new PassLimit();
        final GroupCycles cycles;
        private final HostReplication replication;

        Agent(BlobStore through, HypervisorFault.Plan plan, Protection protection) {
            hypervisor = new InMemoryHypervisor(host, plan);
            replication = new HostReplication(context(hypervisor, through));
            SeedProgress progress = new SeedProgress(time);
            standing = new GroupStanding(protection, progress, time);
            cycles = replication.cyclesByHand(protection, standing, progress, stop, limit);
        }

        /** One attempt. */
        Duration attempt() throws InterruptedException {
            return cycles.attempt();
        }

        /** Attempts until there is a new point. */
        Point publish() throws InterruptedException {
            Optional<Point> before = newest();
            for (int i = 0; i < 50; i++) {
                time.pass(attempt());
                Optional<Point> now = newest();
                if (!now.map(Point::id).equals(before.map(Point::id))) {
                    return now.orElseThrow();
                }
            }
            throw new AssertionError("no point came: " + standing.report());
        }

        /** The next pass is over after so long. */
        void passesOf(Duration length) {
            limit.set(length);
        }

        GroupReport report() {
            return standing.report();
        }

        /** It is killed: nothing of it does anything any more. */
        void kill() {
            hypervisor.crash();
            replication.close();
        }
    }

    ReplicationContext context(dev.lifeboat.hypervisor.Hypervisor hypervisor, BlobStore through) {
        return new ReplicationContext(
                hypervisor,
                through,
                credentials,
                guard,
                folder.resolve("state"),
                folder.resolve("spool"),
                ByteCount.ofMebibytes(256),
                BandwidthSchedule.unlimited(),
                catchUpReading,
                2,
                new ReplicationListener() {
                    @Override
                    public void published(String group, long cycle, GroupReport.Cycle point) {}

                    @Override
                    public void noted(String group, long cycle, String what) {
                        notes.add(what);
                    }
                },
                random,
                time,
                protection -> holdBack.reason(protection));
    }

    Agent process(String... machines) {
        return process(store, HypervisorFault.Plan.none(), protection(machines));
    }

    Agent process(BlobStore through, HypervisorFault.Plan plan, Protection protection) {
        Agent process = new Agent(through, plan, protection);
        processes.add(process);
        return process;
    }

    static Protection protection(String... machines) {
        return new Protection(
                GROUP, List.of(machines), Duration.ofSeconds(30), Optional.empty(), Set.of(), 256L * MIB, true);
    }

    /** Machines whose first copy goes into a folder. */
    static Protection carried(Path into, String... machines) {
        return new Protection(
                GROUP,
                List.of(machines),
                Duration.ofSeconds(30),
                Optional.empty(),
                Set.of(),
                256L * MIB,
                true,
                Optional.of(into));
    }

    /** Somebody brings a folder to the vault. */
    void carryIn(Path carried) {
        SeedFolder seed = SeedFolder.open(carried, time, random);
        CarryInReport report = new CarryIn(seed, store, Optional.of(opened()), true, (_, _) -> {}).run();
        assertThat(report.refused()).isEmpty();
    }

    Vault opened() {
        TrustAnchor anchor = keys.anchor();
        return Vault.open(store, anchor, new StoredSessions(store, anchor, keys.recipientKey()));
    }

    /** Ends the group's epoch. */
    void seal(Seal.Reason reason) {
        Seal _ = new Fence(opened(), keys.issuer().operator("ops", time.millis()), time, random)
                .seal(GROUP, reason, "ops");
    }

    /** The group goes to another writer; processes that begin from now on are that one's. */
    void transferTo(String writer) {
        credentials = Credentials.issue(keys, writer, List.of(GROUP), time.millis(), random);
        boolean _ =
                new Transfer(opened(), keys.issuer().operator("ops", time.millis()), time, random).to(GROUP, writer);
    }

    Optional<Point> newest() {
        return opened().group(GROUP).newest();
    }

    List<Point> points() {
        return opened().group(GROUP).points();
    }

    byte[] content(DiskRecord disk) throws InterruptedException {
        byte[] content = new byte[(int) disk.size()];
        DiskReader reader = opened().reader(disk, Runnable::run);
        reader.read(0, ByteBuffer.wrap(content));
        return content;
    }

    static CheckpointName checkpoint(Point point, String machine) {
        return point.manifest().machine(machine).flatMap(Recorded::checkpoint).orElseThrow();
    }

    /** Every point has, of every machine, the bytes of the moment at which its checkpoint was made. */
    void requireTruePoints(MachineInMemory... machines) throws InterruptedException {
        for (Point point : points()) {
            for (MachineInMemory machine : machines) {
                MachineRecord record = point.manifest().machine(machine.name()).orElseThrow();
                CheckpointName checkpoint = checkpoint(point, machine.name());
                MachineInMemory.View view = machine.views().stream()
                        .filter(one -> one.created().equals(Optional.of(checkpoint)))
                        .findFirst()
                        .orElseThrow();
                assertThat(record.disks()).hasSameSizeAs(view.disks().keySet());
                for (DiskRecord disk : record.disks()) {
                    assertThat(content(disk))
                            .as("%s of %s in %s", disk.name(), machine.name(), point.id())
                            .isEqualTo(view.disk(disk.name()).content());
                }
            }
        }
    }

    @Override
    public void close() {
        processes.forEach(Agent::kill);
        host.close();
    }
}
