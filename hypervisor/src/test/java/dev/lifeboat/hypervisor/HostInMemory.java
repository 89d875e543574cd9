package dev.lifeboat.hypervisor;

import dev.lifeboat.hypervisor.DiskDescription.TrackingKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A host whose machines are in memory. It outlives the process that protects them: connect to it with
 * {@link InMemoryHypervisor}, as often as that process is started anew. Safe for use by several threads: everything
 * about it is guarded by itself.
 */
public final class HostInMemory implements AutoCloseable {

    private final Path folder;
    private final Map<MachineId, MachineInMemory> machines = new LinkedHashMap<>();
    private final Map<Path, ImageInMemory> images = new LinkedHashMap<>();
    private HostRoom room = new HostRoom(64L << 30, 48L << 30, 0, 8, 1L << 40);
    private final List<Consumer<HypervisorEvent>> listeners = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile @Nullable Consumer<Holding> holding;
    private volatile Runnable firstRead = () -> {};
    private int sockets;

    /** Something at a guest is about to be held. */
    public record Holding(MachineId machine, String how) {}

    /** @param folder for sockets; its name must be short */
    public HostInMemory(Path folder) {
        this.folder = folder;
    }

    /** Adds a machine that is off. */
    public synchronized MachineInMemory add(String name) {
        MachineId id = new MachineId(UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        MachineInMemory machine = new MachineInMemory(this, id, name);
        machines.put(id, machine);
        return machine;
    }

    /** Adds a machine with one disk called vda whose tracking is persistent, and starts it. */
    public synchronized MachineInMemory running(String name, int diskBytes) {
        MachineInMemory machine = add(name);
        machine.addDisk("vda", diskBytes, TrackingKind.PERSISTENT);
        machine.start();
        return machine;
    }

    /** A file that a placed machine's disk can be on, over something else. */
    public synchronized ImageInMemory image(Path file, BackingInMemory beneath) {
        ImageInMemory image = ImageInMemory.over(file, beneath);
        images.put(file, image);
        return image;
    }

    /** A file that stands alone and is empty. */
    public synchronized ImageInMemory image(Path file, int size) {
        ImageInMemory image = ImageInMemory.alone(file.toString(), size);
        images.put(file, image);
        return image;
    }

    synchronized ImageInMemory image(Path file) throws HypervisorException {
        ImageInMemory image = images.get(file);
        if (image == null) {
            throw new HypervisorException(HypervisorException.Kind.FAILED, "there is no file %s".formatted(file));
        }
        return image;
    }

    /** What is left from now on, but for what machines have been promised. */
    public synchronized void room(HostRoom left) {
        room = left;
    }

    synchronized HostRoom room() {
        long promised = machines.values().stream()
                        .filter(machine -> machine.state() != PowerState.OFF)
                        .count()
                * MachineInMemory.MEMORY_BYTES;
        return new HostRoom(
                room.memoryBytes(),
                room.availableBytes(),
                room.promisedBytes() + promised,
                room.processors(),
                room.folderBytes());
    }

    synchronized MachineId place(AdaptedMachine adapted) throws HypervisorException {
        DefinitionInMemory definition = DefinitionInMemory.read(adapted.definition());
        MachineInMemory known = machines.get(definition.id());
        if (known != null && known.owner().equals(definition.owner())) {
            return known.id();
        }
        if (known != null
                || machines.values().stream().anyMatch(one -> one.name().equals(definition.name()))) {
            throw new HypervisorException(
                    HypervisorException.Kind.WRONG_STATE,
                    "this host has a machine %s or named '%s' already".formatted(definition.id(), definition.name()));
        }
        Map<String, ImageInMemory> disks = new LinkedHashMap<>();
        for (Map.Entry<String, Path> disk : definition.disks().entrySet()) {
            disks.put(disk.getKey(), image(disk.getValue()));
        }
        MachineInMemory machine = new MachineInMemory(this, definition, disks, adapted.files());
        machines.put(machine.id(), machine);
        happened(new HypervisorEvent.Changed(machine.id()));
        return machine.id();
    }

    /** The machine is undefined. */
    public synchronized void remove(MachineInMemory machine) {
        machines.remove(machine.id());
    }

    /** Is told before anything at a guest is held. */
    public void onHolding(Consumer<Holding> listener) {
        holding = listener;
    }

    /** All calls until now, as {@code METHOD MACHINE}. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** Something that happens while a frozen disk is read, at the first read of each. */
    public void onFirstRead(Runnable action) {
        firstRead = action;
    }

    void firstRead() {
        firstRead.run();
    }

    void called(String method, String machine) {
        calls.add(method + " " + machine);
    }

    void holds(MachineId machine, String how) {
        Consumer<Holding> listener = holding;
        if (listener != null) {
            listener.accept(new Holding(machine, how));
        }
    }

    /** Its machines, in the order in which they came. */
    public synchronized List<MachineInMemory> machines() {
        return new ArrayList<>(machines.values());
    }

    synchronized MachineInMemory machine(MachineId id) throws HypervisorException {
        MachineInMemory machine = machines.get(id);
        if (machine == null) {
            throw new HypervisorException(HypervisorException.Kind.NO_SUCH_MACHINE, "there is no machine " + id);
        }
        return machine;
    }

    synchronized Path nextSocket() {
        sockets++;
        return folder.resolve("view" + sockets);
    }

    void happened(HypervisorEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** Somebody beside the process that protects listens, such as a guard. */
    public void watchFor(Consumer<HypervisorEvent> listener) {
        listeners.add(listener);
    }

    Hypervisor.Watch watch(Consumer<HypervisorEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized void close() {
        machines.values().forEach(MachineInMemory::closeView);
    }
}
