package dev.lifeboat.replication;

import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import dev.lifeboat.model.Timekeeper;
import dev.lifeboat.replication.HostNotes.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Begins the captures of a group's machines at one moment: file systems are frozen if wanted, processors held where
 * there are several machines, then all captures begin, and everything is let go again. Nothing is held that the guard
 * was not armed for and that is not noted first; whatever happens in between, it is let go here or by the guard. For
 * one thread.
 */
final class Barrier {

    /** The longest that processors stand still for a barrier; the guard resumes them then. */
    static final Duration SUSPENSION_LIMIT = Duration.ofSeconds(2);

    /** The longest that file systems are held; the guard thaws them then. */
    static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

    /** What a guest's agent has for answering, so that several of them, and the thawing, fit into the limit. */
    private static final Duration AGENT_LIMIT = Duration.ofSeconds(5);

    private final Hypervisor hypervisor;
    private final Arming guard;
    private final HostNotes notes;
    private final Timekeeper time;
    private final long scratchBytes;

    /** What could not be let go here; the guard works at it until it is told that nothing is held any more. */
    private final List<Guard.Armed> leftToGuard = new ArrayList<>();

    /** @param scratchBytes the most that a disk may set aside */
    Barrier(Hypervisor hypervisor, Guard guard, HostNotes notes, Timekeeper time, long scratchBytes) {
        this.hypervisor = hypervisor;
        this.guard = new Arming(guard);
        this.notes = notes;
        this.time = time;
        this.scratchBytes = scratchBytes;
    }

