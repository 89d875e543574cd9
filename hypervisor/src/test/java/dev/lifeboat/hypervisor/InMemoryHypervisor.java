package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.HypervisorException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A connection to a {@link HostInMemory}: the hypervisor of tests. It keeps the contract of {@link Hypervisor}, fails
 * on demand, and after a planned crash everything that its process asks for fails, as nobody is there to ask.
 */
public final class InMemoryHypervisor implements RecoveryHypervisor {

    private final HostInMemory host;
    private final HypervisorFault.Plan plan;
    private volatile boolean crashed;

    public InMemoryHypervisor(HostInMemory host) {
        this(host, HypervisorFault.Plan.none());
    }

    /** @param plan which calls fail, and how */
    public InMemoryHypervisor(HostInMemory host, HypervisorFault.Plan plan) {
        this.host = host;
        this.plan = plan;
    }

    private interface Call<T> {
        T run() throws HypervisorException;
    }

    private interface Action {
        void run() throws HypervisorException;
    }

    /** Whether the process that uses it has died as planned. */
    public boolean crashed() {
        return crashed;
    }

    /** Its process dies now. */
    public void crash() {
        crashed = true;
    }

    private void act(String method, String machine, Action action) throws HypervisorException {
        boolean _ = call(method, machine, () -> {
            action.run();
            return true;
        });
    }

    private <T> T call(String method, String machine, Call<T> call) throws HypervisorException {
        if (crashed) {
            throw new HypervisorFault.Crash(method);
        }
        HypervisorFault fault = plan.next(method);
        switch (fault) {
            case UNREACHABLE -> throw new HypervisorException(Kind.UNREACHABLE, "there is no connection");
            case BUSY -> throw new HypervisorException(Kind.BUSY, "a block job is under way");
            case TRACKING_LOST -> throw new HypervisorException(Kind.TRACKING_LOST, "the bitmap is not there");
            case CRASH_BEFORE -> {
                crashed = true;
                throw new HypervisorFault.Crash(method);
            }
            case NONE, OUTCOME_UNKNOWN, SILENT, CRASH_AFTER -> {
                // These come later.
            }
        }
        host.called(method, machine);
        T answer = call.run();
        return switch (fault) {
            case OUTCOME_UNKNOWN -> throw new HypervisorException(Kind.TIMED_OUT, "no answer came in time");
            case SILENT -> throw new HypervisorException(Kind.GUEST_AGENT_SILENT, "the guest's agent does not answer");
            case CRASH_AFTER -> {
                crashed = true;
                throw new HypervisorFault.Crash(method);
            }
            case NONE, UNREACHABLE, BUSY, TRACKING_LOST, CRASH_BEFORE -> answer;
        };
    }

    @Override
    public String host() {
        return "host";
    }

    @Override
    public List<Machine> machines() throws HypervisorException {
        return call(
                "machines",
                "",
                () -> host.machines().stream()
                        .map(MachineInMemory::listed)
                        .sorted(Comparator.comparing(Machine::name))
                        .toList());
    }

    @Override
    public MachineDescription describe(MachineId machine) throws HypervisorException {
        return call("describe", name(machine), () -> host.machine(machine).describe());
    }

    @Override
    public FrozenView beginCapture(MachineId machine, CaptureOrder order) throws HypervisorException {
        return call("beginCapture", name(machine), () -> {
            host.holds(machine, "CAPTURE");
            return host.machine(machine).begin(order, host.nextSocket());
        });
    }

    @Override
    public Optional<RunningCapture> capture(MachineId machine) throws HypervisorException {
        return call("capture", name(machine), () -> host.machine(machine).capture());
    }

    @Override
    public Map<String, Long> scratchUsed(MachineId machine) throws HypervisorException {
        return call("scratchUsed", name(machine), () -> host.machine(machine).scratchUsed());
    }

    @Override
    public void endCapture(MachineId machine) throws HypervisorException {
        act("endCapture", name(machine), () -> host.machine(machine).closeView());
    }

