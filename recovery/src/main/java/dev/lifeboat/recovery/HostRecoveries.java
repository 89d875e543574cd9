package dev.lifeboat.recovery;

import dev.lifeboat.host.Folders;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.network.Label;
import dev.lifeboat.network.Networks;
import dev.lifeboat.network.RealmId;
import dev.lifeboat.network.RealmState;
import dev.lifeboat.recovery.RecoveryJournal.Entry;
import dev.lifeboat.recovery.RecoveryJournal.Identity;
import dev.lifeboat.recovery.RecoveryOrder.Wanted;
import dev.lifeboat.recovery.RecoveryReport.RecoveredMachine;
import dev.lifeboat.recovery.export.Account;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.point.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The recoveries of this host: libvirt's machines over disks out of the vault, in networks of the host's own. */
public final class HostRecoveries implements Recoveries {

    private final Parts parts;

    /**
     * What recoveries are made of.
     *
     * @param hypervisor of this host
     * @param networks of this host
     * @param disks serves them
     * @param points finds a point in the vault, or fails as the vault does
     * @param folder where all recoveries have their files
     * @param account that the hypervisor's processes run under; empty for this process's own
     * @param time for waiting
     * @param random for new identities
     */
    public record Parts(
            RecoveryHypervisor hypervisor,
            Networks networks,
            DiskService disks,
            Function<PointId, Point> points,
            Path folder,
            Optional<Account> account,
            Timekeeper time,
            RandomGenerator random) {}

    public HostRecoveries(Parts parts) {
        this.parts = parts;
    }

    @Override
    public RecoveryReport start(RecoveryOrder order, Consumer<String> progress)
            throws HypervisorException, InterruptedException {
        RecoveryFolder folder = RecoveryFolder.of(parts.folder(), order.name());
        folder.make();
        try (RecoveryLock _ = RecoveryLock.take(folder)) {
            RecoveryJournal journal = new RecoveryJournal(folder.journal());
            Optional<Entry> known = journal.read();
            known.ifPresent(entry -> requireSame(entry, order));
            if (known.isEmpty()) {
                requireNoTraces(folder, order);
            }
            Entry entry = known.orElseGet(() -> decided(order));
            Preparation preparation = new Preparation(entry, parts.points().apply(order.point()), folder);
            requireNothingAgainst(preparation, known.isEmpty() ? folder : null);
            preparation.notes().forEach(progress);
            journal.write(entry);
            return new RecoveryRun(parts, folder, journal, preparation, progress).start(entry);
        }
    }

    private void requireNothingAgainst(Preparation preparation, @Nullable RecoveryFolder fresh)
            throws HypervisorException, InterruptedException {
        List<String> problems = preparation.problems(parts.hypervisor(), parts.networks());
        if (!problems.isEmpty()) {
            if (fresh != null) {
                Folders.delete(fresh.folder());
            }
            throw new LifeboatException(
                    ErrorCode.RECOVERY_REFUSED, "Nothing was started. " + String.join(" ", problems));
        }
    }

