package dev.lifeboat.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.host.Folders;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import dev.lifeboat.hypervisor.GuestInMemory;
import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineDocument;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.hypervisor.NetworkInterface;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.network.ForwardMode;
import dev.lifeboat.network.Ipv4Address;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.NetworkHostInMemory;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.Protocol;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.network.Subnet;
import dev.lifeboat.recovery.RecoveryOrder.Sign;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.key.Octets;
import dev.lifeboat.vault.key.SessionId;
import dev.lifeboat.vault.point.Consistency;
import dev.lifeboat.vault.point.DiskRecord;
import dev.lifeboat.vault.point.MachineRecord;
import dev.lifeboat.vault.point.PointId;
import dev.lifeboat.vault.point.PointManifest;
import dev.lifeboat.vault.point.PointStatistics;
import dev.lifeboat.vault.tree.TreeRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A host in memory on which the machines {@code db} and {@code web} of group {@code orders} are recovered as
 * {@code shop}, with what must hold at every moment. Processes come and go; the host, what serves disks, and the files
 * of recoveries stay.
 */
final class RecoveryHost implements AutoCloseable {

    static final PointId POINT = new PointId("orders", 1, 42);
    static final String PORT = "tcp 0.0.0.0:80 to 10.30.0.11:8080";

    private static final List<String> NAMES = List.of("db", "web");
    private static final int DISK_BYTES = 1 << 20;
    private static final long SEED = 20261121;

    final HostInMemory machines;
    final NetworkHostInMemory networks = new NetworkHostInMemory();
    final DisksInMemory disks;
    final Path recoveries;
    final BootingTime time = new BootingTime(this::boot);

    private final Path folder;
    private final Point point;
    private final Random random = new Random(SEED);
    private final Set<MachineId> haveRun = new TreeSet<>();
    private final List<String> broken = new ArrayList<>();
    private final Map<String, Consumer<GuestInMemory>> booting = new HashMap<>();
    private final Map<String, UUID> generations = new HashMap<>();
    private boolean guestsBoot = true;

    RecoveryHost(Path folder) throws Exception {
        this(folder, "10.20.0.10/24", "10.20.0.11/24");
    }

    /** @param addresses of the machines at home */
    RecoveryHost(Path folder, String... addresses) throws Exception {
        this.folder = folder;
        this.recoveries = folder.resolve("r");
        this.machines = new HostInMemory(folder);
        this.disks = new DisksInMemory(machines);
        this.point = point(folder, List.of(addresses));
        networks.giveAddress("192.0.2.1/24");
        machines.watchFor(this::happened);
    }

    /** The machines as they were at home when the point was made. */
    private Point point(Path folder, List<String> addresses) throws HypervisorException {
        List<MachineRecord> records = new ArrayList<>();
        try (HostInMemory home = new HostInMemory(folder)) {
            for (String name : NAMES) {
                MachineInMemory machine = home.add(name);
                machine.addDisk("vda", DISK_BYTES, TrackingKind.PERSISTENT);
                generations.put(name, machine.generation());
                MachineDescription seen = new InMemoryHypervisor(home).describe(machine.id());
                int number = 10 + NAMES.indexOf(name);
                MachineDescription described = new MachineDescription(
                        seen.machine(),
                        seen.host(),
                        seen.kind(),
                        seen.definition(),
                        seen.disks(),
                        List.of(new NetworkInterface(
                                "52:54:00:00:00:%d".formatted(number),
                                "bridge:br0",
                                "virtio",
                                List.of(addresses.get(NAMES.indexOf(name))))),
                        seen.files(),
                        seen.notCovered());
                records.add(new MachineRecord(
                        name,
                        new MachineDocument(described, new CheckpointName("lifeboat-0001-0")).toJson(),
                        List.of(new DiskRecord("vda", DISK_BYTES, 0, new TreeRoot.Hole()))));
            }
        }
        Instant taken = Instant.parse("2026-05-04T11:59:00Z");
        return new Point(
                new PointManifest(
                        POINT,
                        "host",
                        new SessionId(1),
                        taken,
                        taken,
                        Consistency.CRASH,
                        true,
                        null,
                        records,
                        List.of(),
                        new PointStatistics(0, 0, 0, 0)),
                Octets.of(new byte[32]));
    }

