package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.model.ErrorCode;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.vault.key.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The protection of the groups of one host: a keeper for each, and what they share. Files, below the context's folders:
 *
 * <pre>
 * STATE/host.json        what is held at guests, what was released, names of machines ({@link HostNotes})
 * STATE/GROUP.passes     a seed or a resync under way ({@link PassJournal})
 * STATE/GROUP.blocks     blocks that are in the vault, a cache
 * STATE/GROUP.seeded     a group whose first copy might have been carried has a point ({@link SeedMark})
 * SPOOL/GROUP/*.pack     packs on their way ({@link SpoolStore})
 * SPOOL/GROUP/carried/*.pack   packs on their way into a folder that is carried
 * </pre>
 *
 * Safe for use by several threads.
 */
public final class HostReplication implements Replication {

    /** Each takes some tens of MiB, and more are not faster. */
    private static final int CAPTURES = 2;

    /** Enough to fill a link whose answers take long. */
    private static final int UPLOADS = 3;

    /** A disk that is carried is one disk; and one that hangs must not hold up the link. */
    private static final int LOADS = 2;

    /** Finishing what is nearly done; then it is broken off. */
    private static final Duration GRACE = Duration.ofSeconds(6);

    private static final Duration BREAKING_OFF = Duration.ofSeconds(3);

    private final ReplicationContext context;
    private final HostNotes notes;
    private final Bandwidth bandwidth;
    private final Bandwidth reading;
    private final ExecutorService uploaders;
    private final ExecutorService loaders;
    private final Semaphore captures = new Semaphore(CAPTURES, true);
    private final Set<MachineId> ran = ConcurrentHashMap.newKeySet();
    private final Map<CaptureStop, Protection> stops = new ConcurrentHashMap<>();
    private final Hypervisor.Watch watch;
    private final Map<String, GroupKeeper> keepers = new LinkedHashMap<>();

    /** Frees what an earlier process left held, and protects nothing yet. */
    public HostReplication(ReplicationContext context) {
        this.context = context;
        makeFolder(context.state());
        makeFolder(context.spool());
        this.notes = HostNotes.in(context.state());
        this.bandwidth = new Bandwidth(context.bandwidth(), context.time());
        this.reading = new Bandwidth(context.catchUpReading(), context.time());
        this.uploaders = threads(UPLOADS, "upload-");
        this.loaders = threads(LOADS, "load-");
        this.watch = context.hypervisor().watch(this::heard);
        new Leftovers(context.hypervisor(), notes).clearAll();
    }

