package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.LifeboatException;
import dev.lifeboat.replication.GroupReport.MachineReport;
import dev.lifeboat.vault.Point;
import dev.lifeboat.vault.PointBuilder;
import dev.lifeboat.vault.Seal;
import dev.lifeboat.vault.point.Consistency;
import dev.lifeboat.vault.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The cycles of a group, one after the other: makes of the end of each how the group stands and when the next begins.
 * For one thread.
 */
final class GroupCycles {

    /** Who waits for a person looks now and then whether there was one. */
    private static final Duration BLOCKED_PAUSE = Duration.ofMinutes(1);

    private static final Duration AT_ONCE = Duration.ZERO;

    private final ReplicationContext context;
    private final CycleWay link;
    private final Optional<CycleWay> folder;
    private final SeedRoute route;
    private final GroupStanding standing;
    private final Backoff backoff;
    private long cycles;
    private Optional<Instant> lastApplication = Optional.empty();
    private boolean resyncing;

    /** The way that is taken now, with what cycles on it work with. */
    private CycleParts parts;

    private GroupVault vault;

    /**
     * Does nothing yet.
     *
     * @param folder into the folder that is carried with the first copy, if one is wanted
     * @param route says which way to take
     */
    GroupCycles(
            ReplicationContext context,
            CycleWay link,
            Optional<CycleWay> folder,
            SeedRoute route,
            GroupStanding standing) {
        this.context = context;
        this.link = link;
        this.folder = folder;
        this.route = route;
        this.parts = link.parts();
        this.vault = link.vault();
        this.standing = standing;
        this.backoff = new Backoff(context.random(), parts.protection().period());
    }

    /**
     * Makes one attempt.
     *
     * @return how long to wait before the next, counted from this one's end
     */
    Duration attempt() throws InterruptedException {
        Optional<String> released = parts.protection().machines().stream()
                .filter(parts.notes()::isReleased)
                .findFirst();
        if (released.isPresent()) {
            standing.is(Health.BLOCKED, "machine %s was released to its owner; resume it".formatted(released.get()));
            return BLOCKED_PAUSE;
        }
        Optional<String> heldBack = context.holdBack().reason(parts.protection());
        if (heldBack.isPresent()) {
            standing.is(Health.BLOCKED, heldBack.get());
            return BLOCKED_PAUSE;
        }
        cycles++;
        Duration begun = context.time().elapsed();
        try {
            return switch (route.next(this::note)) {
                case SeedStep.OverTheLink _ -> attempt(link, begun);
                case SeedStep.IntoFolder _ -> attempt(folder.orElseThrow(), begun);
                case SeedStep.Waits(Health health, String why) -> rests(health, why);
            };
        } catch (LifeboatException e) {
            return failed(e);
        } catch (StoreException e) {
            return failed(e.toLifeboat());
        }
    }

    private Duration attempt(CycleWay way, Duration begun) throws InterruptedException {
        take(way);
        try (PointBuilder builder = vault.begin(parts.protection().group())) {
            builder.parent().ifPresent(standing::newest);
            Cycle cycle = new Cycle(parts, builder, applicationIsDue());
            return ended(cycle, builder, begun);
        }
    }

    /** One session at a time: both ways remember blocks in the same file. */
    private void take(CycleWay way) {
        if (vault != way.vault()) {
            vault.abandonSession();
            vault = way.vault();
            parts = way.parts();
        }
    }

    /** Nothing is read while a first copy is on its way. */
    private Duration rests(Health health, String why) {
        vault.abandonSession();
        parts.progress().end();
        standing.is(health, why);
        return BLOCKED_PAUSE;
    }

