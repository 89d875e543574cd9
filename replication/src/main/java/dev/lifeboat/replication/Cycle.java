package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.replication.Barrier.Frozen;
import dev.lifeboat.replication.Barrier.Part;
import dev.lifeboat.replication.GroupMembers.Member;
import dev.lifeboat.replication.HostNotes.Held;
import dev.lifeboat.replication.MachinePlan.DiskPlan;
import dev.lifeboat.replication.Passes.DiskPass;
import dev.lifeboat.replication.Passes.MachinePass;
import dev.lifeboat.vault.KeptDisk;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Publishing;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.capture.ChangedBlocks;
import dev.lifeboat.vault.point.Consistency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One attempt to bring a group's newest state into the vault:
 *
 * <ol>
 *   <li>The guard is armed, and the captures of all machines begin at one moment, each from the checkpoint that the
 *       newest published point names, each with a new checkpoint ({@link Barrier}).
 *   <li>What changed since is read and sealed into packs, which go to the spool ({@link DiskReading}).
 *   <li>The captures end, as soon as that is read: the store's speed never reaches the guest.
 *   <li>The packs are uploaded and the point is published; then the old checkpoint is dropped.
 * </ol>
 *
 * When it fails before the point is put, the new checkpoint is dropped, and the old one is where the next attempt
 * begins. When it is not known whether the point was put both stay, and the next attempt asks the vault: a checkpoint
 * is worth what a published point, or a pass, says of it.
 *
 * <p>When there is more to read than may be read at once, such as the first time, it is a pass: what was read is kept,
 * what is left is noted, and the next attempt goes on. A cycle is a pass that leaves nothing. For one thread.
 */
final class Cycle {

    /** As when this process stood still. */
    private static final String FREED = "the guard had to free the machines before everything was read";

    private final CycleParts parts;
    private final PointBuilder builder;
    private final boolean application;

    /** Named after the place of the point and an attempt that never comes again. */
    private final CheckpointName checkpoint;

    /** Machines of which a capture may be under way. */
    private final Set<MachineId> open = new LinkedHashSet<>();

    private final Set<MachineId> started = new LinkedHashSet<>();
    private List<MachinePlan> plans = List.of();
    private boolean keepsNew;

    /** @param application whether this one is to be application-consistent */
    Cycle(CycleParts parts, PointBuilder builder, boolean application) {
        this.parts = parts;
        this.builder = builder;
        this.application = application;
        this.checkpoint = new CheckpointName("%s%d-%d-%s"
                .formatted(
                        CheckpointName.PREFIX,
                        builder.place().epoch(),
                        builder.place().slot(),
                        HexFormat.of().toHexDigits(parts.random().nextInt())));
    }

    /** Whether guests were asked to freeze. */
    boolean asksForFreeze() {
        return application && !isCatchingUp();
    }

    /** How the machines are to be captured, once that is known. */
    List<MachinePlan> plans() {
        return plans;
    }

    /** Runs it. However it ends, nothing is held at any guest. */
    CycleEnd run() throws HypervisorException, IOException, NotNow, InterruptedException {
        Optional<Point> parent = builder.parent();
        GroupMembers group = GroupMembers.find(parts.protection(), parts.hypervisor(), parts.notes(), parent);
        List<Member> members = group.toCapture(parts.ran());
        if (members.isEmpty()) {
            return new CycleEnd.Nothing();
        }
        Optional<Passes> passes = parts.journal()
                .read()
                .filter(one ->
                        one.parent().equals(parent.map(point -> point.id().toString())));
        try {
            Taken taken = take(members, passes);
            return taken.isWhole() && parts.seed().isEmpty() ? publish(taken, group) : keep(taken, passes);
        } finally {
            if (!keepsNew) {
                plans.forEach(plan -> drop(plan, checkpoint));
            }
        }
    }

    private Taken take(List<Member> members, Optional<Passes> passes)
            throws HypervisorException, IOException, NotNow, InterruptedException {
        Set<MachineId> ids = new LinkedHashSet<>();
        members.forEach(member -> ids.add(member.machine().id()));
        parts.barrier().takeBack();
        parts.captures().acquire();
        parts.stop().captureBegins();
        try (Guard.Armed armed = new Arming(parts.guard())
                .arm(ids, Guard.Hold.CAPTURE, parts.limit().deadline())) {
            try {
                plans = plan(members, passes);
                open.addAll(ids);
                Frozen frozen = parts.barrier()
                        .begin(plans, checkpoint, parts.protection().barrier(), asksForFreeze());
                Taken taken = read(frozen, passes);
                if (armed.fired()) {
                    throw readTooLong();
                }
                return taken;
            } catch (HypervisorException e) {
                // What was asked for failed because the guard ended it meanwhile, and a lost record is a lost record.
                if (armed.fired() && e.kind() != HypervisorException.Kind.TRACKING_LOST) {
                    throw new NotNow("%s: %s".formatted(FREED, e.getMessage()));
                }
                throw e;
            } catch (IOException e) {
                // Likewise: the disk that was being read is not served any more.
                if (armed.fired()) {
                    throw readTooLong();
                }
                throw e;
            } finally {
                letGo();
            }
        } finally {
            parts.captures().release();
        }
    }