    /**
     * The disks of a group at one moment.
     *
     * @param moment shortly before it
     * @param parts of it, one for each machine
     * @param pause for which processors stood still; empty when none did
     * @param sameMoment whether it is the same for all
     * @param application whether all file systems were held at that moment
     * @param warnings what did not go as wanted
     */
    record Frozen(
            Instant moment,
            List<Part> parts,
            Optional<Duration> pause,
            boolean sameMoment,
            boolean application,
            List<String> warnings) {

        Frozen {
            parts = List.copyOf(parts);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * A machine.
     *
     * @param description of the same moment
     */
    record Part(MachinePlan plan, FrozenView view, MachineDescription description) {}

    /**
     * Begins. When it fails captures may be under way and the checkpoint may exist.
     *
     * @param checkpoint to be made, of all machines
     * @param together whether machines are to be held together
     * @param application whether file systems are to be frozen
     */
    Frozen begin(List<MachinePlan> plans, CheckpointName checkpoint, boolean together, boolean application)
            throws HypervisorException, NotNow {
        thawLate(plans);
        if (!application) {
            return beginHeld(plans, checkpoint, together, false, List.of());
        }
        Set<MachineId> running = running(plans);
        Guard.Armed armed = guard.arm(running, Guard.Hold.FREEZE, FREEZE_LIMIT);
        try {
            notes.holds(Held.FROZEN, running);
            List<String> warnings = freeze(plans);
            Frozen frozen = beginHeld(plans, checkpoint, together, warnings.isEmpty(), warnings);
            return armed.fired() ? without(frozen) : frozen;
        } finally {
            disarm(armed, running, thaw(running));
        }
    }

    /** The guard keeps its deadline for what could not be let go here. */
    private void disarm(Guard.Armed armed, Set<MachineId> held, Set<MachineId> settled) {
        if (settled.containsAll(held)) {
            armed.close();
        } else {
            leftToGuard.add(armed);
        }
    }

    /**
     * Takes back what the guard has let go since the last time; nothing can be held again before.
     *
     * @throws NotNow while its deadline is running
     */
    void takeBack() throws NotNow {
        for (Guard.Armed armed : leftToGuard) {
            if (!armed.fired()) {
                throw new NotNow("what is held at the group's machines could not be let go, and is left to the guard");
            }
        }
        leftToGuard.forEach(Guard.Armed::close);
        leftToGuard.clear();
    }

    /** The guard thawed before all captures had begun. */
    private static Frozen without(Frozen frozen) {
        List<String> warnings = new ArrayList<>(frozen.warnings());
        warnings.add("file systems were held for longer than %d s and were let go".formatted(FREEZE_LIMIT.toSeconds()));
        return new Frozen(frozen.moment(), frozen.parts(), frozen.pause(), frozen.sameMoment(), false, warnings);
    }

    private static Set<MachineId> running(List<MachinePlan> plans) {
        Set<MachineId> running = new LinkedHashSet<>();
        plans.stream()
                .filter(plan -> !plan.off() && plan.machine().state() == PowerState.RUNNING)
                .forEach(plan -> running.add(plan.machine().id()));
        return running;
    }

    /** A guest that cannot be frozen makes a crash-consistent point, and no failure. */
    private List<String> freeze(List<MachinePlan> plans) throws HypervisorException {
        List<String> warnings = new ArrayList<>();
        for (MachinePlan plan : plans) {
            if (!running(List.of(plan)).isEmpty() && warnings.isEmpty()) {
                try {
                    int _ = hypervisor.freeze(plan.machine().id(), AGENT_LIMIT);
                } catch (HypervisorException e) {
                    if (e.kind() == HypervisorException.Kind.UNREACHABLE) {
                        throw e;
                    }
                    warnings.add("the guest of %s could not be frozen, so the point is as after a power cut: %s"
                            .formatted(plan.machine().name(), e.getMessage()));
                }
            }
        }
        return warnings;
    }

    /** Tells for which the guard can do no more: they were thawed, or have nobody who could freeze or thaw them. */
    private Set<MachineId> thaw(Set<MachineId> machines) {
        Set<MachineId> settled = new LinkedHashSet<>();
        for (MachineId machine : machines) {
            try {
                hypervisor.thaw(machine, AGENT_LIMIT);
                notes.frees(Held.FROZEN, Set.of(machine));
                settled.add(machine);
            } catch (HypervisorException e) {
                switch (e.kind()) {
                    // An agent that hangs may freeze yet: the note stays, and the next cycle thaws.
                    case GUEST_AGENT_SILENT, UNSUPPORTED, NO_SUCH_MACHINE, WRONG_STATE -> settled.add(machine);
                    // The guard does it when its time is over.
                    case BUSY, TRACKING_LOST, UNREACHABLE, TIMED_OUT, FAILED -> {}
                }
            }
        }
        return settled;
    }

    /** Guests that did not answer when they were last to be thawed. */
    private void thawLate(List<MachinePlan> plans) {
        Set<MachineId> late = new LinkedHashSet<>(running(plans));
        late.retainAll(notes.held(Held.FROZEN));
        Set<MachineId> _ = thaw(late);
    }

    private Frozen beginHeld(
            List<MachinePlan> plans,
            CheckpointName checkpoint,
            boolean together,
            boolean application,
            List<String> warnings)
            throws HypervisorException, NotNow {
        Instant moment = time.instant();
        boolean isHeld = (together && plans.size() > 1) || plans.stream().anyMatch(MachinePlan::overlaid);
        if (!isHeld) {
            List<Part> parts = beginAll(plans, checkpoint);
            return new Frozen(moment, parts, Optional.empty(), plans.size() == 1, application, warnings);
        }
        Set<MachineId> running = running(plans);
        List<Part> parts;
        Duration begun;
        boolean late;
        Guard.Armed armed = guard.arm(running, Guard.Hold.SUSPENSION, SUSPENSION_LIMIT);
        begun = time.elapsed();
        moment = time.instant();
        try {
            notes.holds(Held.SUSPENDED, running);
            for (MachineId machine : running) {
                hypervisor.suspend(machine);
            }
            parts = beginAll(plans, checkpoint);
        } finally {
            Set<MachineId> resumed = resume(running);
            late = armed.fired();
            disarm(armed, running, resumed);
        }
        Duration pause = time.elapsed().minus(begun);
        List<String> all = new ArrayList<>(warnings);
        if (late) {
            all.add("the machines could not be held together within %d s".formatted(SUSPENSION_LIMIT.toSeconds()));
        }
        return new Frozen(moment, parts, Optional.of(pause), !late, application, all);
    }

    private List<Part> beginAll(List<MachinePlan> plans, CheckpointName checkpoint) throws HypervisorException {
        List<Part> parts = new ArrayList<>();
        for (MachinePlan plan : plans) {
            MachineId id = plan.machine().id();
            FrozenView view = hypervisor.beginCapture(id, plan.order(checkpoint, scratchBytes));
            parts.add(new Part(plan, view, hypervisor.describe(id)));
        }
        return parts;
    }

    /** Tells which go on. */
    private Set<MachineId> resume(Set<MachineId> machines) {
        Set<MachineId> resumed = new LinkedHashSet<>();
        for (MachineId machine : machines) {
            try {
                hypervisor.resume(machine);
                resumed.add(machine);
            } catch (HypervisorException e) {
                // The guard does it when its time is over.
            }
        }
        notes.frees(Held.SUSPENDED, resumed);
        return resumed;
    }
}
