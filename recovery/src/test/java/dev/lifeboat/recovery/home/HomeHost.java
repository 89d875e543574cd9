package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.Adaptation;
import dev.lifeboat.hypervisor.DiskDescription;
import dev.lifeboat.hypervisor.HostInMemory;
import dev.lifeboat.hypervisor.ImageInMemory;
import dev.lifeboat.hypervisor.InMemoryHypervisor;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.MachineInMemory;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.image.ImageFormat;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.StoredSessions;
import dev.lifeboat.vault.Vault;
import dev.lifeboat.vault.key.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The home of the machine web: its disk is a real file, and its hypervisor is in memory, with images of the same names.
 * What it commits is seen in the names alone.
 */
final class HomeHost implements AutoCloseable {

    static final int SIZE = 1 << 20;
    static final String GROUP = "web";
    static final String LINEAGE = "web.salvage.primary-1";

    final HomeFixture home;
    final HostInMemory host;
    final HomeDisk disk;
    final MachineId machine;
    final List<String> said = new ArrayList<>();
    private final Path folder;
    private final Optional<Credentials> credentials;

    HomeHost(Path folder, String... granted) throws Exception {
        this.folder = folder;
        home = new HomeFixture(folder, 1, ImageFormat.qcow2);
        credentials = granted.length == 0 ? Optional.empty() : Optional.of(home.credentials("primary-1", granted));
        disk = HomeDisk.beside("web/vda", home.disk.image(), ImageFormat.qcow2);
        host = new HostInMemory(folder);
        InMemoryHypervisor hypervisor = new InMemoryHypervisor(host);
        MachineInMemory described = host.add("web");
        described.addDisk("vda", SIZE, DiskDescription.TrackingKind.PERSISTENT);
        machine = described.id();
        MachineDescription description = hypervisor.describe(machine);
        hypervisor.undefine(machine);
        ImageInMemory old = host.image(disk.image(), SIZE);
        ImageInMemory _ = host.image(disk.overlay(), old);
        hypervisor.place(hypervisor.adapt(
                description,
                new Adaptation(
                        "web",
                        "nobody",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of("vda", disk.image()),
                        Map.of(),
                        folder)));
        hypervisor.settle(machine);
    }

    /** One whose writer may salvage. */
    static HomeHost thatSalvages(Path folder) throws Exception {
        return new HomeHost(folder, GROUP, LINEAGE);
    }

    MachineInMemory machine() {
        return host.machines().stream()
                .filter(one -> one.id().equals(machine))
                .findFirst()
                .orElseThrow();
    }

    Homecomings homecomings(InMemoryHypervisor hypervisor, Steps steps) {
        return new HostHomecomings(
                new HostHomecomings.Parts(
                        hypervisor,
                        url -> home.store,
                        credentials,
                        folder.resolve("home"),
                        HomeFixture.PROCESSORS,
                        home.time,
                        home.random),
                steps);
    }

    Homecomings homecomings() {
        return homecomings(new InMemoryHypervisor(host), Steps.UNHEARD);
    }

    PointAccess access(Point point) {
        Vault vault = home.opened(home.store).vault();
        return new PointAccess(
                "memory",
                new StoredSessions(home.store, home.keys.anchor(), home.keys.recipientKey()).forPoint(vault, point));
    }

    HomeReport follow(Point point) throws Exception {
        return carryOut(homecomings(), new HomeOrder(HomeOrder.Deed.FOLLOW, point.id(), Optional.empty(), true), point);
    }

    HomeReport bringHome(Point point) throws Exception {
        return bringHome(homecomings(), point);
    }

    HomeReport bringHome(Homecomings through, Point point) throws Exception {
        return carryOut(through, new HomeOrder(HomeOrder.Deed.BRING_HOME, point.id(), Optional.empty(), true), point);
    }

    HomeReport carryOut(Homecomings through, HomeOrder order, Point point) throws Exception {
        try (PointAccess access = access(point)) {
            return through.carryOut(order, access, said::add);
        }
    }

    @Override
    public void close() {
        host.close();
    }
}