    private static void requireSame(Entry known, RecoveryOrder order) {
        if (known.ending()) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_NAME_TAKEN, "Recovery %s is being ended; end it first.".formatted(order.name()));
        }
        if (!known.order().equals(order)) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_NAME_TAKEN,
                    "There is a recovery %s of %s already, and it was ordered differently."
                            .formatted(order.name(), known.order().point()));
        }
    }

    /** Without a journal this would begin anew, over what machines have written or while they run. */
    private void requireNoTraces(RecoveryFolder folder, RecoveryOrder order) throws HypervisorException {
        if (folder.hasMachines() || parts.hypervisor().recovered().containsValue(order.name())) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_JOURNAL_LOST,
                    "There is something of a recovery %s, and not its journal %s."
                            .formatted(order.name(), folder.journal()));
        }
    }

    /** Identities are drawn once, and written down before they are used. */
    private Entry decided(RecoveryOrder order) {
        Map<String, Identity> identities = new LinkedHashMap<>();
        for (Wanted wanted : order.machines()) {
            identities.put(
                    wanted.machine(),
                    new Identity(
                            order.isTest() ? Optional.of(new MachineId(uuid())) : Optional.empty(),
                            order.purpose().renewsGeneration() ? Optional.of(uuid()) : Optional.empty(),
                            false));
        }
        return new Entry(order, identities, false);
    }

    private UUID uuid() {
        byte[] bytes = new byte[16];
        parts.random().nextBytes(bytes);
        return UUID.nameUUIDFromBytes(bytes);
    }

    @Override
    public List<RecoveryReport> observe() throws HypervisorException, InterruptedException {
        List<RecoveryReport> reports = new ArrayList<>();
        Map<MachineId, String> placed = parts.hypervisor().recovered();
        List<RealmState> realms = parts.networks().observe();
        for (String name : names(placed, realms)) {
            reports.add(report(name, placed, realms));
        }
        return reports;
    }

    /** All that left anything here: a folder, a machine, or a network. */
    private Set<String> names(Map<MachineId, String> placed, List<RealmState> realms) {
        TreeSet<String> names = new TreeSet<>(placed.values());
        realms.forEach(
                realm -> realm.mark().ifPresent(mark -> names.add(mark.name().text())));
        try (Stream<Path> folders = Files.list(parts.folder())) {
            folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .forEach(names::add);
        } catch (NoSuchFileException e) {
            // There has been no recovery here yet.
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_FOLDER_UNUSABLE, "%s cannot be read: %s".formatted(parts.folder(), e), e);
        }
        // Recoveries have names that networks can bear; what else lies there is none.
        names.removeIf(name -> !Label.isOne(name));
        return names;
    }

    private RecoveryReport report(String name, Map<MachineId, String> placed, List<RealmState> realms)
            throws HypervisorException {
        RecoveryFolder folder = RecoveryFolder.of(parts.folder(), name);
        Optional<RealmState> realm = realms.stream()
                .filter(one -> one.id().equals(RealmId.of(new Label(name))))
                .findFirst();
        Optional<Entry> entry = new RecoveryJournal(folder.journal()).read();
        List<String> faults = new ArrayList<>();
        realm.ifPresent(one -> faults.addAll(one.faults()));
        List<String> openings = realm.map(one ->
                        one.openings().ports().stream().map(Object::toString).toList())
                .orElse(List.of());
        if (entry.isEmpty()) {
            faults.add("Its journal is gone. It can be ended, and cannot be gone on with.");
            return new RecoveryReport(name, Optional.empty(), Optional.empty(), false, List.of(), openings, faults);
        }
        Map<String, MachineId> ids = new PlacedMachines(parts.hypervisor()).of(entry.get(), placed);
        List<RecoveredMachine> machines = new ArrayList<>();
        Observation observation = new Observation(parts.hypervisor(), parts.disks(), folder);
        for (Wanted wanted : entry.get().order().machines()) {
            RecoveredMachine machine =
                    observation.look(wanted, Optional.ofNullable(ids.get(wanted.machine())), Optional.empty(), realm);
            machines.add(machine);
            if (Observation.isElsewhere(machine.addresses(), realm)) {
                faults.add("%s has the addresses %s, and its networks here have others: start it again."
                        .formatted(wanted.machine(), machine.addresses()));
            }
            if (!machine.served() && entry.get().identity(wanted.machine()).ran()) {
                faults.add("The disks of %s are not served: start it again, with the vault's key."
                        .formatted(wanted.machine()));
            }
        }
        if (realm.isEmpty() && !entry.get().order().networks().isEmpty()) {
            faults.add("Its networks are gone: start it again.");
        }
        return new RecoveryReport(
                name,
                Optional.of(entry.get().order().purpose()),
                Optional.of(entry.get().order().point().toString()),
                entry.get().ending(),
                machines,
                openings,
                faults);
    }

    @Override
    public List<String> resumePaused() throws HypervisorException, InterruptedException {
        Map<MachineId, String> placed = parts.hypervisor().recovered();
        Set<String> names = new TreeSet<>();
        parts.hypervisor().machines().stream()
                .filter(PausedMachines::isStopped)
                .map(machine -> placed.get(machine.id()))
                .filter(name -> name != null && Label.isOne(name))
                .forEach(names::add);
        List<String> resumed = new ArrayList<>();
        for (String name : names) {
            resumePaused(name, placed).forEach(machine -> resumed.add("%s of %s".formatted(machine, name)));
        }
        return resumed;
    }

    private List<String> resumePaused(String name, Map<MachineId, String> placed) throws HypervisorException {
        RecoveryFolder folder = RecoveryFolder.of(parts.folder(), name);
        if (!Files.isDirectory(folder.folder())) {
            return List.of();
        }
        try (RecoveryLock _ = RecoveryLock.take(folder)) {
            Optional<Entry> entry = new RecoveryJournal(folder.journal()).read();
            if (entry.isEmpty() || entry.get().ending()) {
                return List.of();
            }
            Map<String, MachineId> ids = new PlacedMachines(parts.hypervisor()).of(entry.get(), placed);
            return new PausedMachines(parts.hypervisor(), parts.disks()).resume(entry.get(), folder, ids);
        } catch (LifeboatException e) {
            if (e.code() == ErrorCode.RECOVERY_BUSY) {
                // Who starts it resumes what has to be, and who ends it would not want it.
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public List<String> end(String name) throws HypervisorException, InterruptedException {
        RecoveryFolder folder = RecoveryFolder.of(parts.folder(), new Label(name).text());
        if (!Files.isDirectory(folder.folder())) {
            requireTraces(name);
        }
        folder.make();
        try (RecoveryLock _ = RecoveryLock.take(folder)) {
            List<String> left = new RecoveryEnd(parts, folder).run(name);
            if (left.isEmpty()) {
                // Under the lock: who begins anew under this name must not find half of it.
                Folders.delete(folder.folder());
            }
            return left;
        }
    }

    /** Refuses the name of a recovery that has lost its folder, unless the host has something else of it. */
    private void requireTraces(String name) throws HypervisorException, InterruptedException {
        RealmId networks = RealmId.of(new Label(name));
        boolean isHere = parts.hypervisor().recovered().containsValue(name)
                || parts.networks().observe().stream()
                        .anyMatch(realm -> realm.id().equals(networks));
        if (!isHere) {
            throw new LifeboatException(
                    ErrorCode.RECOVERY_UNKNOWN, "There is nothing of a recovery %s on this host.".formatted(name));
        }
    }
}