    /** The generation id that a machine had at home. */
    UUID generationAtHome(String machine) {
        return Objects.requireNonNull(generations.get(machine));
    }

    Point point() {
        return point;
    }

    /** Both machines, each ready when its guest's agent answers, in one network; a real recovery has a port, too. */
    static RecoveryOrder order(Purpose purpose) {
        return new RecoveryOrder(
                "shop",
                purpose,
                POINT,
                NAMES.stream().map(name -> new Wanted(name, Sign.GUEST, 0)).toList(),
                List.of(new RecoveryOrder.Network(
                        new Label("br0"),
                        List.of("br0"),
                        Subnet.of("10.30.0.0/24"),
                        Optional.empty(),
                        purpose == Purpose.TEST ? ForwardMode.ISOLATED : ForwardMode.NAT)),
                Map.of(),
                purpose == Purpose.TEST
                        ? List.of()
                        : List.of(new RecoveryOrder.Port(Protocol.TCP, Ipv4Address.ANY, 80, "web", 8080)),
                Duration.ofMinutes(5));
    }

    /** A process that has the vault and its key. */
    Recoveries process() {
        return process(PlannedFault.none());
    }

    Recoveries process(PlannedFault fault) {
        return process(fault, true);
    }

    Recoveries process(PlannedFault fault, boolean hasKey) {
        Networks watched = new FaultyNetworks(networks.connect(), fault);
        return new HostRecoveries(new HostRecoveries.Parts(
                new InMemoryHypervisor(machines, fault::ofHypervisor),
                watched,
                disks.connect(fault, hasKey),
                id -> point,
                recoveries,
                Optional.empty(),
                time,
                random));
    }

    RecoveryReport start(RecoveryOrder order) throws Exception {
        return process().start(order, line -> {});
    }

    /** Whether guests come up while somebody waits. */
    void guestsBoot(boolean from) {
        guestsBoot = from;
    }

    private void boot() {
        if (guestsBoot) {
            machines.machines().stream()
                    .filter(machine -> machine.state() == PowerState.RUNNING)
                    .forEach(this::boot);
        }
    }

    private void boot(MachineInMemory machine) {
        Consumer<GuestInMemory> more = booting.get(nameInPoint(machine));
        if (more != null) {
            more.accept(machine.guest());
        }
        machine.guest().answers(true);
    }

    /** What a guest does besides, each time that it is looked whether it has booted. */
    void whenBooting(String machine, Consumer<GuestInMemory> does) {
        booting.put(machine, does);
    }

