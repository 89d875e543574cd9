package dev.lifeboat.recovery.home;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.hypervisor.RecoveryHypervisor;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.recovery.PointAccess;
import dev.lifeboat.recovery.home.HomeJournal.Entry;
import dev.lifeboat.vault.SessionKeys;
import dev.lifeboat.vault.key.Credentials;
import dev.lifeboat.vault.store.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The groups that come home to this host. */
public final class HostHomecomings implements Homecomings {

    private final Parts parts;
    private final Steps steps;

    /**
     * What ways home are made of.
     *
     * @param hypervisor of this host; closed with this
     * @param stores opens the vault's store at an address
     * @param credentials of this host's writer, for salvage; the caller's to close, after this
     * @param folder where groups have their journals
     * @param processors how many threads read, fetch and write at once
     * @param time for waiting
     * @param random good enough for keys
     */
    public record Parts(
            RecoveryHypervisor hypervisor,
            Function<String, BlobStore> stores,
            Optional<Credentials> credentials,
            Path folder,
            int processors,
            Timekeeper time,
            RandomGenerator random) {}

    public HostHomecomings(Parts parts) {
        this(parts, Steps.UNHEARD);
    }

    HostHomecomings(Parts parts, Steps steps) {
        this.parts = parts;
        this.steps = steps;
    }

    @Override
    public HomeReport carryOut(HomeOrder order, PointAccess access, Consumer<String> progress)
            throws HypervisorException, InterruptedException {
        Path folder = parts.folder().resolve(order.group());
        try (FollowLock _ = FollowLock.take(folder, "group " + order.group())) {
            BlobStore store = parts.stores().apply(access.vault());
            HomeVault vault = HomeVault.open(store, access.keys().anchor(), SessionKeys.of(access.keys()));
            Homecoming homecoming =
                    new Homecoming(parts, steps, new HomeJournal(folder), store, vault, order, progress);
            return switch (order.deed()) {
                case FOLLOW -> homecoming.follow();
                case BRING_HOME -> homecoming.bringHome();
            };
        }
    }

    @Override
    public Optional<String> heldBack(String group, Collection<String> machines) {
        List<Path> folders;
        try {
            folders = folders();
        } catch (IOException e) {
            return Optional.of(
                    "%s cannot be read, by which it is known what comes home: %s".formatted(parts.folder(), e));
        }
        for (Path folder : folders) {
            HomeJournal journal = new HomeJournal(folder);
            Optional<Entry> entry = journal.read();
            if (entry.isPresent()) {
                boolean concerned = entry.get().point().group().equals(group)
                        || entry.get().machines().stream().anyMatch(machine -> machines.contains(machine.called()));
                Optional<String> reason = concerned ? reason(entry.get()) : Optional.empty();
                if (reason.isPresent()) {
                    return reason;
                }
            } else if (journal.exists() && folder.endsWith(group)) {
                return Optional.of("%s cannot be read, by which its machines come home".formatted(journal.path()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> reason(Entry entry) {
        return switch (entry.stage()) {
            case HOME -> Optional.empty();
            case FINISHING ->
                Optional.of("its machines are being brought home to %s: `lifeboat agent bring-home` finishes that"
                        .formatted(entry.point()));
            case FOLLOWING ->
                anyRuns(entry.machines())
                        ? Optional.empty()
                        : Optional.of("its machines follow %s, to come home".formatted(entry.point()));
        };
    }

    /** Not known is no: nothing may be captured then either. */
    private boolean anyRuns(List<HomeMachine> machines) {
        Set<MachineId> ids = machines.stream().map(HomeMachine::id).collect(Collectors.toSet());
        try {
            for (Machine machine : parts.hypervisor().machines()) {
                if (ids.contains(machine.id()) && machine.state() != PowerState.OFF) {
                    return true;
                }
            }
            return false;
        } catch (HypervisorException e) {
            return false;
        }
    }

    private List<Path> folders() throws IOException {
        if (Files.notExists(parts.folder())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(parts.folder())) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Override
    public void close() {
        parts.hypervisor().close();
    }
}