    private NotNow readTooLong() {
        parts.limit().tooLong();
        return new NotNow(FREED);
    }

    private List<MachinePlan> plan(List<Member> members, Optional<Passes> passes) throws HypervisorException, NotNow {
        List<MachinePlan> planned = new ArrayList<>();
        for (Member member : members) {
            Machine machine = member.machine();
            parts.leftovers().clear(machine);
            boolean off = machine.state() == PowerState.OFF;
            if (off) {
                start(machine);
            } else {
                parts.offTimes().runs(machine.id());
            }
            Optional<MachinePass> pass = passes.flatMap(one -> one.machine(machine.id()));
            MachinePlan plan = parts.planning().plan(machine, off, builder.parent(), member.record(), pass);
            if (plan.disks().isEmpty()) {
                throw new NotNow("machine %s has no disk that can be protected".formatted(machine.name()));
            }
            plan.stale().forEach(stale -> drop(plan, stale));
            planned.add(plan);
        }
        return planned;
    }

    /** Who can only be captured with a process gets one, and does not run. */
    private void start(Machine machine) throws HypervisorException, NotNow {
        if (!parts.offTimes().stays(machine.id(), parts.time().elapsed())) {
            throw new NotNow("machine %s has just stopped, and is captured if it stays off".formatted(machine.name()));
        }
        parts.notes().holds(Held.STARTED, Set.of(machine.id()));
        started.add(machine.id());
        parts.hypervisor().start(machine.id(), true);
    }

    private boolean isCatchingUp() {
        return plans.stream().flatMap(plan -> plan.disks().stream()).anyMatch(DiskPlan::catchesUp);
    }

    /** What is left over from a cycle that was too large is none: it is only what changed. */
    private boolean isFirstOrResync(Optional<Passes> passes) {
        return CatchUp.isAfresh(plans)
                || passes.filter(one -> one.resync() || one.parent().isEmpty()).isPresent();
    }

    private Taken read(Frozen frozen, Optional<Passes> passes)
            throws HypervisorException, IOException, NotNow, InterruptedException {
        Map<MachineId, Map<String, DiskReading.Wanted>> wanted = new LinkedHashMap<>();
        requireHeld(frozen);
        for (Part part : frozen.parts()) {
            Machine machine = part.description().machine();
            requireSameDisks(part);
            builder.machine(machine.name(), Recorded.write(part.plan(), part.description(), checkpoint));
            wanted.put(machine.id(), DiskReading.wanted(part, parts.hypervisor()));
        }
        follow(frozen, wanted, passes);
        DiskReading reading = new DiskReading(
                builder,
                parts.progress(),
                new ReadingPace(
                        isFirstOrResync(passes) ? parts.reading() : Bandwidth.unlimited(parts.time()),
                        parts.time(),
                        parts.time().elapsed().plus(parts.limit().limit()),
                        () -> parts.stop().mayGoOn() && parts.spool().hasRoom()));
        Map<MachineId, Map<String, ChangedBlocks>> left = new LinkedHashMap<>();
        for (Part part : frozen.parts()) {
            MachineId id = part.plan().machine().id();
            left.put(id, reading.read(part, wanted.getOrDefault(id, Map.of())));
            parts.hypervisor().endCapture(id);
            open.remove(id);
        }
        return new Taken(frozen, left, reading.readAny());
    }

    /** What a machine has written since it was held may be in no image's file yet. */
    private static void requireHeld(Frozen frozen) throws NotNow {
        for (Part part : frozen.parts()) {
            boolean goesOn =
                    !frozen.sameMoment() || part.description().machine().state() == PowerState.RUNNING;
            if (part.plan().overlaid() && goesOn) {
                throw new NotNow("machine %s went on before its disks could be shown as they were"
                        .formatted(part.plan().machine().name()));
            }
        }
    }

    /** A disk that came or went between the plan and the moment is for the next attempt. */
    private static void requireSameDisks(Part part) throws NotNow {
        Set<String> covered = new LinkedHashSet<>();
        part.description().coveredDisks().forEach(disk -> covered.add(disk.name()));
        Set<String> before = new LinkedHashSet<>();
        part.plan().description().coveredDisks().forEach(disk -> before.add(disk.name()));
        if (!covered.equals(before)) {
            throw new NotNow("the disks of %s have just changed"
                    .formatted(part.plan().machine().name()));
        }
    }