    /** The recovered machine that is called so, or whose name ends so. */
    MachineInMemory machine(String name) {
        return machines.machines().stream()
                .filter(one -> one.name().endsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no machine " + name));
    }

    /** What the host has lost comes back only as it is on its disks; nobody starts anything. */
    void losePower() throws Exception {
        // Who was let run may have run. It starts again without tracking, for what it wrote is what its overlay has.
        machines.machines().forEach(machine -> {
            if (mayHaveRun(machine)) {
                haveRun.add(machine.id());
            } else {
                haveRun.remove(machine.id());
            }
        });
        machines.machines().forEach(machine -> {
            machine.kill();
            machine.guest().answers(false);
        });
        disks.stop();
        Networks all = networks.connect();
        for (RealmState realm : all.observe()) {
            all.remove(realm.id()).orThrow();
        }
    }

    private boolean mayHaveRun(MachineInMemory machine) {
        return journal()
                .filter(entry -> entry.identity(nameInPoint(machine)).ran())
                .isPresent();
    }

    private Optional<RecoveryJournal.Entry> journal() {
        return new RecoveryJournal(RecoveryFolder.of(recoveries, "shop").journal()).read();
    }

    private void happened(HypervisorEvent event) {
        boolean runs = switch (event) {
            case HypervisorEvent.SuspensionChanged changed -> !changed.suspended();
            case HypervisorEvent.Started _ -> true;
            default -> false;
        };
        if (event instanceof HypervisorEvent.Changed(MachineId machine)
                && machines.machines().stream().noneMatch(one -> one.id().equals(machine))) {
            haveRun.remove(machine);
        }
        if (!runs) {
            return;
        }
        for (MachineInMemory machine : machines.machines()) {
            if (machine.state() == PowerState.RUNNING && haveRun.add(machine.id()) && !isTracked(machine)) {
                broken.add("%s ran before its writes were tracked".formatted(machine.name()));
            }
        }
    }

    private boolean isTracked(MachineInMemory machine) {
        try {
            return new InMemoryHypervisor(machines)
                    .checkpoints(machine.id()).stream()
                            .anyMatch(checkpoint -> checkpoint.name().equals(MachineStart.zero(point))
                                    && checkpoint.disks().equals(Map.of("vda", CheckpointState.Tracking.INTACT)));
        } catch (HypervisorException e) {
            return false;
        }
    }

    /** What must hold at every moment, whoever died. */
    void requireInvariants() throws InterruptedException {
        assertThat(broken).isEmpty();
        if (!openings().isEmpty()) {
            assertThat(openings()).containsExactly(PORT);
            assertThat(machines.machines())
                    .as("while ports are open")
                    .hasSize(NAMES.size())
                    .allSatisfy(machine -> {
                        assertThat(machine.state()).isEqualTo(PowerState.RUNNING);
                        assertThat(disks.served()).contains(nameInPoint(machine));
                    });
        }
    }

    private static String nameInPoint(MachineInMemory machine) {
        return machine.name().substring(machine.name().lastIndexOf('-') + 1);
    }

    private List<String> openings() throws InterruptedException {
        return networks.connect().observe().stream()
                .flatMap(realm -> realm.openings().ports().stream())
                .map(Object::toString)
                .toList();
    }

    /** What was decided of each machine; empty while nothing is. */
    Map<String, String> identities() {
        Map<String, String> found = new TreeMap<>();
        journal()
                .ifPresent(entry -> entry.identities()
                        .forEach((machine, identity) -> found.put(
                                machine,
                                "%s %s"
                                        .formatted(
                                                identity.id(),
                                                identity.generation().orElseThrow()))));
        return found;
    }

    /** All is there that was ordered, once, and nothing else. */
    void requireStarted(RecoveryOrder order, RecoveryReport report) throws Exception {
        requireInvariants();
        assertThat(report.isReady()).as("%s", report).isTrue();
        assertThat(process().observe()).singleElement().satisfies(seen -> {
            assertThat(seen.isReady()).as("%s", seen).isTrue();
            assertThat(seen.openings()).isEqualTo(report.openings());
        });
        assertThat(openings()).isEqualTo(order.ports().isEmpty() ? List.of() : List.of(PORT));
        assertThat(machines.machines())
                .extracting(RecoveryHost::nameInPoint)
                .containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(disks.served()).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(networks.connect().observe()).hasSize(1).allMatch(RealmState::isWhole);
        Map<String, String> identities = identities();
        for (MachineInMemory machine : machines.machines()) {
            assertThat(machine.owner()).contains("shop");
            assertThat(machine.captured()).isFalse();
            assertThat(machine.checkpointNames()).containsExactly(MachineStart.zero(point));
            assertThat(haveRun).contains(machine.id());
            assertThat(identities.get(nameInPoint(machine)))
                    .endsWith(machine.generation().toString());
        }
    }

    /** Nothing is left of anything. */
    void requireNothingLeft() throws Exception {
        requireInvariants();
        assertThat(machines.machines()).isEmpty();
        assertThat(disks.served()).isEmpty();
        assertThat(networks.connect().observe()).isEmpty();
        assertThat(process().observe()).isEmpty();
        if (Files.exists(recoveries)) {
            assertThat(recoveries).isEmptyDirectory();
        }
    }

    @Override
    public void close() {
        machines.close();
        Folders.delete(folder);
    }
}