    @Override
    public List<CheckpointState> checkpoints(MachineId machine) throws HypervisorException {
        return call("checkpoints", name(machine), () -> host.machine(machine).checkpoints());
    }

    @Override
    public void dropCheckpoint(MachineId machine, CheckpointName checkpoint) throws HypervisorException {
        act("dropCheckpoint", name(machine), () -> host.machine(machine).drop(checkpoint));
    }

    @Override
    public boolean readoptCheckpoint(MachineId machine, CheckpointName checkpoint, Set<String> disks)
            throws HypervisorException {
        return call(
                "readoptCheckpoint", name(machine), () -> host.machine(machine).readopt(checkpoint, disks));
    }

    @Override
    public List<DiskRange> ownRanges(MachineId machine, String disk) throws HypervisorException {
        return call("ownRanges", name(machine), () -> host.machine(machine).ownRanges(disk));
    }

    @Override
    public void suspend(MachineId machine) throws HypervisorException {
        act("suspend", name(machine), () -> {
            host.machine(machine).mustHaveProcess();
            host.holds(machine, "SUSPENSION");
            host.machine(machine).suspend();
        });
    }

    @Override
    public void resume(MachineId machine) throws HypervisorException {
        act("resume", name(machine), () -> {
            host.machine(machine).mustHaveProcess();
            host.machine(machine).resume();
        });
    }

    @Override
    public int freeze(MachineId machine, Duration limit) throws HypervisorException {
        return call("freeze", name(machine), () -> {
            host.holds(machine, "FREEZE");
            return host.machine(machine).freeze();
        });
    }

    @Override
    public void thaw(MachineId machine, Duration limit) throws HypervisorException {
        act("thaw", name(machine), () -> host.machine(machine).thaw());
    }

    @Override
    public boolean frozen(MachineId machine, Duration limit) throws HypervisorException {
        return call("frozen", name(machine), () -> host.machine(machine).frozen());
    }

    @Override
    public MachineId define(String definition) throws HypervisorException {
        throw new HypervisorException(Kind.UNSUPPORTED, "machines in memory are added to their host");
    }

    @Override
    public void undefine(MachineId machine) throws HypervisorException {
        act("undefine", name(machine), () -> {
            host.machine(machine).mustBeForgettable();
            host.remove(host.machine(machine));
            host.happened(new HypervisorEvent.Changed(machine));
        });
    }

    @Override
    public void start(MachineId machine, boolean suspended) throws HypervisorException {
        act("start", name(machine), () -> host.machine(machine).start(suspended));
    }

    @Override
    public void shutDown(MachineId machine) throws HypervisorException {
        act("shutDown", name(machine), () -> host.machine(machine).stop());
    }

    @Override
    public void powerOff(MachineId machine) throws HypervisorException {
        act("powerOff", name(machine), () -> host.machine(machine).stop());
    }

    @Override
    public byte[] screen(MachineId machine) throws HypervisorException {
        throw new HypervisorException(Kind.UNSUPPORTED, "machines in memory have no screen");
    }

    @Override
    public AdaptedMachine adapt(MachineDescription description, Adaptation wanted) throws HypervisorException {
        return call("adapt", description.machine().name(), () -> {
            if (!description.kind().equals("memory")) {
                throw new HypervisorException(Kind.UNSUPPORTED, "a machine of " + description.kind());
            }
            return DefinitionInMemory.adapt(description, wanted);
        });
    }

    @Override
    public MachineId place(AdaptedMachine machine) throws HypervisorException {
        return call("place", machine.name(), () -> host.place(machine));
    }

    @Override
    public Map<MachineId, String> recovered() throws HypervisorException {
        return call("recovered", "", () -> {
            Map<MachineId, String> found = new HashMap<>();
            host.machines().forEach(machine -> machine.owner().ifPresent(owner -> found.put(machine.id(), owner)));
            return Map.copyOf(found);
        });
    }