    private Duration ended(Cycle cycle, PointBuilder builder, Duration begun) throws InterruptedException {
        try {
            CycleEnd end = cycle.run();
            seen(cycle);
            return switch (end) {
                case CycleEnd.Published published -> published(published, cycle, begun);
                case CycleEnd.Kept kept -> kept(kept);
                case CycleEnd.Nothing _ -> nothing(builder, begun);
                case CycleEnd.Fenced(Seal seal) -> fenced(seal);
            };
        } catch (NotNow e) {
            return waits(String.valueOf(e.getMessage()));
        } catch (HypervisorException e) {
            if (e.kind() == HypervisorException.Kind.TRACKING_LOST) {
                note("tracking was lost: " + e.getMessage());
                if (parts.planning().distrust(cycle.plans())) {
                    return AT_ONCE;
                }
            }
            return waits("the hypervisor does not do what was asked of it: " + e.getMessage());
        } catch (IOException e) {
            parts.limit().tooLong();
            return waits("a frozen disk could not be read to its end: " + e.getMessage());
        }
    }

    private boolean applicationIsDue() {
        Optional<Duration> every = parts.protection().applicationEvery();
        return every.isPresent()
                && lastApplication
                        .filter(last ->
                                last.plus(every.get()).isAfter(context.time().instant()))
                        .isEmpty();
    }

    private Duration published(CycleEnd.Published end, Cycle cycle, Duration begun) {
        Point point = end.point();
        List<MachinePlan> plans = cycle.plans();
        tellResync(CatchUp.isResync(plans), () -> CatchUp.reason(plans, Optional.of(point)));
        resyncing = false;
        route.published();
        backoff.succeeded();
        parts.limit().wentWell();
        boolean application = point.manifest().consistency() == Consistency.APPLICATION;
        if (cycle.asksForFreeze()) {
            // One that failed is tried again when the next is due: a guest that hangs must not be asked every cycle.
            lastApplication = Optional.of(point.manifest().taken());
        }
        GroupReport.Cycle report = new GroupReport.Cycle(
                point.id().toString(),
                point.manifest().taken(),
                context.time().elapsed().minus(begun),
                point.manifest().statistics().readBytes(),
                point.manifest().statistics().storedBytes(),
                end.pause(),
                application);
        standing.newest(point);
        standing.published(report);
        end.warnings().forEach(this::note);
        List<String> warnings = new ArrayList<>(end.warnings());
        warnings.addAll(untracked(plans));
        if (warnings.isEmpty()) {
            standing.isOk();
        } else {
            standing.is(Health.WARNING, String.join("; ", warnings));
        }
        context.listener().published(parts.protection().group(), cycles, report);
        return untilNext(begun);
    }

    private static List<String> untracked(List<MachinePlan> plans) {
        List<String> untracked = new ArrayList<>();
        for (MachinePlan plan : plans) {
            plan.disks().stream()
                    .filter(disk -> !disk.tracked())
                    .forEach(disk ->
                            untracked.add("%s/%s is read as a whole in each cycle, for its changes are not remembered"
                                    .formatted(plan.machine().name(), disk.name())));
        }
        return untracked;
    }

    /** A resync is told once, whether it takes one pass or many. */
    private void tellResync(boolean resync, Supplier<String> reason) {
        if (resync && !resyncing) {
            standing.resyncs(reason.get());
            note("resync: " + reason.get());
        }
        resyncing = resync;
    }

    private Duration kept(CycleEnd.Kept kept) {
        Passes passes = kept.passes();
        tellResync(passes.resync(), passes::reason);
        standing.is(
                healthOf(passes),
                passes.carried()
                        .filter(carried -> !carried.arrived())
                        .map(carried -> "%s, in %s".formatted(passes.reason(), carried.folder()))
                        .orElse(passes.reason()));
        if (kept.progress()) {
            if (parts.stop().tookAllScratch()) {
                parts.limit().tooLong();
            } else {
                parts.limit().wentWell();
            }
            backoff.succeeded();
            return healthOf(passes) == Health.WARNING ? AT_ONCE : untilReadingGoesOn();
        }
        return backoff.failed();
    }