    private static ExecutorService threads(int most, String name) {
        return Executors.newFixedThreadPool(
                most, Thread.ofPlatform().daemon().name(name, 0).factory());
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LifeboatException(
                    ErrorCode.REPL_STATE_UNUSABLE, "The folder %s cannot be made: %s".formatted(folder, e), e);
        }
    }

    private void heard(HypervisorEvent event) {
        switch (event) {
            case HypervisorEvent.Started(MachineId machine) -> ran.add(machine);
            case HypervisorEvent.ScratchFull(MachineId machine, String _) ->
                stops.forEach((stop, group) -> {
                    if (group.machines().stream().map(notes::idOf).anyMatch(Optional.of(machine)::equals)) {
                        stop.scratchIsFull();
                    }
                });
            default -> {
                // Whatever else happened, the next cycle looks for itself.
            }
        }
    }

    @Override
    public synchronized void protect(List<Protection> groups) {
        requireSense(groups);
        Set<Protection> wanted = new HashSet<>(groups);
        List<GroupKeeper> ending = new ArrayList<>();
        keepers.values().removeIf(keeper -> {
            boolean ends = !wanted.contains(keeper.protection());
            if (ends) {
                ending.add(keeper);
                stops.values().remove(keeper.protection());
            }
            return ends;
        });
        try {
            end(ending);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        for (Protection group : groups) {
            if (!keepers.containsKey(group.group())) {
                GroupKeeper keeper = keeper(group);
                keepers.put(group.group(), keeper);
                keeper.start();
            }
        }
    }

    private void requireSense(List<Protection> groups) {
        Set<String> names = new HashSet<>();
        Set<String> machines = new HashSet<>();
        for (Protection group : groups) {
            Name.require("group", group.group());
            if (!names.add(group.group())) {
                throw new LifeboatException(
                        ErrorCode.REPL_MACHINE_TWICE, "Group %s is named twice.".formatted(group.group()));
            }
            for (String machine : group.machines()) {
                Name.require("machine", machine);
                if (!machines.add(machine)) {
                    throw new LifeboatException(
                            ErrorCode.REPL_MACHINE_TWICE,
                            "Machine %s is named twice, the second time in group %s."
                                    .formatted(machine, group.group()));
                }
            }
        }
        requireKnown(machines);
    }

    /** Without a connection nobody knows; the cycles say so then. */
    private void requireKnown(Set<String> machines) {
        Set<String> there = new HashSet<>();
        try {
            for (Machine machine : context.hypervisor().machines()) {
                there.add(machine.name());
            }
        } catch (HypervisorException e) {
            return;
        }
        for (String machine : machines) {
            if (!there.contains(machine) && notes.idOf(machine).isEmpty()) {
                throw new LifeboatException(
                        ErrorCode.REPL_MACHINE_UNKNOWN,
                        "Host %s has no machine %s."
                                .formatted(context.hypervisor().host(), machine));
            }
        }
    }

    private GroupKeeper keeper(Protection group) {
        CaptureStop stop = new CaptureStop();
        SeedProgress progress = new SeedProgress(context.time());
        GroupStanding standing = new GroupStanding(group, progress, context.time());
        GroupWiring wiring = wiring(group, stop, progress, new PassLimit());
        return new GroupKeeper(group, wiring.cycles(standing), standing, stop, wiring.spools(), context.time());
    }

    private GroupWiring wiring(Protection group, CaptureStop stop, SeedProgress progress, PassLimit limit) {
        stops.put(stop, group);
        CycleParts parts = new CycleParts(
                group,
                context.hypervisor(),
                context.guard(),
                notes,
                new Barrier(context.hypervisor(), context.guard(), notes, context.time(), group.scratchBytes()),
                new Planning(context.hypervisor(), group),
                new PassJournal(context.state().resolve(group.group() + ".passes")),
                limit,
                new SpoolStore(
                        context.store(),
                        context.spool().resolve(group.group()),
                        context.spoolBytes(),
                        bandwidth,
                        uploaders,
                        () -> true),
                Optional.empty(),
                progress,
                reading,
                captures,
                stop,
                ran,
                new OffTimes(),
                context.random(),
                context.time());
        return GroupWiring.of(context, parts, loaders);
    }

    /**
     * The cycles of a group without a thread that runs them, for who drives them by hand. The caller protects nothing
     * else meanwhile.
     */
    GroupCycles cyclesByHand(
            Protection group, GroupStanding standing, SeedProgress progress, CaptureStop stop, PassLimit limit) {
        return wiring(group, stop, progress, limit).cycles(standing);
    }

    @Override
    public synchronized List<GroupReport> reports() {
        return keepers.values().stream().map(GroupKeeper::report).toList();
    }

    @Override
    public void release(String machine) throws InterruptedException {
        GroupKeeper keeper = keeperOf(machine);
        notes.release(machine, true);
        keeper.between(() -> free(machine));
    }

    private void free(String machine) {
        Optional<MachineId> id = notes.idOf(machine);
        if (id.isEmpty()) {
            return;
        }
        Hypervisor hypervisor = context.hypervisor();
        try {
            hypervisor.endCapture(id.get());
            for (CheckpointState checkpoint : hypervisor.checkpoints(id.get())) {
                hypervisor.dropCheckpoint(id.get(), checkpoint.name());
            }
        } catch (HypervisorException e) {
            throw new LifeboatException(
                    ErrorCode.REPL_NOT_RELEASED,
                    "Machine %s could not be freed of its checkpoints: %s".formatted(machine, e.getMessage()),
                    e);
        }
    }

    @Override
    public void resume(String machine) {
        notes.release(machine, false);
        keeperOf(machine).wake();
    }

    private synchronized GroupKeeper keeperOf(String machine) {
        return keepers.values().stream()
                .filter(keeper -> keeper.has(machine))
                .findFirst()
                .orElseThrow(() -> new LifeboatException(
                        ErrorCode.REPL_NOT_PROTECTED, "No machine %s is protected here.".formatted(machine)));
    }

    private static void end(List<GroupKeeper> ending) throws InterruptedException {
        ending.forEach(GroupKeeper::stop);
        for (GroupKeeper keeper : ending) {
            keeper.awaitEnd(GRACE, BREAKING_OFF);
        }
    }

    @Override
    public void close() {
        List<GroupKeeper> ending;
        synchronized (this) {
            ending = List.copyOf(keepers.values());
            keepers.clear();
        }
        try {
            end(ending);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watch.close();
            uploaders.shutdownNow();
            loaders.shutdownNow();
        }
    }
}
