package dev.lifeboat.agent.guard;

import dev.lifeboat.hypervisor.CaptureOrder;
import dev.lifeboat.hypervisor.CheckpointName;
import dev.lifeboat.hypervisor.CheckpointState;
import dev.lifeboat.hypervisor.DiskRange;
import dev.lifeboat.hypervisor.FrozenView;
import dev.lifeboat.hypervisor.Hypervisor;
import dev.lifeboat.hypervisor.HypervisorEvent;
import dev.lifeboat.hypervisor.HypervisorException;
import dev.lifeboat.hypervisor.HypervisorException.Kind;
import dev.lifeboat.hypervisor.Machine;
import dev.lifeboat.hypervisor.MachineDescription;
import dev.lifeboat.hypervisor.MachineId;
import dev.lifeboat.hypervisor.PowerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A hypervisor whose machines are folders: what a guard needs of one, and the same for every process that looks. A
 * machine's files are {@code state}, {@code frozen} and {@code capture}; a file {@code away} beside the machines means
 * that the hypervisor does not answer, a file {@code disk-error} in a machine is an event.
 */
public final class FolderHypervisor implements Hypervisor {

    private static final Duration EVENT_INTERVAL = Duration.ofMillis(20);

    private final Path folder;

    public FolderHypervisor(Path folder) {
        this.folder = folder;
    }

    /** Makes a machine that runs. */
    public MachineId add(String name) {
        MachineId machine =
                new MachineId(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        try {
            Files.createDirectories(of(machine));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(of(machine).resolve("name"), name);
        put(machine, PowerState.RUNNING);
        return machine;
    }

    public void put(MachineId machine, PowerState state) {
        write(of(machine).resolve("state"), state.name());
    }

    public PowerState state(MachineId machine) {
        return PowerState.valueOf(read(of(machine).resolve("state")));
    }

    /** Begins a capture, ours or somebody else's. */
    public void beginCapture(MachineId machine, boolean ours) {
        write(of(machine).resolve("capture"), Boolean.toString(ours));
    }

    public boolean isCaptured(MachineId machine) {
        return Files.exists(of(machine).resolve("capture"));
    }

    public boolean isFrozen(MachineId machine) {
        return Files.exists(of(machine).resolve("frozen"));
    }

    /** A full scratch file: the machine stands still, and everybody is told. */
    public void failDisk(MachineId machine) {
        put(machine, PowerState.SUSPENDED_BY_DISK_ERROR);
        write(of(machine).resolve("disk-error"), "vda");
    }

    public void goAway() {
        write(folder.resolve("away"), "");
    }

    public void comeBack() {
        delete(folder.resolve("away"));
    }

    @Override
    public String host() {
        return "folder";
    }

    @Override
    public List<Machine> machines() throws HypervisorException {
        requireThere();
        List<Machine> machines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path one : files.filter(Files::isDirectory).sorted().toList()) {
                MachineId id = new MachineId(UUID.fromString(one.getFileName().toString()));
                machines.add(new Machine(id, read(one.resolve("name")), state(id)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return machines;
    }

    @Override
    public Optional<RunningCapture> capture(MachineId machine) throws HypervisorException {
        requireThere();
        return isCaptured(machine)
                ? Optional.of(new RunningCapture(
                        Optional.empty(), Boolean.parseBoolean(read(of(machine).resolve("capture")))))
                : Optional.empty();
    }

    @Override
    public void endCapture(MachineId machine) throws HypervisorException {
        requireThere();
        delete(of(machine).resolve("capture"));
    }

    @Override
    public void suspend(MachineId machine) throws HypervisorException {
        requireThere();
        put(machine, PowerState.SUSPENDED);
    }

    /** A machine whose scratch file is full stands still again as long as the capture is open. */
    @Override
    public void resume(MachineId machine) throws HypervisorException {
        requireThere();
        if (state(machine) != PowerState.SUSPENDED_BY_DISK_ERROR || !isCaptured(machine)) {
            put(machine, PowerState.RUNNING);
        }
    }

    @Override
    public int freeze(MachineId machine, Duration limit) throws HypervisorException {
        requireThere();
        write(of(machine).resolve("frozen"), "");
        return 1;
    }

    /** A guest that stands still does not answer. */
    @Override
    public void thaw(MachineId machine, Duration limit) throws HypervisorException {
        requireAnswer(machine);
        delete(of(machine).resolve("frozen"));
    }

    @Override
    public boolean frozen(MachineId machine, Duration limit) throws HypervisorException {
        requireAnswer(machine);
        return isFrozen(machine);
    }

    @Override
    public Watch watch(Consumer<HypervisorEvent> listener) {
        Thread watcher = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Thread.sleep(EVENT_INTERVAL);
                    for (Machine machine : machines()) {
                        if (Files.deleteIfExists(of(machine.id()).resolve("disk-error"))) {
                            listener.accept(new HypervisorEvent.DiskError(machine.id(), "vda"));
                        }
                    }
                } catch (HypervisorException e) {
                    // Away: there are no events.
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        return watcher::interrupt;
    }

    @Override
    public void close() {
        // Nothing is open between calls.
    }

    private void requireThere() throws HypervisorException {
        if (Files.exists(folder.resolve("away"))) {
            throw new HypervisorException(Kind.UNREACHABLE, "the hypervisor is away");
        }
    }

    private void requireAnswer(MachineId machine) throws HypervisorException {
        requireThere();
        if (state(machine) != PowerState.RUNNING) {
            throw new HypervisorException(Kind.GUEST_AGENT_SILENT, "the guest does not answer");
        }
    }

    private Path of(MachineId machine) {
        return folder.resolve(machine.toString());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Path next = Files.createTempFile(file.getParent(), "next", "");
            Files.writeString(next, content);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnsupportedOperationException beyond() {
        return new UnsupportedOperationException("machines that are folders cannot do this");
    }

    @Override
    public MachineDescription describe(MachineId machine) {
        throw beyond();
    }

    @Override
    public FrozenView beginCapture(MachineId machine, CaptureOrder order) {
        throw beyond();
    }

    @Override
    public Map<String, Long> scratchUsed(MachineId machine) {
        throw beyond();
    }

    @Override
    public List<CheckpointState> checkpoints(MachineId machine) {
        throw beyond();
    }

    @Override
    public void dropCheckpoint(MachineId machine, CheckpointName checkpoint) {
        throw beyond();
    }

    @Override
    public boolean readoptCheckpoint(MachineId machine, CheckpointName checkpoint, Set<String> disks) {
        throw beyond();
    }

    @Override
    public List<DiskRange> ownRanges(MachineId machine, String disk) {
        throw beyond();
    }

    @Override
    public MachineId define(String definition) {
        throw beyond();
    }

    @Override
    public void undefine(MachineId machine) {
        throw beyond();
    }

    @Override
    public void start(MachineId machine, boolean suspended) {
        throw beyond();
    }

    @Override
    public void shutDown(MachineId machine) {
        throw beyond();
    }

    @Override
    public void powerOff(MachineId machine) {
        throw beyond();
    }

    @Override
    public byte[] screen(MachineId machine) {
        throw beyond();
    }
}