    private void follow(
            Frozen frozen, Map<MachineId, Map<String, DiskReading.Wanted>> wanted, Optional<Passes> passes) {
        if (!isCatchingUp()) {
            parts.progress().end();
            return;
        }
        long total = 0;
        for (Part part : frozen.parts()) {
            total += part.description().coveredDisks().stream()
                    .mapToLong(disk -> disk.size())
                    .sum();
        }
        long left = wanted.values().stream()
                .flatMap(disks -> disks.values().stream())
                .mapToLong(disk -> disk.blocks().bytes())
                .sum();
        parts.progress().begin(passes.map(Passes::passes).orElse(0) + 1, total, left);
    }

    private CycleEnd publish(Taken taken, GroupMembers group) throws InterruptedException {
        Frozen frozen = taken.frozen();
        builder.taken(frozen.moment());
        builder.consistency(frozen.application() ? Consistency.APPLICATION : Consistency.CRASH);
        // Who is off does not change, so that its disks are of this moment too.
        builder.groupConsistent(frozen.sameMoment());
        group.departed().forEach(builder::without);
        for (Member member : group.members()) {
            if (frozen.parts().stream()
                    .anyMatch(part ->
                            part.plan().machine().id().equals(member.machine().id()))) {
                member.formerName().ifPresent(builder::without);
            }
        }
        // From here on the point may exist, whatever becomes known of it.
        keepsNew = true;
        return switch (builder.publish()) {
            case Publishing.Published(Point point) -> {
                published(frozen);
                yield new CycleEnd.Published(point, frozen.pause(), frozen.warnings());
            }
            case Publishing.Fenced(Seal seal) -> {
                keepsNew = false;
                yield new CycleEnd.Fenced(seal);
            }
        };
    }

    private void published(Frozen frozen) {
        parts.journal().delete();
        for (Part part : frozen.parts()) {
            MachinePlan plan = part.plan();
            plan.since().ifPresent(old -> drop(plan, old));
            plan.published()
                    .filter(old -> !plan.since().equals(Optional.of(old)))
                    .ifPresent(old -> drop(plan, old));
            parts.ran().remove(plan.machine().id());
        }
        parts.progress().end();
    }

    private CycleEnd keep(Taken taken, Optional<Passes> before) throws InterruptedException {
        Iterator<KeptDisk> kept = builder.keep().iterator();
        parts.spool().awaitUploads();
        List<MachinePass> machines = new ArrayList<>();
        for (Part part : taken.frozen().parts()) {
            MachineId id = part.plan().machine().id();
            Map<String, ChangedBlocks> left = taken.left().getOrDefault(id, Map.of());
            List<DiskPass> disks = new ArrayList<>();
            for (DiskPlan disk : part.plan().disks()) {
                disks.add(new DiskPass(kept.next(), left.getOrDefault(disk.name(), new ChangedBlocks())));
            }
            machines.add(new MachinePass(id, checkpoint, disks));
        }
        Passes passes = new Passes(
                builder.parent().map(point -> point.id().toString()),
                before.map(Passes::reason).orElseGet(() -> CatchUp.reason(plans, builder.parent())),
                before.map(Passes::resync).orElseGet(() -> CatchUp.isResync(plans)),
                before.map(Passes::passes).orElse(0) + 1,
                machines,
                before.flatMap(Passes::carried));
        if (parts.seed().isPresent()) {
            SeedStore seed = parts.seed().get();
            passes = passes.with(new CarriedSeed(seed.path(), seed.packs(passes.sessions()), taken.isWhole(), false));
        }
        parts.journal().write(passes);
        keepsNew = true;
        for (MachinePlan plan : plans) {
            plan.since()
                    .filter(old -> !plan.published().equals(Optional.of(old)))
                    .ifPresent(old -> drop(plan, old));
        }
        return new CycleEnd.Kept(passes, taken.any());
    }

    /** What cannot be dropped now is dropped when the next cycle finds that nothing names it. */
    private void drop(MachinePlan plan, CheckpointName name) {
        try {
            parts.hypervisor().dropCheckpoint(plan.machine().id(), name);
        } catch (HypervisorException e) {
            // As above.
        }
    }

    /** Ends what is under way at the hypervisor, even when this thread is asked to stop. */
    private void letGo() {
        boolean interrupted = Thread.interrupted();
        try {
            for (MachineId machine : open) {
                try {
                    parts.hypervisor().endCapture(machine);
                } catch (HypervisorException e) {
                    // The guard ends it when its time is over, and the next attempt begins with it.
                }
            }
            for (MachineId machine : started) {
                try {
                    parts.hypervisor().powerOff(machine);
                    parts.notes().frees(Held.STARTED, Set.of(machine));
                } catch (HypervisorException e) {
                    // The note stays, and the next attempt begins with it.
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