    @Override
    public void remove(MachineId machine) throws HypervisorException {
        act("remove", machine.toString(), () -> {
            Optional<MachineInMemory> known = host.machines().stream()
                    .filter(one -> one.id().equals(machine))
                    .findFirst();
            if (known.isEmpty()) {
                return;
            }
            if (known.get().owner().isEmpty()) {
                throw new HypervisorException(Kind.WRONG_STATE, "the machine was not placed");
            }
            known.get().mustBeForgettable();
            host.remove(known.get());
            host.happened(new HypervisorEvent.Changed(machine));
        });
    }

    @Override
    public void settle(MachineId machine) throws HypervisorException {
        act("settle", name(machine), () -> host.machine(machine).settle());
    }

    @Override
    public void keepDisksIn(MachineId machine, Map<String, DiskFile> files) throws HypervisorException {
        act("keepDisksIn", name(machine), () -> {
            Map<String, ImageInMemory> images = new HashMap<>();
            for (Map.Entry<String, DiskFile> file : files.entrySet()) {
                images.put(file.getKey(), host.image(file.getValue().file()));
            }
            host.machine(machine).keepDisksIn(images);
        });
    }

    @Override
    public ProcessAccount account() throws HypervisorException {
        return call("account", "", () -> new ProcessAccount(0, 0));
    }

    @Override
    public HostRoom room(Path folder) throws HypervisorException {
        return call("room", "", host::room);
    }

    @Override
    public boolean guestAnswers(MachineId machine, Duration limit) throws HypervisorException {
        try {
            return call("guestAnswers", name(machine), () -> {
                host.machine(machine).mustHaveProcess();
                return host.machine(machine).guest().answers();
            });
        } catch (HypervisorException e) {
            if (e.kind() == Kind.GUEST_AGENT_SILENT || e.kind() == Kind.WRONG_STATE) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Map<String, List<String>> addresses(MachineId machine) throws HypervisorException {
        return call(
                "addresses",
                name(machine),
                () -> host.machine(machine).state() == PowerState.RUNNING
                        ? host.machine(machine).guest().addresses()
                        : Map.of());
    }

    @Override
    public GuestProgram.Outcome run(MachineId machine, GuestProgram program, Duration limit)
            throws HypervisorException {
        return call("run", name(machine), () -> {
            host.machine(machine).mustHaveProcess();
            return host.machine(machine).guest().run(program);
        });
    }

    @Override
    public void writeGuestFile(MachineId machine, String path, byte[] content, Duration limit)
            throws HypervisorException {
        if (content.length > MOST_GUEST_FILE_BYTES) {
            throw new IllegalArgumentException("a file of %d bytes for a guest".formatted(content.length));
        }
        act("writeGuestFile", name(machine), () -> {
            host.machine(machine).mustHaveProcess();
            host.machine(machine).guest().write(path, content);
        });
    }

    @Override
    public DiskChain diskChain(MachineId machine, String disk) throws HypervisorException {
        return call("diskChain", name(machine), () -> host.machine(machine).chain(disk));
    }

    @Override
    public void beginPull(MachineId machine, String disk, long bytesPerSecond) throws HypervisorException {
        act("beginPull", name(machine), () -> host.machine(machine).beginPull(disk, bytesPerSecond));
    }

    @Override
    public void beginCommit(MachineId machine, String disk, Path beneath) throws HypervisorException {
        act("beginCommit", name(machine), () -> host.machine(machine).beginCommit(disk, beneath));
    }

    @Override
    public void finishCommit(MachineId machine, String disk, Path beneath) throws HypervisorException {
        act("finishCommit", name(machine), () -> host.machine(machine).finishCommit(disk, beneath));
    }

    @Override
    public void stopDiskWork(MachineId machine, String disk) throws HypervisorException {
        act("stopDiskWork", name(machine), () -> host.machine(machine).stopWork(disk));
    }

    @Override
    public Watch watch(Consumer<HypervisorEvent> listener) {
        return host.watch(listener);
    }

    @Override
    public void close() {}

    private String name(MachineId machine) throws HypervisorException {
        return host.machine(machine).name();
    }
}