    /** Whoever has to wait before reading on does so before a guest's disk is frozen. */
    private Duration untilReadingGoesOn() {
        Duration due = parts.reading().due();
        return due.isPositive() ? due : AT_ONCE;
    }

    private static Health healthOf(Passes passes) {
        if (passes.resync()) {
            return Health.RESYNCING;
        }
        return passes.parent().isEmpty() ? Health.SEEDING : Health.WARNING;
    }

    private Duration nothing(PointBuilder builder, Duration begun) {
        builder.parent().ifPresent(standing::newest);
        standing.rests();
        backoff.succeeded();
        return untilNext(begun);
    }

    private Duration fenced(Seal seal) {
        vault.abandonSession();
        route.fenced();
        if (seal.reason() == Seal.Reason.COLLECTOR) {
            note("the collector went on without an answer of this session; a new one goes on");
            return AT_ONCE;
        }
        return blocked("the group was moved to another owner: %s was sealed by %s".formatted(seal.id(), seal.by()));
    }

    /** Counted from the start of the cycle; one that took longer than the period delays the next. */
    private Duration untilNext(Duration begun) {
        Duration left =
                begun.plus(parts.protection().period()).minus(context.time().elapsed());
        return left.isNegative() ? AT_ONCE : left;
    }

    private Duration waits(String why) {
        standing.is(Health.STALLED, why);
        note(why);
        Duration pause = backoff.failed();
        Duration period = parts.protection().period();
        return pause.compareTo(period) < 0 ? pause : period;
    }

    private Duration blocked(String why) {
        standing.is(Health.BLOCKED, why);
        note(why);
        return BLOCKED_PAUSE;
    }

    private Duration failed(LifeboatException e) {
        String why = e.code().code() + ": " + e.getMessage();
        vault.abandonSession();
        return switch (e.code()) {
            case VAULT_GROUP_OWNED_ELSEWHERE, VAULT_GROUP_NOT_GRANTED, VAULT_NAME_INVALID, VAULT_FOREIGN ->
                blocked(why);
            case VAULT_OBJECT_MISSING, VAULT_OBJECT_DAMAGED -> {
                // What passes brought may have gone with an older state of the vault; they are begun anew.
                parts.journal().delete();
                yield stalled(why);
            }
            case REPL_SPOOL_FULL -> {
                parts.limit().tooLong();
                yield stalled(why);
            }
            default -> stalled(why);
        };
    }

    private Duration stalled(String why) {
        standing.is(Health.STALLED, why);
        note(why);
        return backoff.failed();
    }

    private void note(String what) {
        context.listener().noted(parts.protection().group(), cycles, what);
    }

    private void seen(Cycle cycle) {
        List<MachineReport> machines = new ArrayList<>();
        for (MachinePlan plan : cycle.plans()) {
            machines.add(report(plan.description(), plan.off()));
        }
        if (machines.size() == parts.protection().machines().size()) {
            standing.machines(machines);
        }
    }

    private MachineReport report(MachineDescription description, boolean off) {
        Machine machine = description.machine();
        List<String> notCovered = new ArrayList<>(description.notCovered());
        description.disks().forEach(disk -> {
            disk.notCovered().ifPresent(why -> notCovered.add("disk %s: %s".formatted(disk.name(), why)));
            if (parts.protection().excludedDisks().contains(machine.name() + "/" + disk.name())) {
                notCovered.add("disk %s: excluded".formatted(disk.name()));
            }
        });
        return new MachineReport(machine.name(), Optional.of(off ? PowerState.OFF : machine.state()), notCovered);
    }

    /** Whether a machine is of this group. */
    boolean has(String machine) {
        return parts.protection().machines().contains(machine);
    }

    /** Ends the session; nothing is under way. */
    void end() {
        boolean holdsPasses = parts.journal().read().isPresent();
        folder.ifPresent(way -> way.vault().end(holdsPasses));
        link.vault().end(holdsPasses);
    }
}
